"""Days on which something waits that no date of the calendar brings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from makegood.channels import ChannelName
from makegood.kernel import ONCE
from makegood.runs.kinds import RULES, RunKind
from makegood.runs.planning.due import END, START, Due, closes_at, due, first_bill
from makegood.runs.planning.texts import MESSAGES
from makegood.runs.planning.times import at_time_of
from makegood.runs.rows import RunRow, select

if TYPE_CHECKING:
    from makegood.programmes import Measure, Programme

_AMENDED = frozenset({RunKind.GRANT, RunKind.BILL, RunKind.UPLIFT_START})
# The version by which each was planned last, cancelled or not: what a person cancelled is planned
# again by persons only.
_VERSIONS = """
SELECT DISTINCT ON (kind, measure, period) kind, measure, period, programme_sha256,
       bool_or(state <> 'cancelled') OVER (PARTITION BY kind, measure, period) AS stands
FROM runs_run WHERE programme = %s AND follows IS NULL
ORDER BY kind, measure, period, sequence DESC
"""


# When the family of a month was planned last, by the calendar or because something waited.
_PLANNED_LAST = """
SELECT max(planned_at) FROM runs_run
WHERE programme = %s AND measure = %s AND period = %s AND kind = %s AND follows IS NULL
"""


def demands(programme: Programme, at: datetime) -> tuple[Due, ...]:
    """What waits at an instant, each at its time of this day, if that has come.

    Claims whose day of payment has come though no row of a table is for it; passes that were
    chosen; applications for a month in progress that were approved after its run was planned; and,
    after the programme was amended, lines that have come to qualify for a month or a
    bill that was carried out by the version before. Where nothing waits, nothing is due.
    """
    zone = ZoneInfo(programme.section.time_zone)
    day, found = at.astimezone(zone).date(), list[Due]()
    for measure in programme.measures.values():
        found += _of_measure(programme, measure, at, day, zone)
    found += _amended(programme, at, day, zone)
    return tuple(sorted({each for each in found if each.due_at <= at}, key=_order))


def _order(each: Due) -> tuple[datetime, str, str, str]:
    return (each.due_at, each.kind.value, each.measure, each.period)


def _of_measure(
    programme: Programme, measure: Measure, at: datetime, day: date, zone: ZoneInfo
) -> Iterator[Due]:
    from makegood.redress.choices import any_chosen
    from makegood.redress.claims import any_payable

    # This is asked every few seconds: of the clock first, and then whether there is any at all.
    pay_out = _pay_out(measure, day, zone)
    if pay_out and pay_out.due_at <= at and any_payable(programme.identifier, measure.name, day):
        yield pay_out
    yield from _month_in_progress(programme, measure, at, day, zone)
    choice = measure.section.choice
    if not (choice and choice.choose_from) or choice.choose_from.replace(tzinfo=zone) > at:
        return
    passes = _today(RunKind.PASSES, measure.name, ONCE, day, zone)
    if passes.due_at <= at and any_chosen(programme.identifier, measure.name):
        yield passes


def _month_in_progress(
    programme: Programme, measure: Measure, at: datetime, day: date, zone: ZoneInfo
) -> Iterator[Due]:
    """The month of yesterday, where its run was planned before somebody's application was approved.

    Of yesterday, so that who applies on the last day of a month comes to it, too.
    """
    from makegood.redress.claims import any_approved_since

    if not (measure.section.grant and measure.section.claim):
        return
    period = f"{day - timedelta(days=1):%Y-%m}"
    again = _today(RunKind.GRANT, measure.name, period, day, zone)
    if again.due_at > at:
        return
    name = programme.identifier
    ((planned_at,),) = select(_PLANNED_LAST, [name, measure.name, period, RunKind.GRANT.value])
    if planned_at and any_approved_since(name, measure.name, planned_at):
        yield again


def _pay_out(measure: Measure, day: date, zone: ZoneInfo) -> Due | None:
    """The pay-out of a day, to accounts or on the bill; None where claims are not paid."""
    refund, bill = measure.section.refund, first_bill(measure)
    if measure.section.claim is None:
        return None
    pay_out = _today(RunKind.PAY_OUT, measure.name, ONCE, day, zone)
    if bill is not None:
        return replace(pay_out, channel=ChannelName.BILLING) if bill <= day else None
    return pay_out if refund and refund.to == "bank_account" else None


def _amended(programme: Programme, at: datetime, day: date, zone: ZoneInfo) -> Iterator[Due]:
    planned = {
        (kind, measure, period): version
        for kind, measure, period, version, stands in select(_VERSIONS, [programme.identifier])
        if stands
    }
    entries = due(programme, at)
    ended = {each.measure for each in entries if each.period == END}
    for each in entries:
        version = planned.get((each.kind.value, each.measure, each.period))
        if each.kind not in _AMENDED or version in (None, programme.sha256):
            continue
        if each.period == START and each.measure in ended:
            continue
        yield _today(each.kind, each.measure, each.period, day, zone)


def due_anew(programme: Programme, run: RunRow, at: datetime) -> Iterator[Due]:
    """What brought a run on a day that is none of the calendar's: it may be due on that day again.

    An amendment, or applications that were approved later. An uplift that has ended begins no more.
    """
    entries = due(programme, at)
    ended = {each.measure for each in entries if each.period == END}
    for each in entries:
        if each.kind not in _AMENDED or (each.period == START and each.measure in ended):
            continue
        if (each.kind, each.measure, each.period) == (run.kind, run.measure, run.period):
            yield replace(each, due_at=run.due_at)


def _today(kind: RunKind, measure: str, period: str, day: date, zone: ZoneInfo) -> Due:
    at = at_time_of(kind, day, zone)
    return Due(kind, measure, period, at, RULES[kind].channels[0])


TOO_OLD = timedelta(days=3)
"""How long before its programme was first published a message may have been due, to be sent yet."""


def is_over(programme: Programme, entry: Due, first_published_at: datetime, at: datetime) -> bool:
    """Whether a message has no use any more: it is skipped, while goods and money are made up for.

    A notice or reminder that was due days before there was a programme; a reminder to apply for
    what nobody can apply for any more.
    """
    if entry.kind not in MESSAGES:
        return False
    if entry.due_at < first_published_at - TOO_OLD:
        return True
    closing = None
    if entry.kind is RunKind.REMINDER:
        closing = closes_at(programme, programme.measures[entry.measure])
    return closing is not None and closing <= at
