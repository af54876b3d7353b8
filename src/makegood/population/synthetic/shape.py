"""The shape file: the numbers of a carrier's population, and which fact is which attribute."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from makegood.kernel import day_number, day_of

Weight = Annotated[int, Field(ge=0, le=1_000_000_000)]
Weights = Annotated[dict[str, Weight], Field(min_length=1)]
PerMillion = Annotated[int, Field(ge=0, le=1_000_000)]
Day = Annotated[date, Field(ge=date(1980, 1, 1), le=date(2199, 12, 31))]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Band(_Model):
    """A stretch of whole numbers, both ends inclusive, and how often a number falls into it."""

    low: Annotated[int, Field(alias="from", ge=0, le=10_000_000)]
    high: Annotated[int, Field(alias="to", ge=0, le=10_000_000)]
    weight: Weight = 1

    def triple(self, step: int = 1) -> tuple[int, int, int]:
        """Low, high, weight, counted in steps."""
        return self.low // step, max(self.low, self.high) // step, self.weight


Bands = Annotated[list[Band], Field(min_length=1, max_length=100)]


class Contracted(_Model):
    """Of a departure's lines, how many had a contract act since a day; none of the others had."""

    since: Day
    per_million: PerMillion


class Departure(_Model):
    """A wave of lines that leave."""

    name: str
    first_day: Annotated[Day, Field(alias="from")]
    last_day: Annotated[Day, Field(alias="to")]
    lines: Annotated[int, Field(ge=1)]
    weekdays: Annotated[list[Weight], Field(min_length=7, max_length=7)] = [1] * 7
    last_day_percent: Annotated[int, Field(ge=1, le=10_000)] = 100
    holidays: dict[str, Weight] = {}
    contracted: Contracted | None = None
    late_within_days: Annotated[int, Field(ge=0, le=366)] | None = None
    mix: dict[str, Weights] = {}

    def days(self) -> list[str]:
        """Its days, first to last, as 2026-01-13."""
        first, last = day_number(self.first_day), day_number(self.last_day)
        return [day_of(day).isoformat() for day in range(first, last + 1)]

    def day_weights(self) -> list[int]:
        """A weight for each day: the weekday's, rising to the last day's share of the first."""
        first, last = day_number(self.first_day), day_number(self.last_day)
        weights = []
        for day in range(first, last + 1):
            done = (day - first) ** 2 * 1_000 // max(1, (last - first) ** 2)
            percent = 100 + (self.last_day_percent - 100) * done // 1_000
            usual = self.weekdays[(day + 3) % 7]
            weights.append(self.holidays.get(day_of(day).isoformat(), usual) * percent)
        return weights


class FactShape(_Model):
    """Where a fact comes from: an attribute of the model, and how often it is not known."""

    attribute: str
    recode: dict[str, str] = {}
    missing_per_million: PerMillion = 0
    missing_while: Literal["any", "terminated"] = "any"


class Shape(_Model):
    """The numbers of a carrier's population."""

    model: Literal["carrier/1"]
    of_lines: Annotated[int, Field(ge=1, le=500_000_000)]
    opened_until: Day
    acts_until: Day
    mix: dict[str, Weights]
    holder_age: dict[str, Bands]
    tenure_days: Bands
    contract_age_days: Bands
    subsidy_won: Bands
    subsidy_step_won: Annotated[int, Field(ge=1, le=100_000)] = 1_000
    monthly_fee_won: Weights
    discount_percent: Annotated[int, Field(ge=0, le=100)] = 25
    suspended_for_days: Bands
    late_for_days: Bands
    departures: Annotated[list[Departure], Field(max_length=50)]
    facts: dict[str, FactShape]
