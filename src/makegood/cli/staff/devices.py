"""``staff sessions | revoke | devices | approve-device | revoke-device``."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from makegood.cli.options import Json, number_given
from makegood.cli.output import answer, expect_json, out, table
from makegood.cli.staff.telling import (
    plain_device,
    plain_session,
    tell,
    visiting_staff,
    words_of,
)

DeviceNumber = Annotated[
    UUID, typer.Argument(metavar="DEVICE", parser=number_given, help="The device.")
]


def sessions(json_wanted: Json = False) -> None:
    """List all open sessions.

    Example: `makegood staff sessions`
    """
    expect_json(json_wanted)
    with visiting_staff() as (visitor, _settings):
        from makegood.trust.staff import all_open_sessions

        found = [plain_session(session) for session in all_open_sessions(visitor)]
        if json_wanted:
            answer({"sessions": found})
            return
        columns = ["session_id", "name", "at", "network", "strength", "last_seen_at"]
        shown = table("sessions", columns)
        for session in found:
            shown.add_row(*(words_of(column, session[column]) for column in columns))
        out.print(shown if found else "nobody is signed in")


def revoke(
    session: Annotated[
        UUID, typer.Argument(metavar="SESSION", parser=number_given, help="The session to end.")
    ],
    json_wanted: Json = False,
) -> None:
    """End a session; its next request finds it over.

    Example: `makegood staff revoke 0b9c…`
    """
    expect_json(json_wanted)
    with visiting_staff() as (visitor, _settings):
        from makegood.trust.staff import revoke_session

        ended = revoke_session(visitor, session)
        tell(
            {"session_id": str(session), "name": ended.member.sign_in_name, "ended": True},
            json_wanted=json_wanted,
        )


def devices(json_wanted: Json = False) -> None:
    """List devices that wait for approval, and those that are known.

    Example: `makegood staff devices`
    """
    expect_json(json_wanted)
    with visiting_staff() as (visitor, _settings):
        from makegood.trust.staff import devices_known, devices_waiting

        found = [
            plain_device(device) for device in (*devices_waiting(visitor), *devices_known(visitor))
        ]
        if json_wanted:
            answer({"devices": found})
            return
        columns = ["device_id", "device", "state", "asked_by", "asked_from", "asked_at"]
        shown = table("devices", columns)
        for device in found:
            shown.add_row(*(words_of(column, device[column]) for column in columns))
        out.print(shown if found else "no devices")


def approve_device(
    device: Annotated[
        UUID, typer.Argument(metavar="DEVICE", parser=number_given, help="The device.")
    ],
    json_wanted: Json = False,
) -> None:
    """Let a device count from now on: at the console, for the first security officer.

    Later the account of the machine needs two persons for it.

    Example: `makegood staff approve-device 0b9c…`
    """
    expect_json(json_wanted)
    with visiting_staff() as (visitor, _settings):
        from makegood.trust.staff import approve_device as approve

        tell(plain_device(approve(visitor, device)), json_wanted=json_wanted)


def revoke_device(
    device: Annotated[
        UUID, typer.Argument(metavar="DEVICE", parser=number_given, help="The device.")
    ],
    json_wanted: Json = False,
) -> None:
    """Let a device count no longer.

    Example: `makegood staff revoke-device 0b9c…`
    """
    expect_json(json_wanted)
    with visiting_staff() as (visitor, _settings):
        from makegood.trust.staff import revoke_device as revoke_it

        tell(plain_device(revoke_it(visitor, device)), json_wanted=json_wanted)
