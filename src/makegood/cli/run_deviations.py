"""``run deviations``: the lines of a run that get something else than they were shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.figures import local_iso, local_minute, zone_of
from makegood.cli.options import Json, RunId
from makegood.cli.output import answer, expect_json, out, progress, table
from makegood.cli.runs_answers import currency_of, plain_deviating
from makegood.cli.visiting import visiting

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from makegood.runs import LineDeviation

_NONE = {"shown_lines": 0, "less_lines": 0, "less": 0, "more_lines": 0, "more": 0}


def deviations(
    run: RunId,
    propose: Annotated[
        bool, typer.Option("--propose", help="Propose that the better for the customer counts.")
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why, for the log; with --propose.")
    ] = "what was shown to the customer counts",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many.")] = 100,
    json_wanted: Json = False,
) -> None:
    """Show the lines of a run of money that get something else than they were shown.

    As of when it was checked. Of each line all that the measure's runs bring counts.

    Example: `makegood run deviations 0b9c1d2e --propose`
    """
    expect_json(json_wanted)
    from makegood.configuration import Settings

    with visiting() as visitor:
        from makegood import runs

        settings, named = Settings.load(), runs.run_named(run)
        found = runs.deviating_lines(settings, visitor, named.run_id, limit)
        made = []
        if propose:
            with progress() as tell:
                made = runs.propose_shown(settings, visitor, named.run_id, reason, progress=tell)
        of_others = runs.not_proposable(settings, named.run_id)
        deviating, told = runs.deviating_of(named), runs.deviating_words(named)
        zone = zone_of(named.programme)
    if json_wanted:
        lines = [_plain(each, zone) for each in found]
        proposals = [str(each.proposal_id) for each in made]
        counts = plain_deviating(deviating) or _NONE
        answer(
            {
                "ok": True,
                **counts,
                "deviations": lines,
                "proposals": proposals,
                "not_proposable": of_others,
            }
        )
        return
    currency = currency_of(named)
    columns = ["line", "shown", "comes to", "of this run", "shown on", "upheld"]
    listed = table("Deviations", columns, columns[1:4])
    for each in found:
        amounts = (each.quoted, each.comes_to, each.item)
        listed.add_row(
            each.line_id,
            *(currency.plain(amount) for amount in amounts),
            local_minute(each.shown_at, zone),
            "yes" if each.is_upheld else "",
        )
    if found:
        out.print(listed)
    out.print(told or "no line deviates from what it was shown")
    for one in made:
        out.print(f"proposal {one.proposal_id}: {one.subject}")
    if of_others:
        what = "1 line" if of_others == 1 else f"{of_others:,} lines"
        out.print(f"cannot be proposed: {what}; the better was shown to who held the line before")


def _plain(each: LineDeviation, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "line": each.line_id,
        "shown": each.quoted,
        "comes_to": each.comes_to,
        "item": each.item,
        "way": each.way,
        "quote": str(each.quote_id),
        "shown_at": local_iso(each.shown_at, zone),
        "upheld": each.is_upheld,
    }
