"""The calendar that a programme implies: every dated entry, from the file alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from makegood.kernel import plus_months
from makegood.programmes.actions import AT_THE_END, Action, ActionKind
from makegood.programmes.formats import date_text, moment_text, month_text, number_text
from makegood.programmes.model.kinds import Discount, Offer
from makegood.programmes.phrases import phrase
from makegood.programmes.programme import Measure, Programme

_Said: TypeAlias = Mapping[str, str] | date | str | int


def calendar(programme: Programme) -> tuple[Action, ...]:
    """Every dated entry in order: on one day what ends it last, whole days before times of day."""
    return tuple(sorted(_Writer(programme).actions(), key=_order))


def _order(action: Action) -> tuple[date, bool, time]:
    at = action.at.time() if isinstance(action.at, datetime) else time.min
    return action.day, action.kind in AT_THE_END, at


class _Writer:
    """Writes the actions of one programme, in the order of the file."""

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self._zone = ZoneInfo(programme.section.time_zone)

    def actions(self) -> Iterator[Action]:
        section = self._programme.section
        if section.look_up_from:
            yield self._at(section.look_up_from, ActionKind.LOOK_UP_OPENS)
        for notice in section.notices:
            at = notice.at.replace(tzinfo=self._zone)
            yield Action(at, ActionKind.NOTICE, notice.measure or "", notice.says)
        for base in self._programme.bases.values():
            yield self._at(base.as_of, ActionKind.BASE_FROZEN, base=base.label)
        for measure in self._programme.measures.values():
            yield from self._applications(measure)
            yield from self._money(measure)
            yield from self._kind(measure)
            if measure.section.discount:
                yield from self._offers(measure.name, measure.section.discount)

    def _at(
        self,
        at: date,
        kind: ActionKind,
        measure: str = "",
        **values: _Said,
    ) -> Action:
        moment = at.replace(tzinfo=self._zone) if isinstance(at, datetime) else at
        words = {}
        for language in self._programme.languages:
            said = {name: _said(value, language) for name, value in values.items()}
            words[language] = phrase(language, f"calendar.{kind.value}", **said)
        return Action(moment, kind, measure, words)

    def _applications(self, measure: Measure) -> Iterator[Action]:
        claim = measure.section.claim
        if claim:
            yield self._at(claim.since, ActionKind.CLAIM_OPENS, measure.name)
            if claim.until:
                yield self._at(claim.until, ActionKind.CLAIM_CLOSES, measure.name)
        for moment in measure.section.remind:
            yield self._at(moment, ActionKind.REMINDER, measure.name)

    def _money(self, measure: Measure) -> Iterator[Action]:
        refund, discount = measure.section.refund, measure.section.discount
        for row in refund.pay.table if refund and refund.pay else []:
            yield self._at(row.pay_on, ActionKind.PAY_OUT, measure.name, applied_by=row.applied_by)
        claim = measure.section.claim
        if refund and refund.pay and refund.pay.within_days is not None and claim:
            days = refund.pay.within_days
            yield self._at(claim.since, ActionKind.PAID_WITHIN, measure.name, days=days)
        for part in (refund, discount):
            if part and part.bill:
                yield self._at(_first(part.bill), ActionKind.BILL, measure.name, month=part.bill)
            if part and part.bill_by:
                last = part.bill_by
                yield self._at(_first(last), ActionKind.LAST_BILL, measure.name, month=last)

    def _kind(self, measure: Measure) -> Iterator[Action]:
        section, name = measure.section, measure.name
        if section.grant:
            grant, first = section.grant, _first(section.grant.first_month)
            for number in range(grant.months):
                given: dict[str, _Said] = {"quantity": grant.quantity, "unit": grant.unit}
                turn = {"number": number + 1, "months": grant.months}
                month = plus_months(first, number)
                yield self._at(month, ActionKind.GRANT, name, **given, **turn)
        if section.uplift:
            said: dict[str, _Said] = {
                "percent": section.uplift.percent,
                "of": section.uplift.of,
            }
            since = first_day_of_uplift(measure)
            if since:
                yield self._at(since, ActionKind.UPLIFT_STARTS, name, **said)
            yield self._at(section.uplift.until, ActionKind.UPLIFT_ENDS, name, **said)
        if section.choice and section.choice.choose_from:
            yield self._at(section.choice.choose_from, ActionKind.CHOICE_OPENS, name)
            yield self._at(section.choice.choose_from, ActionKind.PASSES_GIVEN, name)
        if section.choice and section.choice.choose_until:
            yield self._at(section.choice.choose_until, ActionKind.CHOICE_CLOSES, name)
        enrols = first_day_of_enrolment(measure)
        if enrols:
            yield self._at(enrols, ActionKind.COVER_ENROLS, name)
        if section.cover and section.cover.since:
            first, months = section.cover.since, section.cover.months
            last = plus_months(first, months) - timedelta(days=1)
            yield self._at(first, ActionKind.COVER_STARTS, name)
            yield self._at(last, ActionKind.COVER_ENDS, name)

    def _offers(self, name: str, discount: Discount) -> Iterator[Action]:
        """The slots whose offers nobody has named yet, and the offers that have been named."""
        for first, last in discount.windows:
            if not any(first <= offer.since <= last for offer in discount.offers):
                yield self._at(first, ActionKind.OFFERS_OPEN, name, last=last)
        for offer in discount.offers:
            yield self._offer(name, offer)
            said = {"partner": offer.partner, "offer": offer.offer}
            yield self._at(offer.use_by, ActionKind.OFFER_ENDS, name, **said)

    def _offer(self, name: str, offer: Offer) -> Action:
        said = {"partner": offer.partner, "offer": offer.offer}
        days = {"last": offer.until, "use_by": offer.use_by}
        return self._at(offer.since, ActionKind.OFFER_OPENS, name, **said, **days)


def first_day_of_uplift(measure: Measure) -> date | None:
    """The first day of an uplift: the one that is named, or the first after the base's day."""
    uplift = measure.section.uplift
    if uplift is None or uplift.since:
        return uplift.since if uplift else None
    return measure.base.as_of + timedelta(days=1) if measure.base else None


def first_day_of_enrolment(measure: Measure) -> date | None:
    """When people are first enrolled in a cover; None where nothing says a day.

    On its first day, else the day on which applications open, else the first after the base's.
    Whoever applies later, or comes to qualify, is enrolled on the first of the next month.
    """
    cover, claim = measure.section.cover, measure.section.claim
    if cover is None:
        return None
    if cover.since or claim:
        return cover.since or (claim.since.date() if claim else None)
    return measure.base.as_of + timedelta(days=1) if measure.base else None


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _said(value: _Said, language: str) -> str:
    """A value as the language writes it; a string is a month of the file."""
    match value:
        case datetime():
            return moment_text(value, language)
        case date():
            return date_text(value, language)
        case int():
            return number_text(value, language)
        case str():
            return month_text(value, language)
        case _:
            return value[language]
