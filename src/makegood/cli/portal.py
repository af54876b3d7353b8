"""``portal gate``: how many customers are inside and wait, and how many may enter."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.options import Json
from makegood.cli.output import answer, expect_json, out, table
from makegood.cli.visiting import visiting
from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError

if TYPE_CHECKING:
    from makegood.portal.waiting import Standing
    from makegood.trust.access import Visitor

commands = typer.Typer(help="The customers' site: its gate.", no_args_is_help=True)


@commands.callback()
def _group() -> None:
    """The customers' site: its gate."""


@commands.command()
def gate(
    inside_max: Annotated[
        int | None,
        typer.Option("--inside-max", metavar="N", help="How many may be inside; 0: none enter."),
    ] = None,
    admissions: Annotated[
        int | None,
        typer.Option("--admissions-a-minute", metavar="N", help="How many enter in a minute."),
    ] = None,
    as_set: Annotated[
        bool, typer.Option("--as-set", help="Back to what the settings say, or what is measured.")
    ] = False,
    json_wanted: Json = False,
) -> None:
    """Show the waiting room; raise, lower or close its gate for all processes at once.

    What is given here counts before the settings, until `--as-set`. Who is inside goes on whatever
    is set, and who waits keeps the place.

    Example: `makegood portal gate --inside-max 400`
    """
    expect_json(json_wanted)
    changes = inside_max is not None or admissions is not None
    if as_set and changes:
        message = "--as-set takes back what the other options set; give one of the two"
        raise MakegoodError(Finding("MG880", message, "'makegood portal gate --as-set'"))
    settings = Settings.load()
    with visiting(settings) as visitor:
        from makegood.portal.waiting import waiting_standing

        if as_set or changes:
            _set(visitor, inside_max, admissions)
        found = waiting_standing(inside_max_set=settings.portal_inside_max)
    if json_wanted:
        answer(asdict(found))
        return
    shown = table("Gate", ["what", "now"], ["now"])
    for words, value in _rows(found):
        shown.add_row(words, value)
    out.print(shown)


def _set(visitor: Visitor, inside_max: int | None, admissions: int | None) -> None:
    from django.db import transaction

    from makegood.portal.waiting import set_gate
    from makegood.trust.access import permit
    from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

    with transaction.atomic():
        permit(
            visitor,
            Act.SET_GATE,
            Resource(ResourceKind.STORE),
            purpose=Purpose.OPERATION,
            kind="portal.gate_set",
            details={"inside_max": inside_max, "admissions_a_minute": admissions},
        )
        set_gate(inside_max, admissions)


def _rows(found: Standing) -> list[tuple[str, str]]:
    looked = found.age_seconds
    how = "measured" if found.is_measured else "set"
    return [
        ("inside", f"{found.inside:,}"),
        ("called, a place is kept", f"{found.called:,}"),
        ("waiting", f"{found.waiting:,}"),
        (f"may be inside ({how})", f"{found.inside_max:,}"),
        ("may enter in a minute", f"{found.admissions_a_minute:,.0f}"),
        ("leave in a minute", f"{found.leaving_a_minute:,.1f}"),
        ("pages slower than the target", f"{found.slow_share:.1%}"),
        ("let in so far", f"{found.entered:,}"),
        ("looked at", "never" if looked is None else f"{looked:,.0f} s ago"),
    ]
