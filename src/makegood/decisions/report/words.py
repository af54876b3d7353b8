"""The report's words in one language: phrases, numbers, shares, money, days."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from makegood.kernel import Finding, MakegoodError, Rounding, did_you_mean, divide
from makegood.programmes import (
    Programme,
    date_text,
    moment_text,
    month_text,
    number_text,
    phrase,
)

_PER_MILLE = 1000
_SHORT = {
    "ko": ((10**12, "조"), (10**8, "억"), (10**4, "만")),
    "en": ((10**9, "bn"), (10**6, "M"), (10**3, "k")),
    "fr": ((10**9, "\u00a0Md"), (10**6, "\u00a0M"), (10**3, "\u00a0k")),
}


class Words:
    """Says things in one of a programme's languages."""

    def __init__(self, programme: Programme, language: str) -> None:
        if language not in programme.languages:
            spoken = ", ".join(programme.languages)
            hint = did_you_mean(language, programme.languages) or f"it speaks {spoken}"
            message = f"the programme does not speak '{language}'"
            raise MakegoodError(Finding("MG616", message, hint))
        self.language = language
        self._programme = programme
        self._zone = ZoneInfo(programme.section.time_zone)

    def say(self, key: str, **values: object) -> str:
        """A phrase of the report."""
        return phrase(self.language, f"report.{key}", **values)

    def number(self, number: int) -> str:
        """``200,000``."""
        return number_text(number, self.language)

    def lines(self, number: int) -> str:
        """``200,000 lines``."""
        return self.say("line" if number == 1 else "lines", count=self.number(number))

    def share(self, part: int, whole: int) -> str:
        """A percentage with one digit, whole arithmetic; never 0 or 100 for what is not."""
        if not whole:
            return "–"
        tenths = divide(_PER_MILLE * part, whole, Rounding.HALF_UP)
        sign = ""
        if part and not tenths:
            sign, tenths = "< ", 1
        elif part < whole and tenths == _PER_MILLE:
            sign, tenths = "> ", _PER_MILLE - 1
        return sign + self.say("percent", number=self._decimal(tenths))

    def money(self, amount: int) -> str:
        """``466,667원``, ``466,667 won``."""
        return self._programme.currency.text(amount, self.language)

    @property
    def currency(self) -> str:
        """The currency's code."""
        return self._programme.currency.code

    def money_short(self, amount: int) -> str:
        """``50만``, ``500k``: for the axis of a chart, of amounts that lose nothing by it."""
        unit = 10**self._programme.currency.minor_digits
        if amount % unit:
            return self._programme.currency.plain(amount)
        return self.short(amount // unit)

    def short(self, number: int) -> str:
        """``1.2만``, ``12k``: a round number for the axis of a chart."""
        for unit, name in _SHORT[self.language]:
            if number >= unit:
                return self._decimal(divide(10 * number, unit, Rounding.HALF_UP)) + name
        return self.number(number)

    def day(self, day: date) -> str:
        """``2026년 1월 13일``."""
        return date_text(day, self.language)

    def month(self, day: date) -> str:
        """``2026년 1월``."""
        return month_text(f"{day:%Y-%m}", self.language)

    def month_short(self, day: date) -> str:
        """``1월``, ``Jan``."""
        return self.say("months").split()[day.month - 1]

    def moment(self, text: str) -> str:
        """An instant in ISO form, in the programme's time zone."""
        return moment_text(datetime.fromisoformat(text).astimezone(self._zone), self.language)

    def fact(self, name: str) -> str:
        """A fact's label; of a fact of a base population, the base's."""
        base = name.removeprefix("base.")
        if base != name:
            return self.say("membership", base=self._programme.bases[base].label[self.language])
        return self._programme.section.facts[name].label[self.language]

    def _decimal(self, tenths: int) -> str:
        whole, tenth = divmod(tenths, 10)
        point = "," if self.language == "fr" else "."
        return self.number(whole) + (f"{point}{tenth}" if tenth else "")
