"""``staff add | invite | list | show | roles | deactivate | activate | release``: members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.figures import local_minute
from makegood.cli.options import Json
from makegood.cli.output import answer, expect_json, out, table
from makegood.cli.staff.telling import (
    UNSAID,
    SignInName,
    plain_device,
    plain_member,
    plain_session,
    tell,
    visiting_staff,
    words_of,
)
from makegood.configuration import Settings

if TYPE_CHECKING:
    from makegood.trust.staff import Member

Roles = Annotated[
    list[str] | None,
    typer.Option("--role", metavar="ROLE", help="A role; may be given again."),
]


def add(
    name: SignInName,
    shown: Annotated[
        str, typer.Option("--shown", metavar="TEXT", help="The name that pages show.")
    ] = "",
    role: Roles = None,
    subject: Annotated[
        str,
        typer.Option(
            "--subject",
            metavar="SUB",
            help="Who they are at the company's provider; then there is no invitation.",
        ),
    ] = "",
    json_wanted: Json = False,
) -> None:
    """Add a member; the answer is a link that works once, for a day, to set a password.

    Takes two persons once two security officers can sign in, as all that lets staff have more.

    Example: `makegood staff add kim.minji --shown 김민지 --role call_centre_agent`
    """
    expect_json(json_wanted)
    with visiting_staff() as (visitor, settings):
        from makegood.trust.staff import add_member

        member, token = add_member(visitor, name, name=shown, roles=role or [], subject=subject)
        _tell_invitation(member, token, settings, json_wanted=json_wanted)


def invite(name: SignInName, json_wanted: Json = False) -> None:
    """Start anew for a member who has lost password or factors: a new link, all else is gone.

    Takes two persons once two security officers can sign in.

    Example: `makegood staff invite kim.minji`
    """
    expect_json(json_wanted)
    with visiting_staff() as (visitor, settings):
        from makegood.trust.staff import invite_again, member_named

        member = member_named(name)
        _tell_invitation(member, invite_again(visitor, member), settings, json_wanted=json_wanted)


def list_(json_wanted: Json = False) -> None:
    """List all members.

    Example: `makegood staff list`
    """
    expect_json(json_wanted)
    with visiting_staff() as (visitor, _settings):
        from makegood.trust.staff import all_members

        found = all_members(visitor)
        if json_wanted:
            answer({"members": [plain_member(member) for member in found]})
            return
        shown = table("staff", ["name", "shown", "roles", "state", "since"])
        for member in found:
            shown.add_row(
                member.sign_in_name,
                member.name or UNSAID,
                ", ".join(member.roles) or UNSAID,
                "active" if member.is_active else "not active",
                local_minute(member.joined_at),
            )
        out.print(shown if found else "no members yet: makegood staff add NAME --role ROLE")


def show(name: SignInName, json_wanted: Json = False) -> None:
    """Show a member: roles, factors, open sessions, devices.

    Example: `makegood staff show kim.minji`
    """
    expect_json(json_wanted)
    with visiting_staff() as (visitor, _settings):
        from makegood.trust.staff import (
            all_members,
            devices_of,
            is_tied,
            member_named,
            open_sessions,
            strong_factors,
        )

        all_members(visitor)
        member = member_named(name)
        plain = {
            **plain_member(member),
            "factors": [str(factor.type) for factor in strong_factors(member)],
            "signs_in_at_provider": is_tied(member),
            "sessions": [plain_session(session) for session in open_sessions(member)],
            "devices": [plain_device(device) for device in devices_of(member)],
        }
        if json_wanted:
            answer(plain)
            return
        shown = table(name, ["", ""])
        for key, value in plain.items():
            shown.add_row(key.replace("_", " "), words_of(key, value))
        out.print(shown)


def roles(name: SignInName, role: Roles = None, json_wanted: Json = False) -> None:
    """Give a member these roles and no others; without --role, none.

    A role they did not have takes two persons once two security officers can sign in.

    Example: `makegood staff roles kim.minji --role supervisor`
    """
    expect_json(json_wanted)
    with visiting_staff() as (visitor, _settings):
        from makegood.trust.staff import give_roles, member_named

        given = give_roles(visitor, member_named(name), role or [])
        tell({"name": name, "roles": given}, json_wanted=json_wanted)


def deactivate(name: SignInName, json_wanted: Json = False) -> None:
    """Let a member in no more, and end their sessions.

    Example: `makegood staff deactivate kim.minji`
    """
    expect_json(json_wanted)
    with visiting_staff() as (visitor, _settings):
        from makegood.trust.staff import deactivate as set_aside
        from makegood.trust.staff import member_named

        ended = set_aside(visitor, member_named(name))
        tell({"name": name, "active": False, "sessions_ended": ended}, json_wanted=json_wanted)


def activate(name: SignInName, json_wanted: Json = False) -> None:
    """Let a member in again.

    Takes two persons once two security officers can sign in.

    Example: `makegood staff activate kim.minji`
    """
    expect_json(json_wanted)
    with visiting_staff() as (visitor, _settings):
        from makegood.trust.staff import activate as let_in
        from makegood.trust.staff import member_named

        let_in(visitor, member_named(name))
        tell({"name": name, "active": True}, json_wanted=json_wanted)


def release(name: SignInName, json_wanted: Json = False) -> None:
    """Let a member who guessed wrongly too often try again at once.

    Example: `makegood staff release kim.minji`
    """
    expect_json(json_wanted)
    with visiting_staff() as (visitor, _settings):
        from makegood.trust.staff import member_named
        from makegood.trust.staff import release as let_try

        ended = let_try(visitor, member_named(name))
        tell({"name": name, "waits_ended": ended}, json_wanted=json_wanted)


def _tell_invitation(member: Member, token: str, settings: Settings, *, json_wanted: bool) -> None:
    plain: dict[str, Any] = plain_member(member)
    plain["invitation"] = f"{_site(settings)}/account/invitation/{token}/" if token else None
    if json_wanted:
        answer(plain)
        return
    out.print(f"{member.sign_in_name}: {', '.join(member.roles) or 'no roles'}")
    if token:
        out.print(f"hand this over in person; it works once, for 24 hours:\n{plain['invitation']}")


def _site(settings: Settings) -> str:
    host = settings.web_hosts[0] if settings.web_hosts else "localhost"
    if settings.web_https:
        return f"https://{host}"
    return f"http://{host}:{settings.web_address.rpartition(':')[2]}"
