"""What a measure says of days: paid, given, chosen, handed out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from makegood.kernel import plus_months
from makegood.programmes import (
    Measure,
    Programme,
    Wording,
    date_text,
    first_day_of_enrolment,
    first_day_of_uplift,
    moment_text,
    month_text,
    number_text,
    phrase,
)


class Dates:
    """Writes the days of a measure in one language."""

    def __init__(self, programme: Programme, measure: Measure, language: str) -> None:
        self._programme, self._measure, self._language = programme, measure, language
        self._section = measure.section

    def given(self) -> Iterator[str]:
        """When it is paid or given."""
        section = self._section
        refund, discount = section.refund, section.discount
        for row in refund.pay.table if refund and refund.pay else []:
            days = {"applied_by": self._day(row.applied_by), "pay_on": self._day(row.pay_on)}
            yield self._phrase("pay_row", **days)
        if self._measure.settled_on is not None:
            settled = Wording(self._programme, self._language).value(self._measure.settled_on)
            yield self._phrase("settled", settled=settled)
        if refund and refund.pay and refund.pay.within_days is not None:
            yield self._phrase("pay_within", days=refund.pay.within_days)
        for kind in (refund, discount):
            if kind and kind.bill:
                yield self._on_bill(kind.bill, kind.bill_by)
        if section.grant:
            yield from self._monthly()
        if section.uplift:
            yield from self._uplift()
        enrolled = first_day_of_enrolment(self._measure)
        if enrolled:
            yield f"{self._day(enrolled)}: {self._calendar('cover_enrols')}"

    def choosing(self) -> Iterator[str]:
        """When one chooses."""
        choice = self._section.choice
        if choice is None:
            return
        ends = {
            "opens": moment_text(choice.choose_from, self._language) if choice.choose_from else "",
            "closes": moment_text(choice.choose_until, self._language)
            if choice.choose_until
            else "",
        }
        if choice.choose_from and choice.choose_until:
            yield self._phrase("choose_between", **ends)
        elif choice.choose_from:
            yield self._phrase("choose_from", **ends)
        elif choice.choose_until:
            yield self._phrase("choose_until", **ends)
        if choice.choose_from:
            yield self._calendar("passes_given")

    def offers(self) -> Iterator[str]:
        """When coupons are handed out, of whom, and until when they can be used."""
        discount = self._section.discount
        if discount is None or discount.first_month is None:
            return
        yield self._phrase("offers", **self._span(discount.first_month, discount.months or 1))
        yield self._phrase("offers_later")
        for offer in discount.offers:
            said = {
                "partner": offer.partner[self._language],
                "offer": offer.offer[self._language],
                "first": self._day(offer.since),
                "last": self._day(offer.until),
                "use_by": self._day(offer.use_by),
            }
            if offer.cap is None:
                yield self._phrase("offer", **said)
            else:
                cap = self._programme.currency.text(offer.cap, self._language)
                yield self._phrase("offer_capped", cap=cap, **said)

    def months(self) -> dict[str, str]:
        """First and last month of a grant, in words."""
        grant = self._section.grant
        return self._span(grant.first_month, grant.months) if grant else {}

    def _monthly(self) -> Iterator[str]:
        """Each month's, as the calendar has it."""
        grant = self._section.grant
        if grant is None:
            return
        unit = grant.unit[self._language]
        quantity = number_text(grant.quantity, self._language, unit)
        yield self._phrase("grant", quantity=quantity, **self.months())

    def _uplift(self) -> Iterator[str]:
        uplift = self._section.uplift
        if uplift is None:
            return
        said = {"percent": uplift.percent, "of": uplift.of[self._language]}
        last, since = self._day(uplift.until), first_day_of_uplift(self._measure)
        if since:
            yield self._phrase("uplift_between", first=self._day(since), last=last, **said)
        else:
            yield self._phrase("uplift", last=last, **said)

    def _on_bill(self, bill: str, bill_by: str | None) -> str:
        month = month_text(bill, self._language)
        if bill_by is None:
            return self._phrase("on_bill", month=month)
        return self._phrase("on_bill_or", month=month, last=month_text(bill_by, self._language))

    def _span(self, first_month: str, months: int) -> dict[str, str]:
        last = plus_months(date.fromisoformat(f"{first_month}-01"), months - 1)
        return {
            "first": month_text(first_month, self._language),
            "last": month_text(f"{last:%Y-%m}", self._language),
        }

    def _calendar(self, key: str) -> str:
        return phrase(self._language, f"calendar.{key}")

    def _phrase(self, key: str, **values: object) -> str:
        return phrase(self._language, f"describe.{key}", **values)

    def _day(self, day: date) -> str:
        return date_text(day, self._language)
