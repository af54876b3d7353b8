"""``staff …``, ``sign-in`` and ``sign-out``: members of staff, and who is at this console."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from getpass import getpass
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from makegood.cli.options import Json
from makegood.cli.output import answer, expect_json, out, table
from makegood.configuration import Settings

if TYPE_CHECKING:
    from makegood.trust.access import Visitor
    from makegood.trust.staff import Device, Member, Session

commands = typer.Typer(help="Members of staff, their sessions and devices.", no_args_is_help=True)
_UNSAID = "–"

SignInName = Annotated[str, typer.Argument(metavar="NAME", help="The name they sign in with.")]
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", metavar="ROLE", help="A role; may be given again."),
]


def add_to(application: typer.Typer) -> None:
    """Let the program have these commands."""
    application.add_typer(commands, name="staff")
    application.command("sign-in")(sign_in)
    application.command("sign-out")(sign_out)


@commands.command()
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
    with _visiting() as (visitor, settings):
        from makegood.trust.staff import add_member

        member, token = add_member(visitor, name, name=shown, roles=role or [], subject=subject)
        _tell_invitation(member, token, settings, json_wanted=json_wanted)


@commands.command()
def invite(name: SignInName, json_wanted: Json = False) -> None:
    """Start anew for a member who has lost password or factors: a new link, all else is gone.

    Takes two persons once two security officers can sign in.

    Example: `makegood staff invite kim.minji`
    """
    expect_json(json_wanted)
    with _visiting() as (visitor, settings):
        from makegood.trust.staff import invite_again, member_named

        member = member_named(name)
        _tell_invitation(member, invite_again(visitor, member), settings, json_wanted=json_wanted)


@commands.command("list")
def list_(json_wanted: Json = False) -> None:
    """List all members.

    Example: `makegood staff list`
    """
    expect_json(json_wanted)
    with _visiting() as (visitor, _settings):
        from makegood.trust.staff import all_members

        found = all_members(visitor)
        if json_wanted:
            answer({"members": [_plain_member(member) for member in found]})
            return
        shown = table("staff", ["name", "shown", "roles", "state", "since"])
        for member in found:
            shown.add_row(
                member.sign_in_name,
                member.name or _UNSAID,
                ", ".join(member.roles) or _UNSAID,
                "active" if member.is_active else "not active",
                _moment(member.joined_at),
            )
        out.print(shown if found else "no members yet: makegood staff add NAME --role ROLE")


@commands.command()
def show(name: SignInName, json_wanted: Json = False) -> None:
    """Show a member: roles, factors, open sessions, devices.

    Example: `makegood staff show kim.minji`
    """
    expect_json(json_wanted)
    with _visiting() as (visitor, _settings):
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
            **_plain_member(member),
            "factors": [str(factor.type) for factor in strong_factors(member)],
            "signs_in_at_provider": is_tied(member),
            "sessions": [_plain_session(session) for session in open_sessions(member)],
            "devices": [_plain_device(device) for device in devices_of(member)],
        }
        if json_wanted:
            answer(plain)
            return
        shown = table(name, ["", ""])
        for key, value in plain.items():
            lines = [str(one) for one in value] if isinstance(value, list) else [str(value)]
            shown.add_row(key.replace("_", " "), "\n".join(lines) or _UNSAID)
        out.print(shown)


@commands.command()
def roles(name: SignInName, role: Roles = None, json_wanted: Json = False) -> None:
    """Give a member these roles and no others; without --role, none.

    A role they did not have takes two persons once two security officers can sign in.

    Example: `makegood staff roles kim.minji --role supervisor`
    """
    expect_json(json_wanted)
    with _visiting() as (visitor, _settings):
        from makegood.trust.staff import give_roles, member_named

        given = give_roles(visitor, member_named(name), role or [])
        _tell({"name": name, "roles": given}, json_wanted=json_wanted)


@commands.command()
def deactivate(name: SignInName, json_wanted: Json = False) -> None:
    """Let a member in no more, and end their sessions.

    Example: `makegood staff deactivate kim.minji`
    """
    expect_json(json_wanted)
    with _visiting() as (visitor, _settings):
        from makegood.trust.staff import deactivate as set_aside
        from makegood.trust.staff import member_named

        ended = set_aside(visitor, member_named(name))
        _tell({"name": name, "active": False, "sessions_ended": ended}, json_wanted=json_wanted)


@commands.command()
def activate(name: SignInName, json_wanted: Json = False) -> None:
    """Let a member in again.

    Takes two persons once two security officers can sign in.

    Example: `makegood staff activate kim.minji`
    """
    expect_json(json_wanted)
    with _visiting() as (visitor, _settings):
        from makegood.trust.staff import activate as let_in
        from makegood.trust.staff import member_named

        let_in(visitor, member_named(name))
        _tell({"name": name, "active": True}, json_wanted=json_wanted)


@commands.command()
def release(name: SignInName, json_wanted: Json = False) -> None:
    """Let a member who guessed wrongly too often try again at once.

    Example: `makegood staff release kim.minji`
    """
    expect_json(json_wanted)
    with _visiting() as (visitor, _settings):
        from makegood.trust.staff import member_named
        from makegood.trust.staff import release as let_try

        ended = let_try(visitor, member_named(name))
        _tell({"name": name, "waits_ended": ended}, json_wanted=json_wanted)


@commands.command()
def sessions(json_wanted: Json = False) -> None:
    """List all open sessions.

    Example: `makegood staff sessions`
    """
    expect_json(json_wanted)
    with _visiting() as (visitor, _settings):
        from makegood.trust.staff import all_open_sessions

        found = [_plain_session(session) for session in all_open_sessions(visitor)]
        if json_wanted:
            answer({"sessions": found})
            return
        columns = ["session_id", "name", "at", "network", "strength", "last_seen_at"]
        shown = table("sessions", columns)
        for session in found:
            shown.add_row(*(str(session[column]) for column in columns))
        out.print(shown if found else "nobody is signed in")


@commands.command()
def revoke(
    session: Annotated[UUID, typer.Argument(metavar="SESSION", help="The session to end.")],
    json_wanted: Json = False,
) -> None:
    """End a session; its next request finds it over.

    Example: `makegood staff revoke 0b9c…`
    """
    expect_json(json_wanted)
    with _visiting() as (visitor, _settings):
        from makegood.trust.staff import revoke_session

        ended = revoke_session(visitor, session)
        _tell(
            {"session_id": str(session), "name": ended.member.sign_in_name, "ended": True},
            json_wanted=json_wanted,
        )


@commands.command()
def devices(json_wanted: Json = False) -> None:
    """List devices that wait for approval, and those that are known.

    Example: `makegood staff devices`
    """
    expect_json(json_wanted)
    with _visiting() as (visitor, _settings):
        from makegood.trust.staff import devices_known, devices_waiting

        found = [
            _plain_device(device) for device in (*devices_waiting(visitor), *devices_known(visitor))
        ]
        if json_wanted:
            answer({"devices": found})
            return
        columns = ["device_id", "device", "state", "asked_by", "asked_from", "asked_at"]
        shown = table("devices", columns)
        for device in found:
            shown.add_row(*(str(device[column]) for column in columns))
        out.print(shown if found else "no devices")


@commands.command("approve-device")
def approve_device(
    device: Annotated[UUID, typer.Argument(metavar="DEVICE", help="The device.")],
    json_wanted: Json = False,
) -> None:
    """Let a device count from now on: at the console, for the first security officer.

    Later the account of the machine needs two persons for it.

    Example: `makegood staff approve-device 0b9c…`
    """
    expect_json(json_wanted)
    with _visiting() as (visitor, _settings):
        from makegood.trust.staff import approve_device as approve

        _tell(_plain_device(approve(visitor, device)), json_wanted=json_wanted)


@commands.command("revoke-device")
def revoke_device(
    device: Annotated[UUID, typer.Argument(metavar="DEVICE", help="The device.")],
    json_wanted: Json = False,
) -> None:
    """Let a device count no longer.

    Example: `makegood staff revoke-device 0b9c…`
    """
    expect_json(json_wanted)
    with _visiting() as (visitor, _settings):
        from makegood.trust.staff import revoke_device as revoke_it

        _tell(_plain_device(revoke_it(visitor, device)), json_wanted=json_wanted)


def sign_in(
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="The name; asked for where not given.")
    ] = "",
    json_wanted: Json = False,
) -> None:
    """Sign in at this console as a member of staff, with password and authenticator's code.

    Both are asked for; where the input is no terminal, they are read from it, a line each. The
    session lasts an hour at most and is this account's, on this machine.

    Example: `makegood sign-in --name kim.minji`
    """
    expect_json(json_wanted)
    name = name or _asked("name")
    password, code = _asked("password", hidden=True), _asked("code", hidden=True)
    with _visiting():
        from makegood.trust.staff import sign_in_at_console

        session = sign_in_at_console(name, password, code)
        _tell(_plain_session(session), json_wanted=json_wanted)


def sign_out(json_wanted: Json = False) -> None:
    """End the session of this console.

    Example: `makegood sign-out`
    """
    expect_json(json_wanted)
    with _visiting():
        from makegood.trust.staff import sign_out_at_console

        _tell({"ended": sign_out_at_console()}, json_wanted=json_wanted)


@contextmanager
def _visiting() -> Iterator[tuple[Visitor, Settings]]:
    """The store, open, and who is at this console."""
    from makegood.project import prepared

    settings = Settings.load()
    with prepared(settings):
        from makegood.trust.staff import console_visitor

        yield console_visitor(), settings


def _asked(what: str, *, hidden: bool = False) -> str:
    """What somebody types, or the next line of an input that is no terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass(f"{what}: ") if hidden else input(f"{what}: ")


def _tell_invitation(member: Member, token: str, settings: Settings, *, json_wanted: bool) -> None:
    plain: dict[str, Any] = _plain_member(member)
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


def _tell(plain: dict[str, Any], *, json_wanted: bool) -> None:
    if json_wanted:
        answer(plain)
        return
    for key, value in plain.items():
        words = ", ".join(value) if isinstance(value, list) else str(value)
        out.print(f"{key.replace('_', ' ')}: {words or _UNSAID}")


def _plain_member(member: Member) -> dict[str, Any]:
    return {
        "name": member.sign_in_name,
        "shown": member.name,
        "staff_id": str(member.member_id),
        "roles": list(member.roles),
        "active": member.is_active,
        "since": member.joined_at.isoformat(),
    }


def _plain_session(session: Session) -> dict[str, Any]:
    return {
        "session_id": str(session.session_id),
        "name": session.member.sign_in_name,
        "at": "console" if session.is_console else session.browser or _UNSAID,
        "network": session.network,
        "source": session.source,
        "strength": session.sign_in_strength,
        "signed_in_at": session.signed_in_at.isoformat(),
        "last_seen_at": session.last_seen_at.isoformat(),
    }


def _plain_device(device: Device) -> dict[str, Any]:
    state = "revoked" if device.revoked_at else "known" if device.approved_at else "waiting"
    return {
        "device_id": str(device.device_id),
        "device": device.name,
        "kind": device.kind,
        "state": state,
        "asked_by": device.asked_by.sign_in_name,
        "asked_from": device.asked_from,
        "asked_at": device.asked_at.isoformat(),
    }


def _moment(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
