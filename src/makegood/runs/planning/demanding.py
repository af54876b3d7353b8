"""Days on which something waits that no date of the calendar brings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from makegood.kernel import ONCE
from makegood.runs.kinds import RULES, RunKind
from makegood.runs.planning.due import END, START, Due, due
from makegood.runs.planning.times import at_time_of
from makegood.runs.rows import select

if TYPE_CHECKING:
    from makegood.programmes import Measure, Programme

_AMENDED = frozenset({RunKind.GRANT, RunKind.BILL, RunKind.UPLIFT_START})
# Of every family the version by which its newest run was planned.
_VERSIONS = """
SELECT DISTINCT ON (measure, period) measure, period, programme_sha256 FROM runs_run
WHERE programme = %s AND follows IS NULL AND state <> 'cancelled'
ORDER BY measure, period, sequence DESC
"""


def demands(programme: Programme, at: datetime) -> tuple[Due, ...]:
    """What waits at an instant, each at its time of this day, if that has come.

    Claims whose day of payment has come though no row of a table is for it; passes that were
    chosen; and, after the programme was amended, lines that have come to qualify for a month or a
    bill that was carried out by the version before. Where nothing waits, nothing is due.
    """
    zone = ZoneInfo(programme.section.time_zone)
    local = at.astimezone(zone)
    day, found = local.date(), list[Due]()
    for measure in programme.measures.values():
        found += _of_measure(programme, measure, local.replace(tzinfo=None), day, zone)
    found += _amended(programme, at, day, zone)
    return tuple(sorted({each for each in found if each.due_at <= at}, key=_order))


def _order(each: Due) -> tuple[datetime, str, str, str]:
    return (each.due_at, each.kind.value, each.measure, each.period)


def _of_measure(
    programme: Programme, measure: Measure, local: datetime, day: date, zone: ZoneInfo
) -> Iterator[Due]:
    section = measure.section
    if section.refund and section.claim and section.refund.to == "bank_account":
        from makegood.redress.claims import payable

        if payable(programme.identifier, measure.name, day).num_rows:
            yield _today(RunKind.PAY_OUT, measure.name, ONCE, day, zone)
    choice = section.choice
    if choice and choice.choose_from and choice.choose_from <= local:
        from makegood.redress.choices import chosen

        if chosen(programme.identifier, measure.name).num_rows:
            yield _today(RunKind.PASSES, measure.name, ONCE, day, zone)


def _amended(programme: Programme, at: datetime, day: date, zone: ZoneInfo) -> Iterator[Due]:
    planned = {
        (measure, period): version
        for measure, period, version in select(_VERSIONS, [programme.identifier])
    }
    entries = due(programme, at)
    ended = {each.measure for each in entries if each.period == END}
    for each in entries:
        version = planned.get((each.measure, each.period))
        if each.kind not in _AMENDED or version in (None, programme.sha256):
            continue
        if each.period == START and each.measure in ended:
            continue
        yield _today(each.kind, each.measure, each.period, day, zone)


def _today(kind: RunKind, measure: str, period: str, day: date, zone: ZoneInfo) -> Due:
    at = at_time_of(kind, day, zone)
    return Due(kind, measure, period, at, RULES[kind].channels[0])
