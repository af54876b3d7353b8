"""The articles of one measure: what its file says, in the order in which people ask."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.cases.knowledge.article import Article, Part, listed, part
from makegood.cases.knowledge.dates import Dates
from makegood.cases.knowledge.texts import say
from makegood.cases.knowledge.whole import centre_text
from makegood.programmes import (
    Measure,
    Programme,
    Wording,
    moment_text,
    number_text,
    phrase,
)
from makegood.rules import FALSE, TRUE


class MeasureWriter:
    """Writes the articles of a measure in one language."""

    def __init__(self, programme: Programme, measure: Measure, language: str) -> None:
        self._programme, self._measure, self._language = programme, measure, language
        self._section = measure.section
        self._title = measure.section.title[language]
        self._wording = Wording(programme, language)
        self._dates = Dates(programme, measure, language)

    def articles(self) -> Iterator[Article]:
        """All of it, each topic where the measure has something to say of it."""
        section = self._section
        yield self._article("what", self._what())
        yield self._article("who", self._who())
        if self._measure.exclusions:
            yield self._article("except", self._except())
        if section.claim or not section.choice:
            yield self._article("apply", self._apply())
        if self._is_paid_to_account or (section.claim and section.claim.document):
            yield self._article("documents", self._documents())
        if self._is_paid_to_account:
            yield self._article("account", self._account())
        given = list(self._dates.given())
        if given:
            yield self._article("pay_days" if self._is_money else "given", [listed(given)])
        if section.late:
            yield self._article("late", self._late())
        if section.choice:
            yield self._article("choose", self._choose())
        if section.discount and section.discount.first_month:
            yield self._article("offers", self._offers())
        if section.cover:
            yield self._article("cover", self._cover())

    @property
    def _is_money(self) -> bool:
        return self._measure.amount is not None

    @property
    def _is_paid_to_account(self) -> bool:
        refund = self._section.refund
        return refund is not None and refund.to.value == "bank_account" and not refund.bill

    def _article(self, topic: str, parts: list[Part]) -> Article:
        if topic == "pay_days" and self._is_paid_to_account:
            parts = [*parts, part(self._say("pay_days.returned"))]
        if topic == "given" and self._section.grant:
            parts = [*parts, part(self._say("given.stops"))]
        return Article(
            self._programme.identifier,
            f"{self._measure.name}.{topic}",
            self._measure.name,
            self._say(f"{topic}.title", title=self._title),
            tuple(kept for kept in parts if kept.lines),
            self._asked(topic),
            self._about(),
        )

    def _asked(self, topic: str) -> str:
        """How people ask for it: otherwise where nobody needs to apply."""
        is_automatic = self._section.claim is None or self._measure.automatic == TRUE
        key = "automatic_asked" if topic == "apply" and is_automatic else "asked"
        return self._say(f"{topic}.{key}")

    def _about(self) -> str:
        """What people call the measure: its title, what there is to choose, whose offers."""
        section, language = self._section, self._language
        words = [self._title]
        if section.choice:
            words += [option.title[language] for option in section.choice.options.values()]
        if section.discount:
            words += [offer.partner[language] for offer in section.discount.offers]
        return " ".join(words)

    def _what(self) -> list[Part]:
        section, language = self._section, self._language
        parts = [part(section.promise[language])]
        if self._measure.amount is not None:
            amount = self._wording.amount(self._measure.amount)
            parts.append(part(self._phrase("amount", amount=amount)))
        if section.grant:
            grant = section.grant
            quantity = number_text(grant.quantity, language, grant.unit[language])
            parts.append(part(self._phrase("grant", quantity=quantity, **self._dates.months())))
        if section.refund and section.refund.not_refunded:
            texts = [text[language] for text in section.refund.not_refunded]
            parts.append(listed(texts, self._phrase("not_refunded")))
        return parts

    def _who(self) -> list[Part]:
        measure, language = self._measure, self._language
        parts = []
        if measure.base:
            parts.append(part(self._phrase("base", base=measure.base.label[language])))
        if measure.scope != TRUE:
            conditions = self._wording.conditions(measure.scope)
            heading = self._phrase("who_all" if len(conditions) > 1 else "who")
            parts.append(listed(conditions, heading))
        if measure.exclusions:
            parts.append(self._reasons())
        return parts

    def _except(self) -> list[Part]:
        order = self._say("except.first") if len(self._measure.exclusions) > 1 else ""
        return [self._reasons(), part(order, self._say("except.say"))]

    def _reasons(self) -> Part:
        texts = [each.because[self._language] for each in self._measure.exclusions]
        return listed(texts, self._phrase("who_not"))

    def _apply(self) -> list[Part]:
        claim, language = self._section.claim, self._language
        automatic = self._measure.automatic
        if claim is None or automatic == TRUE:
            return [part(self._say("apply.automatic"))]
        parts = [part(self._phrase("on_application"))]
        if automatic != FALSE:
            parts = [
                listed(self._wording.conditions(automatic), self._phrase("automatic_if")),
            ]
        window = {"opens": moment_text(claim.since, language)}
        if claim.until:
            window["closes"] = moment_text(claim.until, language)
        period = phrase(
            language, f"decision.apply_{'between' if claim.until else 'from'}", **window
        )
        channels = [phrase(language, f"channel.{way.value}") for way in claim.through]
        ways = self._phrase("through", channels=self._wording.joined(channels))
        who = self._phrase("by", who=claim.by[language]) if claim.by else ""
        own = [part(period, ways, who)]
        undo = self._say("apply.undo") if self._is_paid_to_account else ""
        return [*parts, *own, part(self._say("apply.receipt"), undo)]

    def _documents(self) -> list[Part]:
        section, language = self._section, self._language
        lines = []
        if section.claim and section.claim.document:
            lines.append(self._phrase("document", document=section.claim.document[language]))
        if not self._is_paid_to_account:
            return [part(*lines)]
        account = section.refund.account if section.refund else None
        if account and account.holder and account.other_name_for:
            values = self._programme.section.facts[account.holder].values
            holders = [values[name][language] for name in account.other_name_for]
            said = {"holders": self._wording.joined(holders)}
            key = "other_name" if account.document else "other_name_plain"
            if account.document:
                said["document"] = account.document[language]
            lines += [self._phrase("to_own_account"), self._phrase(key, **said)]
        else:
            lines.append(self._say("documents.own_only"))
        return [part(*lines), part(self._say("documents.checked"))]

    def _account(self) -> list[Part]:
        return [
            part(*(self._say(f"account.{key}") for key in ("before", "scheduled", "after", "how")))
        ]

    def _late(self) -> list[Part]:
        late, language = self._section.late, self._language
        if late is None:
            return []
        parts = [part(self._phrase("late", because=late.because[language]))]
        if self._measure.late is not None:
            parts.append(listed(self._wording.conditions(self._measure.late)))
        paid = ""
        if late.pay_within_days is not None:
            paid = self._phrase("late_paid", days=late.pay_within_days)
        document = self._phrase("document", document=late.document[language])
        persons = self._say("late.persons")
        return [*parts, part(document, persons, paid), self._help("late")]

    def _choose(self) -> list[Part]:
        choice, language = self._section.choice, self._language
        if choice is None:
            return []
        titles = [option.title[language] for option in choice.options.values()]
        what = (
            listed(titles, self._phrase("choose")) if titles else part(self._phrase("choose_later"))
        )
        months = self._phrase("months", months=choice.months)
        rules = [self._say(f"choose.{key}") for key in ("change", "given", "code")]
        return [what, part(*self._dates.choosing(), months), part(*rules), self._help("choose")]

    def _offers(self) -> list[Part]:
        once = part(self._say("offers.once"))
        return [listed(self._dates.offers()), once, self._help("offers")]

    def _help(self, topic: str) -> Part:
        """Where somebody finds help: the support centre, its number and hours."""
        centre = centre_text(self._programme, self._language)
        return part(self._say(f"{topic}.help"), centre)

    def _cover(self) -> list[Part]:
        cover, language = self._section.cover, self._language
        if cover is None:
            return []
        against = [text[language] for text in cover.against]
        months = self._phrase("cover_months", months=cover.months)
        said = [self._say(f"cover.{key}") for key in ("certificate", "claims")]
        return [listed(against, self._phrase("cover")), part(months), part(*said)]

    def _say(self, key: str, **values: object) -> str:
        return say(self._language, key, **values)

    def _phrase(self, key: str, **values: object) -> str:
        return phrase(self._language, f"describe.{key}", **values)
