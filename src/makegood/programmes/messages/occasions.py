"""What a programme gives reason to tell, and which message is for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from makegood.programmes.messages.model import SentBy, TemplateKind
from makegood.programmes.messages.names import longest, longest_values
from makegood.programmes.messages.templates import MessageTemplates, Template, filled
from makegood.programmes.programme import Measure, Programme

_NO_WORDS: Mapping[str, str] = {}
_OF_CLAIMS = (TemplateKind.RECEIVED, TemplateKind.APPROVED, TemplateKind.REFUSED)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something to tell: of a measure or of all, at a time or whenever it happens.

    ``ways`` are those that the programme names; empty where it leaves them to the messages.
    """

    kind: TemplateKind
    measure: str
    at: datetime | None
    ways: tuple[SentBy, ...]
    says: Mapping[str, str]

    def words(self) -> str:
        """What it is, for a finding."""
        at = f" of {self.at:%Y-%m-%d %H:%M}" if self.at else ""
        return f"{self.kind}{at}" + (f" for '{self.measure}'" if self.measure else "")


def occasions(programme: Programme) -> Iterator[Occasion]:
    """Everything that a programme gives reason to tell, in the order of the file; codes last."""
    for name, measure in programme.measures.items():
        for moment in measure.section.remind:
            yield Occasion(TemplateKind.REMINDER, name, moment, (), _NO_WORDS)
        for kind in _kinds(measure):
            yield Occasion(kind, name, None, (), _NO_WORDS)
    for notice in programme.section.notices:
        ways = tuple(SentBy(way.value) for way in notice.by if way.value in set(SentBy))
        if ways:
            measure_name = notice.measure or ""
            yield Occasion(TemplateKind.NOTICE, measure_name, notice.at, ways, notice.says)
    yield Occasion(TemplateKind.CODE, "", None, (SentBy.SMS,), _NO_WORDS)


def served(template: Template, templates: MessageTemplates, programme: Programme) -> list[Occasion]:
    """The occasions that a message is for: no other is made for them more closely."""
    return [
        each
        for each in occasions(programme)
        if any(
            templates.of(each.kind, each.measure, by=way, at=each.at) is template
            for way in template.by
            if not each.ways or way in each.ways
        )
    ]


def longest_everywhere(
    programme: Programme, found: Sequence[Occasion], language: str
) -> dict[str, str]:
    """For each name that has a value on every one of these occasions, the longest of them."""
    of_each = [
        longest_values(programme, each.kind, each.measure, language, each.says.get(language, ""))
        for each in found
    ]
    if not of_each:
        return {}
    everywhere = set.intersection(*(set(values) for values in of_each))
    return {name: longest([values[name] for values in of_each]) for name in everywhere}


def longest_text(
    programme: Programme, messages: MessageTemplates, template: Template, language: str
) -> str:
    """A checked message's text with the longest values that its names can have."""
    found = served(template, messages, programme)
    return filled(template.text[language], language, longest_everywhere(programme, found, language))


def _kinds(measure: Measure) -> Iterator[TemplateKind]:
    section = measure.section
    if section.claim:
        yield from _OF_CLAIMS
    if section.refund:
        yield TemplateKind.PAID
        if section.refund.to == "bank_account":
            yield TemplateKind.RETURNED
    elif section.discount and section.discount.amount:
        yield TemplateKind.PAID
    if section.choice:
        yield TemplateKind.PASS
