"""What has arrived of a measure and what is still to come: period by period, of one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from django.utils.translation import gettext as _

from makegood.dues.telling import Telling
from makegood.dues.values import Arrival, ArrivalState, Status, Tone
from makegood.kernel import ONCE, plus_months
from makegood.programmes import (
    Measure,
    first_day_of_uplift,
    number_text,
)
from makegood.redress.claims import Claim, ClaimState, next_enrolment
from makegood.runs import Arrived, RunKind, month_of

Families: TypeAlias = frozenset[tuple[str, str, RunKind, str]]

_START, _END = "start", "end"
_OUTCOMES = {
    "done": ArrivalState.GRANTED,
    "failed": ArrivalState.FAILED,
    "returned": ArrivalState.RETURNED,
    "contradictory": ArrivalState.IN_DOUBT,
}
_CLAIMS = {
    ClaimState.PAYING: ArrivalState.SENT,
    ClaimState.PAID: ArrivalState.GRANTED,
    ClaimState.RETURNED: ArrivalState.RETURNED,
}


@dataclass(frozen=True, slots=True)
class Bringing:
    """All that what has arrived of a measure depends on.

    ``is_due`` where the line gets it now: granted, and applied for where one must apply.
    ``families`` are the periods of which a run was planned.
    """

    telling: Telling
    measure: Measure
    items: Sequence[Arrived]
    families: Families
    claims: Sequence[Claim]
    is_due: bool
    is_automatic: bool

    def item_of(self, kind: RunKind, period: str) -> Arrived | None:
        """The line's item of one period; the last where it has several contracts."""
        found = [each for each in self.items if (each.kind, each.period) == (kind, period)]
        return found[-1] if found else None

    def was_planned(self, kind: RunKind, period: str) -> bool:
        """Whether a run of one period was planned."""
        programme = self.telling.programme.identifier
        return (programme, self.measure.name, kind, period) in self.families


def arrivals(bringing: Bringing) -> tuple[Arrival, ...]:
    """Everything of one measure that was brought to a line, and what is to come, in order."""
    section = bringing.measure.section
    found: list[Arrival] = []
    if section.grant:
        found += _months(bringing)
    if section.uplift:
        found += _uplift(bringing)
    if section.cover:
        found += _cover(bringing)
    if section.choice:
        found += _passes(bringing)
    found += _bill(bringing)
    found += _paid(bringing)
    found += _top_ups(bringing)
    return tuple(found)


def is_enrolled(bringing: Bringing) -> bool:
    """Whether the line is enrolled in a cover: the insurer said so."""
    item = bringing.item_of(RunKind.COVER, ONCE)
    return item is not None and item.outcome == "done"


def _months(bringing: Bringing) -> Iterator[Arrival]:
    grant, telling = bringing.measure.section.grant, bringing.telling
    if grant is None:
        return
    first = date.fromisoformat(f"{grant.first_month}-01")
    for number in range(grant.months):
        month = plus_months(first, number)
        period = f"{month:%Y-%m}"
        item = bringing.item_of(RunKind.GRANT, period)
        # What an earlier version brought stays what it was; the rest comes beside it.
        quantity = (item.quantity if item else 0) or grant.quantity
        words = number_text(quantity, telling.language, grant.unit[telling.language])
        state = _state(item) if item else _without_item(bringing, RunKind.GRANT, month, period)
        if state is not None:
            yield _arrival(telling.month(period), words, state, telling, month)


def _without_item(
    bringing: Bringing, kind: RunKind, month: date, period: str
) -> ArrivalState | None:
    """What is told of a month that the line has no item for; None where nothing is."""
    if not bringing.is_due:
        return None
    is_over = bringing.telling.today >= plus_months(month, 1)
    if bringing.was_planned(kind, period) and (bringing.is_automatic or is_over):
        return ArrivalState.LEFT_OUT
    return ArrivalState.WAITING


def _uplift(bringing: Bringing) -> Iterator[Arrival]:
    uplift, telling = bringing.measure.section.uplift, bringing.telling
    if uplift is None:
        return
    item, start = (
        bringing.item_of(RunKind.UPLIFT_START, _START),
        first_day_of_uplift(bringing.measure),
    )
    said = {"percent": uplift.percent, "of": uplift.of[telling.language]}
    words = _("%(percent)s %% more %(of)s") % said
    if start is not None and (item or bringing.is_due):
        state = _state(item) if item else ArrivalState.WAITING
        is_left_out = item is None and bringing.was_planned(RunKind.UPLIFT_START, _START)
        state = ArrivalState.LEFT_OUT if is_left_out else state
        when = _("from %(day)s") % {"day": telling.day(start)}
        yield _arrival(when, words, state, telling, start)
    end = bringing.item_of(RunKind.UPLIFT_END, _END)
    if item is not None or bringing.is_due:
        when = _("until %(day)s") % {"day": telling.day(uplift.until)}
        if end is not None and end.outcome == "done":
            yield Arrival(when, words, ArrivalState.GRANTED, Status(_("ended"), Tone.PLAIN))
        elif telling.today <= uplift.until:
            status = Status(_("last day"), Tone.PLAIN)
            yield Arrival(when, words, ArrivalState.WAITING, status, is_to_come=True)


def _cover(bringing: Bringing) -> Iterator[Arrival]:
    if bringing.measure.section.cover is None:
        return
    item, words = bringing.item_of(RunKind.COVER, ONCE), _("Enrolment in the cover")
    if item is not None:
        yield _item(item, bringing.telling, words)
        return
    day = _enrolled_on(bringing)
    if bringing.is_due and day is not None:
        state = ArrivalState.WAITING
        yield _arrival(bringing.telling.day(day), words, state, bringing.telling, day)


def _enrolled_on(bringing: Bringing) -> date | None:
    """The day that was set for the application; else the next on which people are enrolled."""
    telling = bringing.telling
    waits = (claim for claim in bringing.claims if claim.state is ClaimState.SCHEDULED)
    day = next((claim.pay_on for claim in waits), None)
    if day is not None and day >= telling.today:
        return day
    is_planned = bringing.was_planned(RunKind.COVER, ONCE)
    # Until any run is planned, that of a first day that is today is still to come.
    moment = telling.local if is_planned else datetime.combine(telling.today, time.min)
    return next_enrolment(bringing.measure, moment)


def _passes(bringing: Bringing) -> Iterator[Arrival]:
    item = bringing.item_of(RunKind.PASSES, ONCE)
    if item is not None:
        yield _item(item, bringing.telling, _("Code of the pass"))


def _bill(bringing: Bringing) -> Iterator[Arrival]:
    section, telling = bringing.measure.section, bringing.telling
    part = section.refund or section.discount
    if part is None or part.bill is None:
        return
    item = bringing.item_of(RunKind.BILL, ONCE)
    words = _("On the bill of %(month)s") % {"month": telling.month(part.bill)}
    if item is not None:
        yield _item(item, telling, f"{words}: {telling.money(item.amount)}")
    elif bringing.is_due and bringing.is_automatic:
        day = date.fromisoformat(f"{part.bill}-01")
        is_over = bringing.was_planned(RunKind.BILL, ONCE)
        state = ArrivalState.LEFT_OUT if is_over else ArrivalState.WAITING
        yield _arrival(telling.month(part.bill), words, state, telling, day)


def _paid(bringing: Bringing) -> Iterator[Arrival]:
    """Payments of claims: what the other side said stands in the claim itself."""
    telling = bringing.telling
    if bringing.measure.amount is None:
        return
    for claim in reversed(bringing.claims):
        state = _CLAIMS.get(claim.state)
        if state is None or claim.pay_on is None:
            continue
        if claim.is_contradictory:
            state = ArrivalState.IN_DOUBT
        yield _arrival(
            telling.day(claim.pay_on), telling.money(claim.amount), state, telling, claim.pay_on
        )


def _top_ups(bringing: Bringing) -> Iterator[Arrival]:
    for item in bringing.items:
        if item.kind is RunKind.TOP_UP:
            yield _item(item, bringing.telling, _added(bringing, item))


def _added(bringing: Bringing, item: Arrived) -> str:
    """What a top-up brings: money, or so much of a grant for a month that is named."""
    grant, telling = bringing.measure.section.grant, bringing.telling
    if grant is None or not (month := month_of(item.period)):
        return _("What was missing: %(amount)s") % {"amount": telling.money(item.amount)}
    quantity = number_text(item.quantity, telling.language, grant.unit[telling.language])
    said = {"quantity": quantity, "month": telling.month(month)}
    return _("What was missing of %(month)s: %(quantity)s") % said


def _item(item: Arrived, telling: Telling, words: str) -> Arrival:
    day = telling.day_of(item.ended_at) if item.ended_at else telling.day(item.due_on)
    return _arrival(day, words, _state(item), telling, item.due_on)


def _state(item: Arrived) -> ArrivalState:
    found = _OUTCOMES.get(item.outcome)
    if found is not None:
        return found
    return ArrivalState.SENT if item.sent_at else ArrivalState.WAITING


def _arrival(when: str, words: str, state: ArrivalState, telling: Telling, day: date) -> Arrival:
    is_to_come = state is ArrivalState.WAITING and day > telling.today - timedelta(days=1)
    return Arrival(when, words, state, _status(state, is_to_come=is_to_come), is_to_come)


def _status(state: ArrivalState, *, is_to_come: bool) -> Status:
    match state:
        case ArrivalState.GRANTED:
            return Status(_("arrived"), Tone.GOOD)
        case ArrivalState.SENT:
            return Status(_("on its way"), Tone.OPEN)
        case ArrivalState.FAILED:
            return Status(_("did not arrive; it is looked into"), Tone.WARN)
        case ArrivalState.RETURNED:
            return Status(_("came back"), Tone.WARN)
        case ArrivalState.IN_DOUBT:
            return Status(_("not clear; it is being found out"), Tone.WARN)
        case ArrivalState.LEFT_OUT:
            return Status(_("not given for this time"), Tone.PLAIN)
        case ArrivalState.WAITING if is_to_come:
            return Status(_("to come"), Tone.PLAIN)
    return Status(_("being prepared"), Tone.OPEN)
