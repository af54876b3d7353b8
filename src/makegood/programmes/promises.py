"""One measure in words: who gets what, how, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from makegood.kernel import plus_months
from makegood.programmes.formats import date_text, moment_text, month_text, number_text
from makegood.programmes.model import Cover, Discount, Grant, Late, Refund, Selection, Uplift
from makegood.programmes.model.kinds import Account, Offer, Pay, PayRow
from makegood.programmes.phrases import phrase
from makegood.programmes.programme import Measure, Programme
from makegood.programmes.wording import Wording
from makegood.rules import FALSE, TRUE

BELOW = "  · "


class Promise:
    """Writes what a measure promises, line by line, in one language."""

    def __init__(self, programme: Programme, measure: Measure, language: str) -> None:
        self._programme = programme
        self._measure = measure
        self._language = language
        self._wording = Wording(programme, language)

    def lines(self) -> Iterator[str]:
        """Who, who not, how, what and when; what stands under a line begins with BELOW."""
        yield from self.promised()
        budget = self._measure.section.budget
        if budget is not None:
            yield self._say("budget", amount=self._money(budget))

    def promised(self) -> Iterator[str]:
        """The same without the money set aside."""
        section = self._measure.section
        yield from self._who()
        yield from self._how()
        for kind in (section.refund, section.discount):
            if kind:
                yield from self._amount(kind)
        if section.refund:
            yield from self._refund(section.refund)
        if section.grant:
            yield self._grant(section.grant)
        if section.uplift:
            yield self._uplift(section.uplift)
        if section.choice:
            yield from self._choice(section.choice)
        if section.discount and section.discount.first_month:
            yield from self._offers(section.discount, section.discount.first_month)
        if section.cover:
            yield from self._cover(section.cover)
        if section.late:
            yield from self._late(section.late)

    def _who(self) -> Iterator[str]:
        measure = self._measure
        if measure.base:
            yield self._say("base", base=measure.base.label[self._language])
        if measure.scope != TRUE:
            conditions = self._wording.conditions(measure.scope)
            yield self._say("who_all" if len(conditions) > 1 else "who")
            yield from _below(conditions)
        if measure.exclusions:
            yield self._say("who_not_first" if len(measure.exclusions) > 1 else "who_not")
            yield from self._texts(exclusion.because for exclusion in measure.exclusions)

    def _how(self) -> Iterator[str]:
        measure, claim = self._measure, self._measure.section.claim
        if measure.automatic == TRUE:
            yield self._say("on_choosing" if measure.section.choice else "automatic")
        elif measure.automatic == FALSE:
            yield self._say("on_application")
        else:
            conditions = self._wording.conditions(measure.automatic)
            yield self._say("automatic_if_all" if len(conditions) > 1 else "automatic_if")
            yield from _below(conditions)
        if claim:
            window = {"opens": moment_text(claim.since, self._language)}
            if claim.until:
                window["closes"] = moment_text(claim.until, self._language)
            key = "apply_between" if claim.until else "apply_from"
            yield phrase(self._language, f"decision.{key}", **window)
            channels = [phrase(self._language, f"channel.{c.value}") for c in claim.through]
            yield self._say("through", channels=self._wording.joined(channels))
            if claim.by:
                yield self._say("by", who=claim.by[self._language])
            if claim.document:
                yield self._say("document", document=claim.document[self._language])
        if measure.section.remind:
            moments = [moment_text(moment, self._language) for moment in measure.section.remind]
            yield self._say("remind", moments=", ".join(moments))

    def _amount(self, kind: Refund | Discount) -> Iterator[str]:
        if self._measure.amount is not None:
            yield self._say("amount", amount=self._wording.amount(self._measure.amount))
        if kind.bill:
            month = month_text(kind.bill, self._language)
            if kind.bill_by:
                last = month_text(kind.bill_by, self._language)
                yield self._say("on_bill_or", month=month, last=last)
            else:
                yield self._say("on_bill", month=month)

    def _refund(self, refund: Refund) -> Iterator[str]:
        if refund.account:
            yield from self._account(refund.account)
        elif not refund.bill:
            yield self._say("to_account")
        if refund.pay:
            yield from self._pay(refund.pay)
        if refund.not_refunded:
            yield self._say("not_refunded")
            yield from self._texts(refund.not_refunded)

    def _account(self, account: Account) -> Iterator[str]:
        yield self._say("to_own_account")
        if account.holder and account.other_name_for:
            values = self._programme.section.facts[account.holder].values
            holders = [values[name][self._language] for name in account.other_name_for]
            said = {"holders": self._wording.joined(holders)}
            if account.document:
                document = account.document[self._language]
                yield self._say("other_name", document=document, **said)
            else:
                yield self._say("other_name_plain", **said)

    def _pay(self, pay: Pay) -> Iterator[str]:
        if pay.within_days is not None:
            yield self._say("pay_within", days=pay.within_days)
        if pay.table:
            yield self._say("pay_days")
            yield from _below(self._row(row) for row in pay.table)
        if self._measure.settled_on is not None:
            yield self._say("settled", settled=self._wording.value(self._measure.settled_on))

    def _row(self, row: PayRow) -> str:
        days = {"applied_by": self._day(row.applied_by), "pay_on": self._day(row.pay_on)}
        return self._say("pay_row", **days)

    def _grant(self, grant: Grant) -> str:
        quantity = number_text(grant.quantity, self._language, grant.unit[self._language])
        return self._say("grant", quantity=quantity, **self._span(grant.first_month, grant.months))

    def _uplift(self, uplift: Uplift) -> str:
        said = {"percent": uplift.percent, "of": uplift.of[self._language]}
        if uplift.since:
            days = {"first": self._day(uplift.since), "last": self._day(uplift.until)}
            return self._say("uplift_between", **said, **days)
        return self._say("uplift", last=self._day(uplift.until), **said)

    def _choice(self, choice: Selection) -> Iterator[str]:
        if choice.options:
            yield self._say("choose")
            yield from self._texts(option.title for option in choice.options.values())
        else:
            yield self._say("choose_later")
        if choice.choose_from and choice.choose_until:
            opens = moment_text(choice.choose_from, self._language)
            closes = moment_text(choice.choose_until, self._language)
            yield self._say("choose_between", opens=opens, closes=closes)
        elif choice.choose_from:
            yield self._say("choose_from", opens=moment_text(choice.choose_from, self._language))
        elif choice.choose_until:
            closes = moment_text(choice.choose_until, self._language)
            yield self._say("choose_until", closes=closes)
        yield self._say("months", months=choice.months)

    def _offers(self, discount: Discount, first_month: str) -> Iterator[str]:
        yield self._say("offers", **self._span(first_month, discount.months or 1))
        if discount.slots:
            slots = [self._say("slot", first=s.first, last=s.last) for s in discount.slots]
            yield self._say("slots", slots=", ".join(slots))
        yield self._say("offers_later")
        yield from _below(self._offer(offer) for offer in discount.offers)

    def _offer(self, offer: Offer) -> str:
        said = {
            "partner": offer.partner[self._language],
            "offer": offer.offer[self._language],
            "first": self._day(offer.since),
            "last": self._day(offer.until),
            "use_by": self._day(offer.use_by),
        }
        if offer.cap is None:
            return self._say("offer", **said)
        return self._say("offer_capped", cap=self._money(offer.cap), **said)

    def _cover(self, cover: Cover) -> Iterator[str]:
        yield self._say("cover")
        yield from self._texts(cover.against)
        if cover.since:
            yield self._say("since", day=self._day(cover.since))
        yield self._say("cover_months", months=cover.months)
        if cover.insurer:
            yield self._say("insurer", insurer=cover.insurer[self._language])

    def _late(self, late: Late) -> Iterator[str]:
        yield self._say("late", because=late.because[self._language])
        if self._measure.late is not None:
            yield from _below(self._wording.conditions(self._measure.late))
        yield from _below([self._say("document", document=late.document[self._language])])
        if late.pay_within_days is not None:
            yield from _below([self._say("late_paid", days=late.pay_within_days)])

    def _say(self, key: str, **values: object) -> str:
        return phrase(self._language, f"describe.{key}", **values)

    def _texts(self, texts: Iterable[Mapping[str, str]]) -> Iterator[str]:
        return _below(text[self._language] for text in texts)

    def _day(self, day: date) -> str:
        return date_text(day, self._language)

    def _money(self, amount: int) -> str:
        return self._programme.currency.text(amount, self._language)

    def _span(self, first_month: str, months: int) -> dict[str, str]:
        """First and last month, in words."""
        last = plus_months(date.fromisoformat(f"{first_month}-01"), months - 1)
        return {
            "first": month_text(first_month, self._language),
            "last": month_text(f"{last:%Y-%m}", self._language),
        }


def _below(texts: Iterable[str]) -> Iterator[str]:
    return (f"{BELOW}{text}" for text in texts)
