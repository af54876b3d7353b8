"""The mapping file: how the columns of an extract become facts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from makegood.kernel import Rounding

Scalar = str | bool | int | float | date | None
ShortText = Annotated[str, Field(max_length=200)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class Source(_Model):
    """The extract itself. ``encoding``, ``delimiter`` and ``quote`` matter to CSV only."""

    format: Literal["csv", "parquet"]
    encoding: Literal["utf-8", "cp949", "euc-kr"] = "utf-8"
    delimiter: Literal[",", ";", "\t", "|"] = ","
    quote: Literal['"', "none"] = '"'
    trim: bool = True
    empty: list[ShortText] = []


class Reading(_Model):
    """Where a value comes from (exactly one of the first four), and how its text is read."""

    column: str | None = None
    constant: Scalar = None
    as_of: Literal[True] | None = None
    absent: Literal[True] | None = None

    empty: list[ShortText] = []
    default: Scalar = None
    recode: dict[str, Scalar] = {}
    otherwise: Scalar = None
    date: str | list[str] = []
    months_before_as_of: bool = False
    unit: Literal["major", "minor"] | None = None
    rounding: Annotated[Rounding, Field(strict=False)] | None = None
    thousands: Literal[",", ".", " ", "'", "_", "\u00a0", "\u202f"] | None = None
    decimal: Literal[".", ","] = "."


class Arm(Reading):
    """A reading that holds where every column named under ``if`` has one of the texts."""

    condition: Annotated[dict[str, Scalar | list[Scalar]], Field(alias="if")] = {}


class FactMapping(Reading):
    """The reading of a fact, or, under ``when``, several of which the first that holds counts."""

    when: list[Arm] = []


class MappingFile(_Model):
    """A mapping file."""

    source: Source
    line_id: str
    facts: dict[str, FactMapping]


def text_of(value: Scalar) -> str | None:
    """A value of the mapping as the text it would be in a source; None is an empty cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None or value == "" else str(value)


def formats_of(reading: Reading) -> list[str]:
    """The date formats of a reading; the ISO one where none is named."""
    named = [reading.date] if isinstance(reading.date, str) else reading.date
    return named or [ISO_DATE]


ISO_DATE = "%Y-%m-%d"
