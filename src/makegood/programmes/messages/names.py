"""The names that a message may hold in braces, and the longest that each can become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from makegood.programmes.formats import date_text, moment_text
from makegood.programmes.messages.lengths import sms_bytes
from makegood.programmes.messages.model import TemplateKind
from makegood.programmes.programme import Measure, Programme

CODE = "code"
CODE_LETTERS = 9
"""Eight letters and one to check them; see ``makegood.channels.messages``."""

RECEIPT_LETTERS_MAX = 20
CODE_VALUE = "code_value"
CODE_VALUE_DIGITS_MAX, MINUTES_DIGITS_MAX = 8, 2
REASON_BYTES_MAX = 200
"""Room for the reason of a refusal: the words of an exclusion, or those of a clerk."""

_OF_ALL = ("operator", "title", "centre_phone", "centre_hours")
_EVERYWHERE = (*_OF_ALL, CODE)
_OF_APPLICATIONS = ("measure", "opens", "closes")

NAMES: Mapping[TemplateKind, tuple[str, ...]] = {
    TemplateKind.NOTICE: (*_EVERYWHERE, *_OF_APPLICATIONS, "says"),
    TemplateKind.REMINDER: (*_EVERYWHERE, *_OF_APPLICATIONS),
    TemplateKind.RECEIVED: (*_EVERYWHERE, *_OF_APPLICATIONS, "receipt"),
    TemplateKind.APPROVED: (*_EVERYWHERE, "measure", "receipt", "amount", "pay_on"),
    TemplateKind.REFUSED: (*_EVERYWHERE, *_OF_APPLICATIONS, "receipt", "reason"),
    TemplateKind.RETURNED: (*_EVERYWHERE, *_OF_APPLICATIONS, "receipt", "amount"),
    TemplateKind.PAID: (*_EVERYWHERE, "measure", "receipt", "amount", "pay_on"),
    TemplateKind.PASS: (*_EVERYWHERE, "measure", "option"),
    TemplateKind.CODE: (*_OF_ALL, CODE_VALUE, "minutes"),
}
"""What each kind of message may name. Closed: there are no other names."""

OF_AN_ITEM = frozenset({CODE, "receipt", "amount", "option"})
"""Names whose values differ from one recipient to the next."""

# The longest that a day and a time of day can be written: two digits everywhere.
_LONGEST_MOMENTS = tuple(datetime(2026, month, 28, 23, 59) for month in range(1, 13))  # noqa: DTZ001
_LONGEST_DAYS = tuple(date(2026, month, 28) for month in range(1, 13))


def common_values(
    programme: Programme, measure: str, language: str, says: str = ""
) -> dict[str, str]:
    """The values that are the same for every recipient, as far as the programme has them.

    ``says`` is what the notice says in the programme. Names without a value are absent.
    """
    section = programme.section
    found = {"operator": section.operator[language], "title": section.title[language]}
    if section.centre:
        found["centre_phone"] = section.centre.phone
        found["centre_hours"] = section.centre.hours[language]
    if says:
        found["says"] = says
    if measure:
        found.update(_of_measure(programme.measures[measure], language))
    return found


def longest_values(
    programme: Programme, kind: TemplateKind, measure: str, language: str, says: str = ""
) -> dict[str, str]:
    """For every name that a message of this kind may hold here, the longest it can become."""
    found = common_values(programme, measure, language, says)
    found |= {
        CODE: "0" * CODE_LETTERS,
        "receipt": "0" * RECEIPT_LETTERS_MAX,
        "reason": "0" * REASON_BYTES_MAX,
        CODE_VALUE: "0" * CODE_VALUE_DIGITS_MAX,
        "minutes": "0" * MINUTES_DIGITS_MAX,
        "pay_on": longest([date_text(day, language) for day in _LONGEST_DAYS]),
    }
    if measure:
        of_measure = programme.measures[measure]
        if of_measure.amount is not None:
            found["amount"] = programme.currency.text(of_measure.amount.type.high, language)
        titles = list(option_titles(of_measure, language).values())
        found["option"] = longest(titles or [of_measure.section.title[language]])
    return {name: found[name] for name in NAMES[kind] if name in found}


def option_titles(measure: Measure, language: str) -> dict[str, str]:
    """What the options of a measure are called, by their names; empty where it has none."""
    choice = measure.section.choice
    return {name: each.title[language] for name, each in (choice.options if choice else {}).items()}


def longest(texts: list[str]) -> str:
    """The longest of some texts, as bytes of a short message count."""
    return max(texts, key=sms_bytes)


def _of_measure(measure: Measure, language: str) -> Iterator[tuple[str, str]]:
    yield "measure", measure.section.title[language]
    claim = measure.section.claim
    if claim:
        yield "opens", moment_text(claim.since, language)
        if claim.until:
            yield "closes", moment_text(claim.until, language)
