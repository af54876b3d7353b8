"""The whole programme file."""

from __future__ import annotations

import re
from datetime import time
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, model_validator

from makegood.kernel import did_you_mean
from makegood.programmes.model.base import (
    NAME_LENGTH_MAX,
    Day,
    Mistake,
    Moment,
    Name,
    Section,
    Texts,
)
from makegood.programmes.model.facts import BaseSection, FactSection, FormulaSection, TableSection
from makegood.programmes.model.measure import MeasureSection

_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


def _zone(name: str) -> str:
    zones = available_timezones()
    if name not in zones:
        hint = did_you_mean(name, zones) or "such as Asia/Seoul"
        raise Mistake("MG107", f"'{name}' is no time zone", hint)
    return str(ZoneInfo(name))


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]*", text) or len(text) > NAME_LENGTH_MAX:
        hint = f"small letters, digits and -, a letter first, {NAME_LENGTH_MAX} at most"
        raise Mistake("MG109", f"'{text}' cannot name a programme", hint)
    return text


class CurrencySection(Section):
    """The currency of all amounts."""

    code: str = Field(pattern="^[A-Z]{3}$", description="The ISO 4217 code.")
    minor_digits: int = Field(ge=0, le=4, description="Digits of the minor unit: 0 for KRW.")


class NoticeBy(StrEnum):
    """How a notice goes out."""

    SMS = "sms"
    MAIL = "mail"
    PAGE = "page"


class Notice(Section):
    """Something told to customers at a time."""

    at: Moment = Field(description="When, local time.")
    by: list[NoticeBy] = Field(min_length=1, description="sms, mail, page.")
    measure: Name | None = Field(default=None, description="To the lines of this measure only.")
    says: Texts = Field(description="What it says.")


class Weekday(StrEnum):
    """A day of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class OpenHours(Section):
    """Days of the week on which the support centre answers, from one time of day to another."""

    days: list[Weekday] = Field(min_length=1, description="mon, tue, wed, thu, fri, sat, sun.")
    since: str = Field(alias="from", pattern=_CLOCK, description="From, such as 09:00.")
    until: str = Field(pattern=_CLOCK, description="Until, such as 18:00; later on the same day.")

    @model_validator(mode="after")
    def _forward(self) -> OpenHours:
        if self.since >= self.until:
            message = f"the support centre cannot answer from {self.since} to {self.until}"
            raise Mistake("MG107", message, "'until' is a later time of the same day")
        return self

    @property
    def span(self) -> tuple[time, time]:
        """From when until when."""
        return time.fromisoformat(self.since), time.fromisoformat(self.until)


class Centre(Section):
    """The support centre."""

    phone: str = Field(min_length=3, max_length=30, description="Its number.")
    hours: Texts = Field(description="When it answers, in words.")
    open: list[OpenHours] = Field(
        default_factory=list,
        description="The same by days; customers are called within it. Weekdays 9 to 18 without.",
    )

    def span_on(self, weekday: int) -> tuple[time, time] | None:
        """From when until when it answers on a day, 0 for Monday; None where it does not."""
        name = list(Weekday)[weekday]
        return next((hours.span for hours in self.open if name in hours.days), None)


class ProgrammeFile(Section):
    """One versioned file with all that was promised."""

    makegood: Literal[1] = Field(description="The version of the language; 1.")
    programme: Annotated[str, AfterValidator(_identifier)] = Field(
        description="The programme's identifier."
    )
    title: Texts = Field(description="What the programme is called.")
    summary: Texts = Field(description="What happened and what is done about it.")
    operator: Texts = Field(description="Who promises.")
    languages: list[str] = Field(min_length=1, description="Language codes, the first leading.")
    currency: CurrencySection = Field(description="The currency of all amounts.")
    time_zone: Annotated[str, AfterValidator(_zone)] = Field(
        description="The zone of all times, such as Asia/Seoul."
    )
    dates: dict[Name, Day] = Field(default_factory=dict, description="Named days.")
    look_up_from: Moment | None = Field(
        default=None, description="When the look-up page opens, local time."
    )
    centre: Centre | None = Field(default=None, description="The support centre.")
    facts: dict[Name, FactSection] = Field(min_length=1, description="Facts of a line.")
    contract: Name | None = Field(
        default=None,
        description="The fact that tells contracts of one line apart: each is paid once.",
    )
    tables: dict[Name, TableSection] = Field(default_factory=dict, description="Tables of bands.")
    formulas: dict[Name, FormulaSection] = Field(
        default_factory=dict, description="Named expressions."
    )
    bases: dict[Name, BaseSection] = Field(default_factory=dict, description="Base populations.")
    measures: dict[Name, MeasureSection] = Field(min_length=1, description="What is promised.")
    notices: list[Notice] = Field(default_factory=list, description="What is told, and when.")
    budget: int | None = Field(default=None, ge=0, description="Money set aside in all.")
