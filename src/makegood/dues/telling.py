"""In which language, at what moment and with which words a programme is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from makegood.programmes import Measure, Programme, date_text, moment_text, month_text, phrase


@dataclass(frozen=True, slots=True)
class Telling:
    """A programme as it is told now. ``language`` is one that it speaks.

    ``local`` is the moment on the programme's own clock, without a zone, as its file writes times.
    """

    programme: Programme
    language: str
    local: datetime

    @classmethod
    def of(cls, programme: Programme, language: str, at: datetime) -> Telling:
        """Told in this language, or in the programme's leading one where it does not speak it."""
        local = at.astimezone(ZoneInfo(programme.section.time_zone)).replace(tzinfo=None)
        return cls(programme, spoken(programme, language), local)

    @property
    def today(self) -> date:
        """The day on the programme's own clock."""
        return self.local.date()

    def money(self, amount: int) -> str:
        """An amount in minor units as the language writes it."""
        return self.programme.currency.text(amount, self.language)

    def day(self, day: date) -> str:
        """A day, as the language writes it."""
        return date_text(day, self.language)

    def moment(self, moment: datetime) -> str:
        """A day and time of day, as the language writes them."""
        return moment_text(moment, self.language, firm=True)

    def month(self, month: str) -> str:
        """A month written 2026-02, as the language writes it."""
        return month_text(month, self.language)

    def day_of(self, instant: datetime) -> str:
        """The day of an instant on the programme's own clock, in words."""
        return self.day(instant.astimezone(ZoneInfo(self.programme.section.time_zone)).date())

    def instant_text(self, instant: datetime) -> str:
        """An instant on the programme's own clock, in words."""
        local = instant.astimezone(ZoneInfo(self.programme.section.time_zone))
        return self.moment(local.replace(second=0, microsecond=0, tzinfo=None))

    def ways(self, measure: Measure) -> tuple[str, ...]:
        """Where one applies for a measure, in words; empty where nobody does."""
        claim = measure.section.claim
        through = claim.through if claim else ()
        return tuple(phrase(self.language, f"channel.{way.value}") for way in through)

    def joined(self, texts: Iterable[str]) -> str:
        """Several things after one another."""
        return ", ".join(texts)


def spoken(programme: Programme, language: str) -> str:
    """The language itself, or the programme's leading one where it does not speak it."""
    return language if language in programme.languages else programme.languages[0]
