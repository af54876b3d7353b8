"""Members of staff: made, given roles, set aside. Each act is the gate's to allow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from makegood.kernel import Finding, MakegoodError, did_you_mean
from makegood.trust.access import permit
from makegood.trust.audit import Json
from makegood.trust.policy import Act, Resource, ResourceKind, Role
from makegood.trust.staff.agreeing import agreed, in_bootstrap
from makegood.trust.staff.factors import forget_factors
from makegood.trust.staff.invitations import invite
from makegood.trust.staff.models import Member, Session
from makegood.trust.staff.provider import tie
from makegood.trust.staff.reading import may_read
from makegood.trust.staff.recording import record
from makegood.trust.staff.sessions import end_all

if TYPE_CHECKING:
    from makegood.trust.access import Visitor

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,148}[a-z0-9]")
_NOT_FOR_PEOPLE = frozenset({Role.CONSOLE_OPERATOR, Role.SYSTEM})
GIVEN = tuple(role for role in Role if role not in _NOT_FOR_PEOPLE)
"""Roles that members can have."""


def checked_roles(words: Iterable[str]) -> list[str]:
    """Roles in the order of their list. Raises MakegoodError MG780 for a word that is none."""
    asked = set(words)
    for word in sorted(asked):
        if word not in GIVEN:
            names = ", ".join(GIVEN)
            hint = did_you_mean(word, GIVEN) or f"the roles are {names}"
            raise MakegoodError(Finding("MG780", f"'{word}' is no role of a member", hint))
    return [str(role) for role in GIVEN if role in asked]


def add_member(
    visitor: Visitor, sign_in_name: str, *, name: str = "", roles: Iterable[str], subject: str = ""
) -> tuple[Member, str]:
    """A new member and the token of their invitation; no token for who signs in elsewhere.

    ``subject`` is who they are at the company's provider. Raises Refused (MG770), MakegoodError
    MG769 where two persons must agree first, MG780 for a role or name that cannot be, MG781 where
    name or subject are taken.
    """
    if not _NAME.fullmatch(sign_in_name):
        hint = "use 3 to 150 small letters, digits, dots, hyphens and underscores"
        raise MakegoodError(Finding("MG780", "that is no name to sign in with", hint))
    checked = checked_roles(roles)
    contents: dict[str, Json] = {"act": "add", "member": sign_in_name, "roles": list(checked)}
    if subject:
        contents["provider_subject"] = subject
    with transaction.atomic():
        said = agreed(visitor, contents)
        try:
            with transaction.atomic():
                member = Member.objects.create_user(sign_in_name, name=name, roles=checked)
        except IntegrityError:
            hint = "choose another name, or see 'makegood staff list'"
            raise MakegoodError(Finding("MG781", f"'{sign_in_name}' is taken", hint)) from None
        _tell(visitor, "staff.made", member, {**said, "roles": list(checked)})
        if subject:
            tie(member, subject)
            return member, ""
        return member, invite(member)


def invite_again(visitor: Visitor, member: Member) -> str:
    """A new start: password, factors and sessions are gone; the token of a new invitation.

    Raises Refused (MG770), MakegoodError MG769 where two persons must agree first.
    """
    with transaction.atomic():
        said = agreed(visitor, {"act": "invite", "member": member.sign_in_name}, member)
        forget_factors(member)
        end_all(member, Session.End.REVOKED, actor=visitor.actor, source=visitor.source)
        _tell(visitor, "staff.changed", member, {**said, "what": "invited_again"})
        return invite(member)


def give_roles(visitor: Visitor, member: Member, roles: Iterable[str]) -> list[str]:
    """Let a member have these roles and no others.

    Raises Refused (MG770), MakegoodError MG780 for a word that is no role, and MG769 where they
    would have more than they had and two persons must agree first.
    """
    wanted = checked_roles(roles)
    with transaction.atomic():
        held = Member.objects.select_for_update().get(pk=member.pk)
        more = sorted(set(wanted) - set(held.roles))
        said: Mapping[str, Json] = {}
        if more:
            name = held.sign_in_name
            said = agreed(
                visitor, {"act": "give_roles", "member": name, "roles": list(wanted)}, held
            )
        else:
            _permit(visitor, held)
        for role in more:
            _tell(visitor, "staff.role_given", held, {**said, "role": role})
        for role in sorted(set(held.roles) - set(wanted)):
            _tell(visitor, "staff.role_taken", held, {**said, "role": role})
        held.roles = wanted
        held.save(update_fields=["roles"])
    return wanted


def deactivate(visitor: Visitor, member: Member) -> int:
    """Let a member in no more; how many sessions that ended."""
    with transaction.atomic():
        _permit(visitor, member)
        Member.objects.filter(pk=member.pk).update(is_active=False)
        _tell(visitor, "staff.disabled", member)
        return end_all(member, Session.End.DEACTIVATED, actor=visitor.actor, source=visitor.source)


def activate(visitor: Visitor, member: Member) -> None:
    """Let a member in again.

    Raises Refused (MG770), MakegoodError MG769 where two persons must agree first.
    """
    with transaction.atomic():
        said = agreed(visitor, {"act": "activate", "member": member.sign_in_name}, member)
        Member.objects.filter(pk=member.pk).update(is_active=True)
        _tell(visitor, "staff.enabled", member, said)


def member_named(sign_in_name: str) -> Member:
    """The member with this name. Raises MakegoodError MG782 where there is none."""
    found = Member.objects.filter(sign_in_name=sign_in_name).first()
    if found is None:
        near = did_you_mean(sign_in_name, Member.objects.values_list("sign_in_name", flat=True))
        raise MakegoodError(
            Finding(
                "MG782",
                f"there is no member '{sign_in_name}'",
                near or "'makegood staff list' lists them",
            )
        )
    return found


def all_members(visitor: Visitor) -> list[Member]:
    """All members by name. Raises Refused (MG770)."""
    may_read(visitor)
    return list(Member.objects.order_by("sign_in_name"))


def shown_names(actors: Iterable[str]) -> dict[str, str]:
    """Names of members by actor, for pages: ``staff:<id>`` becomes a name."""
    numbers = {actor.removeprefix("staff:") for actor in actors if actor.startswith("staff:")}
    valid = [number for number in numbers if re.fullmatch(r"[0-9a-f-]{36}", number)]
    return {member.actor: member.shown_name for member in Member.objects.filter(pk__in=valid)}


def _permit(visitor: Visitor, member: Member) -> None:
    """Let the gate decide an act that takes away."""
    in_bootstrap()  # taking officers away does not bring it back
    permit(visitor, Act.MANAGE_STAFF, Resource(ResourceKind.STAFF, str(member.pk)))


def _tell(
    visitor: Visitor, kind: str, member: Member, details: Mapping[str, Json] | None = None
) -> None:
    record(
        kind,
        actor=visitor.actor,
        subject=f"staff:{member.pk}",
        source=visitor.source,
        details=details,
    )
