"""A checked programme: the file's model and the typed trees of all its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from makegood.kernel import Currency
from makegood.programmes.model import MeasureSection, ProgrammeFile
from makegood.rules import FALSE, TRUE, Constant, Fact, Names, Node

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Base:
    """A base population: who meets ``where`` at the end of ``as_of``."""

    name: str
    as_of: date
    where: Node
    label: Texts


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A named rule that takes a line out of a measure, with its reason."""

    name: str
    when: Node
    because: Texts


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure with its rules. ``automatic`` is which of the lines in scope need not apply."""

    name: str
    section: MeasureSection
    base: Base | None
    scope: Node
    late: Node | None
    exclusions: tuple[Exclusion, ...]
    automatic: Node
    amount: Node | None
    settled_on: Node | None

    @property
    def kind(self) -> str:
        """refund, grant, uplift, choice, discount or cover."""
        return self.section.kind


@dataclass(frozen=True, slots=True)
class Programme:
    """A checked programme. ``sha256`` of the file's text is its version."""

    file: str
    text: str
    sha256: str
    section: ProgrammeFile
    names: Names
    bases: Mapping[str, Base]
    measures: Mapping[str, Measure]

    @property
    def identifier(self) -> str:
        """The programme's own name, such as ``kt-2025``."""
        return self.section.programme

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The declared facts by name, in their order."""
        return self.names.facts

    @property
    def languages(self) -> list[str]:
        """Language codes, the leading one first."""
        return self.section.languages

    @property
    def currency(self) -> Currency:
        """The currency of all amounts."""
        return Currency(self.section.currency.code, self.section.currency.minor_digits)


def assembled(
    section: ProgrammeFile,
    names: Names,
    trees: Mapping[tuple[str | int, ...], Node],
    *,
    file: str,
    text: str,
    sha256: str,
) -> Programme:
    """A programme from its model and its trees.

    Where an expression could not be read, something harmless stands: such a programme serves only
    for finding what else is wrong with it.
    """
    bases = {
        name: Base(name, base.as_of, trees.get(("bases", name, "where"), TRUE), base.label)
        for name, base in section.bases.items()
    }
    measures = {
        name: _measure(name, measure, bases, trees) for name, measure in section.measures.items()
    }
    return Programme(file, text, sha256, section, names, bases, measures)


def _measure(
    name: str,
    section: MeasureSection,
    bases: Mapping[str, Base],
    trees: Mapping[tuple[str | int, ...], Node],
) -> Measure:
    here = ("measures", name)
    whole: Constant = FALSE if section.claim else TRUE
    return Measure(
        name=name,
        section=section,
        base=bases.get(section.base) if section.base else None,
        scope=trees.get((*here, "for"), TRUE),
        late=trees.get((*here, "late", "for")),
        exclusions=tuple(
            Exclusion(key, trees.get((*here, "except", key, "when"), FALSE), exclusion.because)
            for key, exclusion in section.exclusions.items()
        ),
        automatic=trees.get((*here, "automatic"), whole),
        amount=trees.get((*here, "refund", "amount")) or trees.get((*here, "discount", "amount")),
        settled_on=trees.get((*here, "refund", "pay", "settled_on")),
    )
