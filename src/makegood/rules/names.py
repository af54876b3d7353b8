"""What an expression may name: facts, dates, formulas and tables of one programme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from makegood.rules.facts import Fact
from makegood.rules.functions import Bands
from makegood.rules.tree import Node


@dataclass(frozen=True, slots=True)
class Names:
    """The names in scope of an expression."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    dates: Mapping[str, date] = field(default_factory=dict)
    formulas: Mapping[str, Node] = field(default_factory=dict)
    tables: Mapping[str, Bands] = field(default_factory=dict)

    def values(self) -> Iterator[str]:
        """The names that stand for a value."""
        yield from self.facts
        yield from self.dates
        yield from self.formulas
