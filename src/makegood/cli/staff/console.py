"""``sign-in`` and ``sign-out``: who is at this console."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Annotated

import typer

from makegood.cli.options import Json
from makegood.cli.output import answer, expect_json, out
from makegood.cli.staff.telling import (
    plain_session,
    tell,
    visiting_staff,
)


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
    with visiting_staff():
        from makegood.trust.staff import sign_in_at_console

        session = sign_in_at_console(name, password, code)
        tell(plain_session(session), json_wanted=json_wanted)


def sign_out(json_wanted: Json = False) -> None:
    """End the session of this console.

    Example: `makegood sign-out`
    """
    expect_json(json_wanted)
    with visiting_staff():
        from makegood.trust.staff import sign_out_at_console

        ended = sign_out_at_console()
    if json_wanted:
        answer({"ended": ended})
    else:
        out.print("signed out" if ended else "nobody was signed in at this console")


def _asked(what: str, *, hidden: bool = False) -> str:
    """What somebody types, or the next line of an input that is no terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass(f"{what}: ") if hidden else input(f"{what}: ")
