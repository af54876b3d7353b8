"""Members, sessions and devices as commands tell them, and who is at this console."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.figures import local_minute
from makegood.cli.output import answer, out
from makegood.configuration import Settings

if TYPE_CHECKING:
    from makegood.trust.access import Visitor
    from makegood.trust.staff import Device, Member, Session

UNSAID = "–"
_TIMES = frozenset({"since", "signed_in_at", "last_seen_at", "asked_at"})

SignInName = Annotated[str, typer.Argument(metavar="NAME", help="The name they sign in with.")]


@contextmanager
def visiting_staff() -> Iterator[tuple[Visitor, Settings]]:
    """The store, open, and who is at this console."""
    from makegood.project import prepared

    settings = Settings.load()
    with prepared(settings):
        from makegood.trust.staff import console_visitor

        yield console_visitor(), settings


def tell(plain: dict[str, Any], *, json_wanted: bool) -> None:
    """Say plain values, a line each."""
    if json_wanted:
        answer(plain)
        return
    for key, value in plain.items():
        out.print(f"{key.replace('_', ' ')}: {words_of(key, value)}")


def words_of(key: str, value: Any) -> str:  # noqa: ANN401 - a plain value
    """A plain value as a person reads it: a time with its zone, a list with a line for each."""
    match value:
        case None | "" | []:
            return UNSAID
        case bool():
            return "yes" if value else "no"
        case list() if isinstance(value[0], dict):
            return "\n".join(
                ", ".join(f"{name.replace('_', ' ')} {words_of(name, one[name])}" for name in one)
                for one in value
            )
        case list():
            return ", ".join(str(one) for one in value)
        case _:
            is_time = key in _TIMES
            return local_minute(datetime.fromisoformat(value)) if is_time else str(value)


def plain_member(member: Member) -> dict[str, Any]:
    """A member as plain values."""
    return {
        "name": member.sign_in_name,
        "shown": member.name,
        "staff_id": str(member.member_id),
        "roles": list(member.roles),
        "active": member.is_active,
        "since": member.joined_at.isoformat(),
    }


def plain_session(session: Session) -> dict[str, Any]:
    """A session as plain values."""
    return {
        "session_id": str(session.session_id),
        "name": session.member.sign_in_name,
        "at": "console" if session.is_console else session.browser or UNSAID,
        "network": session.network,
        "source": session.source,
        "strength": session.sign_in_strength,
        "signed_in_at": session.signed_in_at.isoformat(),
        "last_seen_at": session.last_seen_at.isoformat(),
    }


def plain_device(device: Device) -> dict[str, Any]:
    """A device as plain values."""
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
