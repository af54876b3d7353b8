"""What is due when, from the programme's file alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from makegood.channels import ChannelName
from makegood.kernel import ONCE, plus_months
from makegood.programmes import (
    Measure,
    Programme,
    calendar,
    first_day_of_enrolment,
    first_day_of_uplift,
)
from makegood.rules import FALSE
from makegood.runs.kinds import RULES, RunKind
from makegood.runs.planning.times import at_time_of

START, END = "start", "end"
"""The periods of an uplift."""

MESSAGE_CHANNELS = {"sms": ChannelName.SMS, "mail": ChannelName.MAIL}
"""By what a notice says it goes out; a page needs no run."""


@dataclass(frozen=True, slots=True)
class Due:
    """A run that is to be planned at an instant. ``measure`` is empty for the whole programme.

    ``template`` names the text of a message. ``facts`` is the hash of the very snapshot that it is
    decided on; where it is empty, the newest of the day is.
    """

    kind: RunKind
    measure: str
    period: str
    due_at: datetime
    channel: ChannelName
    template: str = ""
    facts: str = ""

    @property
    def needs_release(self) -> bool:
        """Whether a second person lets it go."""
        return RULES[self.kind].needs_release


def due(programme: Programme, until: datetime) -> tuple[Due, ...]:
    """Everything that is due up to and including an instant, in order.

    The same programme gives the same entries, whatever was done already.
    """
    found = (each for each in _all(programme, until) if each.due_at <= until)
    return tuple(sorted(found, key=lambda each: (each.due_at, each.kind, each.measure)))


def last_due(programme: Programme) -> datetime | None:
    """The instant up to which a plan shows what is due: all that the file names, to its last run.

    The day on which something ends is not the last: what was begun is ended the day after.
    Enrolments that never close are shown as far as the rest goes. None where nothing is named.
    """
    zone = ZoneInfo(programme.section.time_zone)
    closings = {name: closes_at(programme, each) for name, each in programme.measures.items()}
    days = [action.day for action in calendar(programme)]
    days += [closing.date() for closing in closings.values() if closing]
    if not days:
        return None
    end = datetime.combine(max(days), time.max, zone)
    # Whatever follows from a day follows within the month after it.
    follows = [
        each.due_at
        for each in due(programme, end + timedelta(days=31))
        if each.kind is not RunKind.COVER or closings[each.measure]
    ]
    return max([end, *follows])


def _all(programme: Programme, until: datetime) -> Iterator[Due]:
    zone = ZoneInfo(programme.section.time_zone)
    yield from _notices(programme, zone)
    for measure in programme.measures.values():
        section = measure.section
        for moment in section.remind:
            at = moment.replace(tzinfo=zone)
            period = f"reminder {moment:%Y-%m-%dT%H:%M}"
            template = f"reminder.{measure.name}"
            yield Due(RunKind.REMINDER, measure.name, period, at, ChannelName.SMS, template)
        yield from _money(measure, zone)
        for month in granted_months(measure):
            yield _whole_day(RunKind.GRANT, measure.name, month, _first(month), zone)
        if section.uplift:
            start = first_day_of_uplift(measure)
            if start:
                yield _whole_day(RunKind.UPLIFT_START, measure.name, START, start, zone)
            after = section.uplift.until + timedelta(days=1)
            yield _whole_day(RunKind.UPLIFT_END, measure.name, END, after, zone)
        for day in enrolment_days(measure, until.astimezone(zone).date()):
            yield _whole_day(RunKind.COVER, measure.name, ONCE, day, zone)


def _notices(programme: Programme, zone: ZoneInfo) -> Iterator[Due]:
    for notice in programme.section.notices:
        at, measure = notice.at.replace(tzinfo=zone), notice.measure or ""
        period = f"notice {notice.at:%Y-%m-%dT%H:%M}"
        template = f"notice.{measure}" if measure else "notice"
        for by in notice.by:
            channel = MESSAGE_CHANNELS.get(by.value)
            if channel is None:
                continue
            yield Due(RunKind.NOTICE, measure, period, at, channel, template)
            # Who is told both ways is told twice: each way is a message of its own.
            period = f"notice {notice.at:%Y-%m-%dT%H:%M} {by.value}"


def _money(measure: Measure, zone: ZoneInfo) -> Iterator[Due]:
    refund = measure.section.refund
    for row in refund.pay.table if refund and refund.pay else []:
        yield _whole_day(RunKind.PAY_OUT, measure.name, ONCE, row.pay_on, zone)
    if (day := first_bill(measure)) is None:
        return
    if measure.automatic != FALSE:
        yield _whole_day(RunKind.BILL, measure.name, ONCE, day, zone)
    if measure.section.claim:
        yield replace(
            _whole_day(RunKind.PAY_OUT, measure.name, ONCE, day, zone), channel=ChannelName.BILLING
        )


def granted_months(measure: Measure) -> tuple[str, ...]:
    """The months in which a grant comes, such as ``2026-02``, in order; none of other kinds."""
    grant = measure.section.grant
    if grant is None:
        return ()
    first = _first(grant.first_month)
    return tuple(f"{plus_months(first, number):%Y-%m}" for number in range(grant.months))


def first_bill(measure: Measure) -> date | None:
    """The first day of the month on whose bill a measure comes; None where it is on none."""
    for part in (measure.section.refund, measure.section.discount):
        if part and part.bill:
            return _first(part.bill)
    return None


def enrolment_days(measure: Measure, until: date) -> Iterator[date]:
    """When people are enrolled in a cover: on its opening day, then on the first of each month.

    The first takes those who are covered without applying; the others who has applied since, or has
    come to qualify. It ends a month after applications close; they may never do.
    """
    opening, claim = first_day_of_enrolment(measure), measure.section.claim
    if opening is None:
        return
    yield opening
    if claim is None:
        return
    closing = claim.until.date() if claim.until else date.max
    month = plus_months(opening.replace(day=1), 1)
    while month <= until:
        yield month
        if month > closing:
            return
        month = plus_months(month, 1)


def closes_at(programme: Programme, measure: Measure) -> datetime | None:
    """When applications for a measure close; None where they never do, or there are none."""
    claim = measure.section.claim
    if claim is None or claim.until is None:
        return None
    return claim.until.replace(tzinfo=ZoneInfo(programme.section.time_zone))


def _whole_day(kind: RunKind, measure: str, period: str, day: date, zone: ZoneInfo) -> Due:
    at = at_time_of(kind, day, zone)
    return Due(kind, measure, period, at, RULES[kind].channels[0])


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
