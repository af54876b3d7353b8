"""Declared facts, tables of bands, formulas and base populations."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from makegood.programmes.model.base import Day, Expression, Name, Section, Texts
from makegood.rules import Kind, Missing


class FactSection(Section):
    """A typed attribute of a line on a date."""

    type: Kind = Field(description="boolean, integer, money, date or enum.")
    label: Texts = Field(description="What customers and agents call it.")
    values: dict[Name, Texts] = Field(
        default_factory=dict, description="An enum's values, each with its words."
    )
    missing: Missing = Field(
        default=Missing.NEVER,
        description=(
            "What an empty cell means: never (refused), none (known to have no such thing: "
            "comparisons are false) or unknown (nobody knows: may end undetermined)."
        ),
    )
    min: int | date | None = Field(
        default=None,
        description="Smallest value: a number, minor units for money, or a date. Default 0 "
        "(dates: 1900-01-01).",
    )
    max: int | date | None = Field(
        default=None,
        description="Largest value. Default one billion (money: a trillion minor units; dates: "
        "2199-12-31).",
    )
    unit: Texts | None = Field(default=None, description="The unit of a number, in words.")


class BandSection(Section):
    """One band of a table."""

    through: int = Field(ge=1, description="The last unit of the band, counted from 1.")
    rate: int = Field(description="What each unit in it counts; may be negative.")


class TableSection(Section):
    """A table of bands for ``bands(n, table)``."""

    label: Texts | None = Field(default=None, description="What the table is called.")
    bands: list[BandSection] = Field(min_length=1, description="The bands, ascending.")


class FormulaSection(Section):
    """A named expression, used by its name."""

    value: Expression = Field(description="The expression.")
    label: Texts | None = Field(default=None, description="What it reckons, in words.")


class BaseSection(Section):
    """A base population: the lines that meet a condition at the end of one day, for ever."""

    as_of: Day = Field(description="The day, at whose end the condition is looked at.")
    where: Expression = Field(
        default="TRUE", description="The condition, over the facts as they were on that day."
    )
    label: Texts = Field(description="Who they are, in words.")
