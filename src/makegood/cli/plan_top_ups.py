"""What ``plan --top-ups`` tells: what an amended version adds to what was done, and what not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from makegood.cli.output import out, table

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.kernel import Progress
    from makegood.programmes import Programme
    from makegood.runs import NotToppedUp, TopUp
    from makegood.trust.access import Visitor

_SHORT = 8


@dataclass(frozen=True, slots=True)
class Added:
    """What the version in force adds, and what it says otherwise without adding anything."""

    top_ups: tuple[TopUp, ...]
    others: tuple[NotToppedUp, ...]


def added_by(
    settings: Settings, name: str, visitor: Visitor, tell: Progress, *, start: bool
) -> Added:
    """What is added to what was done; with ``start`` it is planned as runs, and told after that."""
    from makegood import runs

    found = runs.top_ups(settings, name, tell)
    wanted = [each for each in found if each.heads] if start else []
    for each in wanted:
        # Who starts them anew wants what was cancelled, too.
        runs.plan_run(settings, name, each.due, visitor.actor, tell, again=True)
    if wanted:
        found = runs.top_ups(settings, name, tell)
    return Added(found, runs.not_topped_up(name))


def plain_added(added: Added) -> dict[str, Any]:
    """The same for JSON."""
    return {
        "top_ups": [each.as_json() for each in added.top_ups],
        "not_topped_up": [each.as_json() for each in added.others],
    }


def show_added(programme: Programme, added: Added, language: str) -> None:
    """The same as tables: what is added, and a line for each measure that is only changed."""
    numbers = ["more to", "more", "less to", "not taken back", "not reckoned", "agreed on"]
    numbers.append("not closed")
    columns = ["measure", "of", "facts", "by", *numbers, "top-ups so far"]
    shown = table("What the version in force adds", columns, numbers)
    for each in added.top_ups:
        found = each.difference
        shown.add_row(
            each.due.measure,
            each.month or "-",
            str(each.facts_day or "?"),
            each.due.channel.value,
            f"{found.heads:,}",
            _much(programme, each, found.more, language),
            f"{found.worse:,}",
            _much(programme, each, found.worse_by, language),
            f"{found.unreckoned:,}",
            f"{found.agreed:,}",
            f"{each.unfinished:,}",
            ", ".join(f"{str(run.run_id)[:_SHORT]} {run.state.value}" for run in each.runs),
        )
    out.print(shown if added.top_ups else "the version in force adds nothing to what was done")
    for other in added.others:
        what = "the measure is gone" if other.is_gone else ", ".join(other.keys)
        out.print(f"changed, not topped up: {other.measure}: {what}", markup=False)


def _much(programme: Programme, each: TopUp, number: int, language: str) -> str:
    if each.month:
        return f"{number:,} {each.unit}" if number else "0"
    return programme.currency.text(number, language)
