"""The day on which an approved claim is paid: a pure function of the programme, tested by vectors.

1. *A table.* The first row whose ``applied_by`` is not before the day of application (a day of the
   programme's time zone) says the day. It is never before ``settled_on`` and never before the day
   of approval: where it would be, the next row whose day is not before both is taken; where no row
   is left, the later of both days itself. On a day of the table after PAY_OUT_TIME that day's run
   stands already: then its row is over.
2. *A span.* ``within_days`` after the day of application, on the last day of it; not before
   ``settled_on``, nor before the day of approval.
3. *Late.* ``pay_within_days`` of ``late`` after the day of approval, on the last day of it; not
   before ``settled_on``. Without that key as in 1 or 2.
4. *A cover.* The next day on which people are enrolled in it, on the day of approval or after it;
   where that day's enrolment has begun, the one after. Where none is left, the day of approval.
5. *None of these.* The day of approval; an uplift not before its first day.

``settled_on`` is worked out from the line's facts; where it cannot be, it bounds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from makegood.kernel import day_of, plus_months
from makegood.programmes import Measure, Programme, first_day_of_enrolment
from makegood.rules import evaluator, facts_of

PAY_OUT_TIME = time(9, 0)
"""At what local time of a day what is paid on it is due. Banks take files from nine."""
ENROLMENT_TIME = time(0, 5)
"""At what local time of a day the enrolments of that day begin, as runs are due."""

Value = int | str | bool | None


def pay_on(
    programme: Programme,
    measure_name: str,
    submitted_at: datetime,
    values: Mapping[str, Value],
    approved_on: date,
    *,
    is_late: bool = False,
    is_after_run: bool = False,
) -> date:
    """The day of payment of a claim that was submitted and approved then.

    ``values`` are the line's facts as engine values (a date as its day number). ``is_late`` where
    it came the late way, ``is_after_run`` where it was approved after that day's run was due.
    A measure that an amended programme has no more is paid on the day of approval.
    """
    measure = programme.measures.get(measure_name)
    if measure is None:
        return approved_on
    earliest = max(approved_on, _settled_on(measure, values) or approved_on)
    late, refund = measure.section.late, measure.section.refund
    if is_late and late is not None and late.pay_within_days is not None:
        return max(approved_on + timedelta(days=late.pay_within_days), earliest)
    pay = refund.pay if refund else None
    applied_on = local_day(programme, submitted_at)
    if pay is not None and pay.within_days is not None:
        return max(applied_on + timedelta(days=pay.within_days), earliest)
    if pay is not None and pay.table:
        first = next(
            (at for at, row in enumerate(pay.table) if applied_on <= row.applied_by),
            len(pay.table) - 1,
        )
        over = approved_on if is_after_run else None
        days = (row.pay_on for row in pay.table[first:] if row.pay_on != over)
        return next((day for day in days if day >= earliest), earliest)
    if measure.section.cover is not None:
        is_over = is_after_run and earliest == approved_on
        moment = datetime.combine(earliest, ENROLMENT_TIME if is_over else time.min)
        return next_enrolment(measure, moment) or earliest
    uplift = measure.section.uplift
    return max(earliest, uplift.since or earliest) if uplift else earliest


def next_enrolment(measure: Measure, local: datetime) -> date | None:
    """The first day of enrolment in a cover that has not begun at a moment of the local clock.

    That is its opening day, then the first of each month, up to the one after applications close.
    None where none is left, or nothing says a day.
    """
    opening, claim = first_day_of_enrolment(measure), measure.section.claim
    day = local.date() + timedelta(days=int(local.time() >= ENROLMENT_TIME))
    if opening is None or day <= opening:
        return opening
    if claim is None:
        return None
    found = day if day.day == 1 else _next_month(day)
    last = _next_month(max(claim.until.date(), opening)) if claim.until else found
    return found if found <= last else None


def is_after_run(programme: Programme, measure_name: str, instant: datetime) -> bool:
    """Whether the run of that instant's day is due already, in the programme's time zone."""
    measure = programme.measures.get(measure_name)
    is_cover = measure is not None and measure.section.cover is not None
    time_of_run = ENROLMENT_TIME if is_cover else PAY_OUT_TIME
    return instant.astimezone(ZoneInfo(programme.section.time_zone)).time() >= time_of_run


def local_day(programme: Programme, instant: datetime) -> date:
    """The day of an instant in the programme's time zone."""
    return instant.astimezone(ZoneInfo(programme.section.time_zone)).date()


def _settled_on(measure: Measure, values: Mapping[str, Value]) -> date | None:
    if measure.settled_on is None:
        return None
    facts = list(facts_of(measure.settled_on).values())
    found = evaluator(measure.settled_on, facts)(*(values.get(fact.name) for fact in facts))
    return None if found is None else day_of(int(found))


def _next_month(day: date) -> date:
    """The first day of the month after a day's."""
    return plus_months(day.replace(day=1), 1)
