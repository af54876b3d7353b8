"""``makegood demo``: all sites on a made-up programme in the middle of its story."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.options import ProgrammePath, Quiet
from makegood.cli.output import aside, out, progress, say, standard_output, table

if TYPE_CHECKING:
    from makegood.project import Event
    from makegood.rehearsal import Demonstration

_FIRST_STEP = (
    "Staff: after the first sign-in nearly every page is refused until the browser is known. Go to "
    "/account/devices/, name it, press 'Ask that it be known' (기기 등록 신청); a moment later the "
    "demonstration approves it. To be two persons, use two browsers or a private window. "
    "Then agents work at /centre/ of the staff's site, everybody else at /overview/. "
    "Pages begin in Korean: English is at the top for customers, at the foot for staff."
)
_PASSES = (
    "Passes leave once a day: the first choice has its code within minutes, later ones on the next "
    "day."
)


def add_to(application: typer.Typer) -> None:
    """Register the command."""
    application.command()(demo)


def demo(
    file: ProgrammePath,
    home: Annotated[
        Path,
        typer.Option("--home", metavar="DIR", help="The demonstration's folder; goes on if made."),
    ],
    lines: Annotated[
        int, typer.Option("--lines", metavar="N", min=1, help="How many made-up lines.")
    ] = 20_000,
    seed: Annotated[
        int, typer.Option("--seed", metavar="S", min=0, help="The same seed, the same story.")
    ] = 1,
    day: Annotated[
        datetime | None,
        typer.Option(
            "--day",
            formats=["%Y-%m-%d"],
            help="The day to show; without it one on which customers can apply.",
        ),
    ] = None,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Make it and say who may sign in; serve nothing.")
    ] = False,
    codes: Annotated[
        bool, typer.Option("--codes", help="Say what the staff's authenticators show now, and end.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Show all sites on a made-up programme that runs on from a day in its middle.

    Everything is made up: lines, customers, staff, bank, telephones. Messages that arrive at a
    customer's telephone are said here. A folder of another kind is refused.

    Example: `makegood demo programme.yaml --home demo/site --lines 20000`
    """
    from makegood.rehearsal import demonstration_in, make_demonstration, run_demonstration

    made = demonstration_in(home)
    if made is None:
        wanted: date | None = day.date() if day else None
        with progress(quiet=quiet) as told:
            made = make_demonstration(
                file,
                home,
                lines=lines,
                seed=seed,
                day=wanted,
                progress=told,
                tell=_silent if quiet else _tell,
            )
    _show(made)
    if not (prepare or codes):
        raise typer.Exit(run_demonstration(made, tell=_event, say=_line))


def _tell(at: datetime, words: str) -> None:
    aside.print(f"{at:%Y-%m-%d %H:%M}  {words}")


def _silent(at: datetime, words: str) -> None:
    del at, words


def _event(event: Event) -> None:
    _line(event.words)


def _line(words: str) -> None:
    say(f"{words}\n")
    standard_output.flush()


def _show(made: Demonstration) -> None:
    from makegood.channels.bank import institution_name
    from makegood.rehearsal import authenticator_code

    columns = ["telephone", "birth date", "bank, account, holder", "to show"]
    customers = table("Customers of this demonstration", columns)
    for one in made.customers:
        # As the pages name it, in both languages: nobody knows a bank by its code.
        bank = " ".join(institution_name(one["bank_code"], language) for language in ("ko", "en"))
        account = f"{bank}\n{one['account_number']}\n{one['name']}"
        customers.add_row(one["phone"], one["birth_date"], account, one["who"])
    columns = ["sign-in name", "password", "authenticator", "shows now"]
    staff = table("Staff of this demonstration", columns)
    desks = table("What each of them is there for", ["sign-in name", "to try"])
    for one in made.staff:
        secret = one["authenticator"]
        staff.add_row(one["sign_in_name"], one["password"], secret, authenticator_code(secret))
        desks.add_row(one["sign_in_name"], one.get("tries", ""))
    for shown in (customers, staff, desks):
        out.print(shown)
    out.print(_FIRST_STEP)
    if any("can choose" in one["who"] for one in made.customers):
        out.print(_PASSES)
    for words in made.samples:
        out.print(f"Sample value, not published: {words}")
    out.print(f"It is {made.day} there. All of it is made up; none of it opens anything else.")
