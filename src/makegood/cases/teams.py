"""Who works on cases: teams are roles, colleagues are members who hold one of them."""

from __future__ import annotations

from makegood.cases.problems import nobody_to_hand_to, one_of
from makegood.trust.access import Visitor
from makegood.trust.policy import Role, role_name

FIRST_TEAM = Role.CALL_CENTRE_AGENT
"""Who gets what nobody has taken yet."""
TEAMS: tuple[Role, ...] = (
    Role.CALL_CENTRE_AGENT,
    Role.SHOP_AGENT,
    Role.SUPERVISOR,
    Role.PAYMENT_OFFICER,
    Role.PRIVACY_OFFICER,
)
"""The roles that may work on cases by the policies, in the order in which they are offered."""


def team_words(team: str, language: str) -> str:
    """A team, for people; empty for none."""
    return role_name(Role(team), language) if team in set(Role) else team


def teams_of(visitor: Visitor) -> list[str]:
    """The teams that the visitor belongs to."""
    return [team.value for team in TEAMS if team in visitor.principal.roles]


def checked_team(team: str) -> str:
    """A team by its name. Raises MakegoodError MG667."""
    if team not in {known.value for known in TEAMS}:
        raise nobody_to_hand_to(f"there is no team '{team[:40]}'", one_of(TEAMS))
    return team


def colleague(sign_in_name: str) -> tuple[str, str]:
    """The actor of a member and the first of their teams.

    Raises MakegoodError MG782 for nobody, MG667 for somebody who works on no cases.
    """
    from makegood.trust.staff import member_named

    member = member_named(sign_in_name)
    teams = [team.value for team in TEAMS if team.value in member.roles]
    if not member.is_active or not teams:
        message = f"'{sign_in_name}' does not work on cases"
        raise nobody_to_hand_to(message, "hand it to a team, or to somebody who holds its role")
    return member.actor, teams[0]


def colleagues() -> list[tuple[str, str]]:
    """Sign-in name and shown name of everybody who works on cases, by name."""
    from makegood.trust.staff import Member

    held = {team.value for team in TEAMS}
    return [
        (member.sign_in_name, member.shown_name)
        for member in Member.objects.filter(is_active=True).order_by("name", "sign_in_name")
        if held & set(member.roles)
    ]
