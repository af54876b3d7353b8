"""What an amended programme adds to what was already done. Nothing is ever taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from makegood.kernel import Progress, silent
from makegood.runs.kinds import RunKind
from makegood.runs.planning.done import Done, done_by, month_of, top_up_period
from makegood.runs.planning.due import Due
from makegood.runs.planning.earlier import family_runs
from makegood.runs.planning.reckoning import reckoned
from makegood.runs.planning.times import at_time_of
from makegood.runs.planning.top_up_keys import next_keys
from makegood.runs.planning.waiting import WAITING_SCHEMA, waiting_table
from makegood.runs.rows import RunRow
from makegood.runs.states import RunState
from makegood.trust.clock import now

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.programmes import Measure, Programme

_SUMS = """
SELECT facts, count(*) FILTER (due > got), coalesce(sum(due - got) FILTER (due > got), 0)::BIGINT,
       count(*) FILTER (due < got AND NOT by_persons),
       coalesce(sum(got - due) FILTER (due < got AND NOT by_persons), 0)::BIGINT,
       count(*) FILTER (due IS NULL AND NOT by_persons),
       count(*) FILTER (by_persons AND (due IS NULL OR due < got))
FROM compared GROUP BY facts
"""
_BETTER = """
SELECT line_id, customer_id, account_id, due - got AS more FROM compared
WHERE facts = {place} AND due > got ORDER BY line_id, customer_id
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """What lines are due beyond what they got, and what they got beyond what they are due.

    Both in minor units of money, or in the ``unit`` of a grant. A line counts once for each
    customer who got something of it. ``unreckoned`` lines cannot be compared: their facts are not
    known any more or leave it open, or what they got was counted in another unit. ``agreed`` lines
    got something on which two persons agreed, and no more is due: what the version says of them is
    no matter.
    """

    heads: int = 0
    more: int = 0
    worse: int = 0
    worse_by: int = 0
    unreckoned: int = 0
    agreed: int = 0


@dataclass(frozen=True, slots=True)
class TopUp:
    """What a measure's lines are due beyond what was done, by the facts that decided it then.

    ``month`` is that of a grant, whose figures are quantities in ``unit``; of money, in minor
    units, both are empty. ``facts_day`` is the day of the facts; None where they are not known any
    more. ``worse`` lines got more than the version in force gives: nothing is taken back.
    ``unfinished`` runs are not closed yet: what they bring is not counted, and may still add.
    ``runs`` are the top-ups that were planned so far, by any version: what they bring counts as
    done, as it is tried again by themselves where it failed.
    """

    due: Due
    month: str
    unit: str
    facts_day: date | None
    difference: Difference
    unfinished: int
    runs: tuple[RunRow, ...]

    @property
    def heads(self) -> int:
        """How many lines are due more than was done."""
        return self.difference.heads

    @property
    def amount(self) -> int:
        """How much more money they are due, in minor units; 0 of a grant."""
        return 0 if self.month else self.difference.more

    @property
    def quantity(self) -> int:
        """How much more they are due of a grant, in its unit; 0 of money."""
        return self.difference.more if self.month else 0

    def as_json(self) -> dict[str, Any]:
        """For answers in JSON and for what is kept of a study."""
        found = self.difference
        money = 0 if self.month else found.worse_by
        return {
            "measure": self.due.measure,
            "period": self.due.period,
            "month": self.month,
            "unit": self.unit,
            "facts_day": self.facts_day.isoformat() if self.facts_day else None,
            "channel": self.due.channel.value,
            "heads": found.heads,
            "amount": self.amount,
            "quantity": self.quantity,
            "worse": found.worse,
            "worse_amount": money,
            "worse_quantity": found.worse_by - money,
            "unreckoned": found.unreckoned,
            "agreed": found.agreed,
            "unfinished": self.unfinished,
            "runs": [
                {"run": str(run.run_id), "state": run.state.value, "items": run.items}
                for run in self.runs
            ],
        }


def top_ups(
    settings: Settings, programme_name: str, progress: Progress = silent
) -> tuple[TopUp, ...]:
    """What the version in force adds to what was done. Proposes; changes nothing.

    One for each measure and snapshot by which it was decided, of a grant for each month, too: only
    the amendment counts, whatever changed in the facts meanwhile. What a claim was paid counts by
    the facts that it was approved on. Each is planned by ``plan_run`` with its ``due``, and
    released by two persons. Only that is told of which something was decided by a version that
    decides the measure otherwise: words alone add nothing. Lines that got nothing are none of them:
    they come by the month or bill that is planned once more, or by their claims. Raises
    MakegoodError MG632 where no version is in force.
    """
    from makegood.redress.serving import programme_in_force

    programme = programme_in_force(programme_name)
    return tuple(
        top_up
        for measure in programme.measures.values()
        for done in done_by(programme, measure)
        for top_up in _of(settings, programme, measure, done, progress)
    )


def better_lines(
    settings: Settings,
    programme: Programme,
    measure: Measure,
    due: Due,
    progress: Progress = silent,
) -> pa.Table:
    """The lines that a top-up is for, with the difference, as what waits for them.

    Each goes to the customer and account that it went to before: where these were two persons, the
    line is there twice. What a line lacks after an earlier run of the family, or beside another
    person, has a key of its own (``next_keys``).
    """
    month = month_of(due.period)
    done = next((each for each in done_by(programme, measure) if each.month == month), None)
    if done is None or due.facts not in done.facts:
        return WAITING_SCHEMA.empty_table()
    with reckoned(settings, programme, measure, done, progress) as connection:
        better = _BETTER.format(place=done.facts.index(due.facts))
        table = connection.sql(better).to_arrow_table()
    more, none = table.column("more"), pc.multiply(table.column("more"), 0)
    amount, quantity = (none, more) if done.is_quantity else (more, none)
    names = ("line_id", "customer_id", "account_id")
    columns = {name: table.column(name) for name in names}
    keys = next_keys(settings, programme.identifier, due, table.column("line_id"))
    columns["key"] = pa.chunked_array([keys])
    return waiting_table(**columns, amount=amount, quantity=quantity)


def _of(
    settings: Settings, programme: Programme, measure: Measure, done: Done, progress: Progress
) -> Iterator[TopUp]:
    amended = [facts for facts in done.facts if done.is_amended(facts)]
    if not amended:
        return
    with reckoned(settings, programme, measure, done, progress) as connection:
        rows = connection.sql(_SUMS).fetchall()
    found = {done.facts[row[0]]: Difference(*row[1:]) for row in rows}
    grant = measure.section.grant
    for facts in amended:
        if facts not in found and all(run in done.upheld for run in done.by_facts(facts)):
            continue  # what was upheld by these facts only added to something
        difference = found.get(facts, Difference())
        yield TopUp(
            _due(programme, done, facts, is_more=difference.heads > 0),
            done.month,
            grant.unit[programme.languages[0]] if grant and done.is_quantity else "",
            _day_of(programme, facts),
            difference,
            _open(done, facts),
            tuple(run for run in done.top_ups if run.snapshot_sha256 == facts),
        )


def _open(done: Done, facts: str) -> int:
    own = {run.run_id for run in done.by_facts(facts)}
    added = [run for run in done.top_ups if run.snapshot_sha256 == facts]
    return sum(run.run_id in own for run in done.unfinished) + sum(
        run.state is not RunState.CLOSED for run in added
    )


def _due(programme: Programme, done: Done, facts: str, *, is_more: bool) -> Due:
    """Due today, by the way in which it was done.

    What is due once is planned once: where the day has top-ups of it and there is more, as other
    runs have come to their end since, it is due in the first minute that none of them has; else in
    that of the last. A minute whose top-up was cancelled is free.
    """
    zone = ZoneInfo(programme.section.time_zone)
    day = now().astimezone(zone).date()
    at = at_time_of(RunKind.TOP_UP, day, zone)
    period = top_up_period(programme, done.month, facts)
    own = _standing(programme, done, period, day)
    if is_more:
        at = next(minute for minute in _minutes(at) if minute not in own)
    elif own:
        at = max(own)
    channel = done.by_facts(facts)[-1].channel
    return Due(RunKind.TOP_UP, done.measure, period, at, channel, facts=facts)


def _standing(programme: Programme, done: Done, period: str, day: date) -> set[datetime]:
    """When the top-ups of a day are due that were not cancelled; those without items, too."""
    return {
        run.due_at
        for run in family_runs(programme.identifier, done.measure, period)
        if run.due_on == day and run.follows is None and run.state is not RunState.CANCELLED
    }


def _minutes(first: datetime) -> Iterator[datetime]:
    for number in count():
        yield first + timedelta(minutes=number)


def _day_of(programme: Programme, facts: str) -> date | None:
    from makegood.redress.serving import registered

    known = registered(programme.identifier)
    return next((each.as_of for each in known if each.content_sha256 == facts), None)
