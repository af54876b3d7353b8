"""All expressions of a programme file, read in the order in which they build on each other.

They are read from the plain document, so that mistakes in them are found even where other parts of
the file do not fit the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from makegood.kernel import Finding
from makegood.programmes.model import FactSection, TableSection
from makegood.programmes.source import Document
from makegood.rules import (
    Band,
    Bands,
    Fact,
    Kind,
    Names,
    Node,
    Problem,
    read_condition,
    read_expression,
)

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Expressions:
    """The trees of a file by the path of their text; ``findings`` where they could not be read."""

    document: Document
    facts: dict[str, Fact] = field(default_factory=dict)
    dates: dict[str, date] = field(default_factory=dict)
    tables: dict[str, Bands] = field(default_factory=dict)
    formulas: dict[str, Node] = field(default_factory=dict)
    trees: dict[Path, Node] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    @property
    def names(self) -> Names:
        """What an expression may name."""
        return Names(self.facts, self.dates, self.formulas, self.tables)


def read_expressions(document: Document) -> Expressions:
    """Read every expression of a programme file."""
    found = Expressions(document)
    _read_facts(found)
    _read_dates(found)
    _read_tables(found)
    _read_formulas(found)
    for name in _group(document.data, "bases"):
        _read(found, ("bases", name, "where"), condition=True)
    for name, measure in _group(document.data, "measures").items():
        for path, condition in _measure_paths(name, measure):
            _read(found, path, condition=condition)
    return found


def _group(data: object, key: str) -> dict[str, Any]:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}


def _measure_paths(name: str, measure: object) -> Iterator[tuple[Path, bool]]:
    here: Path = ("measures", name)
    yield (*here, "for"), True
    yield (*here, "automatic"), True
    yield (*here, "late", "for"), True
    for exclusion in _group(measure, "except"):
        yield (*here, "except", exclusion, "when"), True
    yield (*here, "refund", "amount"), False
    yield (*here, "discount", "amount"), False
    yield (*here, "refund", "pay", "settled_on"), False


def _read_facts(found: Expressions) -> None:
    for name, raw in _group(found.document.data, "facts").items():
        try:
            section = FactSection.model_validate(raw)
            values = tuple(section.values)
            if (section.type is Kind.ENUM) is not bool(values):
                found.broken.add(name)
                continue
            found.facts[name] = Fact.bounded(
                name, section.type, values, section.min, section.max, section.missing
            )
        except (ValidationError, TypeError, ValueError):
            found.broken.add(name)


def _read_dates(found: Expressions) -> None:
    for name, raw in _group(found.document.data, "dates").items():
        if isinstance(raw, date):
            found.dates[name] = raw
        else:
            found.broken.add(name)


def _read_tables(found: Expressions) -> None:
    for name, raw in _group(found.document.data, "tables").items():
        try:
            bands = TableSection.model_validate(raw).bands
        except ValidationError:
            found.broken.add(name)
            continue
        found.tables[name] = Bands(name, tuple(Band(b.through, b.rate) for b in bands))


def _read_formulas(found: Expressions) -> None:
    """Formulas in any order in the file: each after those that it names."""
    taken = {*found.facts, *found.dates, *found.tables}
    waiting = {
        name: raw["value"]
        for name, raw in _group(found.document.data, "formulas").items()
        if isinstance(raw, dict) and isinstance(raw.get("value"), str) and name not in taken
    }
    found.broken |= set(_group(found.document.data, "formulas")) - set(waiting)
    while waiting:
        ready = [n for n, text in waiting.items() if not _named_in(text, set(waiting) - {n}, n)]
        if not ready:
            _report_circle(found, waiting)
            return
        for name in ready:
            path = ("formulas", name, "value")
            del waiting[name]
            _read(found, path, condition=False)
            if path in found.trees:
                found.formulas[name] = found.trees[path]
            else:
                found.broken.add(name)


def _named_in(text: str, names: set[str], itself: str) -> set[str]:
    words = set("".join(c if c.isalnum() or c == "_" else " " for c in text).split())
    return words & (names | {itself})


def _report_circle(found: Expressions, waiting: dict[str, str]) -> None:
    for name in waiting:
        found.broken.add(name)
        found.findings.append(
            Finding(
                "MG215",
                f"the formula '{name}' depends on itself",
                f"take one of {', '.join(sorted(waiting))} out of the circle",
                found.document.place(("formulas", name), key=True),
            )
        )


def _read(found: Expressions, path: Path, *, condition: bool) -> None:
    raw = _at(found.document.data, path)
    if isinstance(raw, bool):
        raw = "TRUE" if raw else "FALSE"
    if isinstance(raw, int):
        raw = str(raw)
    if not isinstance(raw, str):
        return
    reader = read_condition if condition else read_expression
    tree, problems = reader(raw, found.names)
    if tree is not None:
        found.trees[path] = tree
    for problem in problems:
        word = raw[problem.start : problem.end]
        if problem.code == "MG203" and word in found.broken:
            continue
        found.findings.append(_located(found.document, path, problem))


def _at(data: object, path: Path) -> object:
    for part in path:
        if not isinstance(data, dict):
            return None
        data = data.get(str(part))
    return data


def _located(document: Document, path: Path, problem: Problem) -> Finding:
    place = document.inside(path, problem.start, problem.end)
    return Finding(problem.code, problem.message, problem.hint, place)
