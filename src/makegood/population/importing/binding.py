"""Reads a mapping file and binds it to a source and to the facts; says all that does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from makegood.kernel import Finding, MakegoodError, did_you_mean
from makegood.population.importing.mapping import Arm, FactMapping, MappingFile
from makegood.population.importing.readings import reading_faults
from makegood.programmes import Document, read_document, sorted_findings, validate
from makegood.rules import Fact

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class BoundFact:
    """A fact with its readings in order: the first whose condition holds counts."""

    fact: Fact
    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """A mapping that fits. ``used`` are the source's columns it reads, the line id's first."""

    mapping: MappingFile
    facts: tuple[BoundFact, ...]
    used: tuple[str, ...]


def read_mapping(path: Path) -> tuple[Document, MappingFile]:
    """The mapping file and its model. MakegoodError with every finding of form (MG1xx)."""
    document = read_document(path)
    mapping, findings = validate(document, MappingFile)
    if mapping is None or findings:
        raise MakegoodError(sorted_findings(findings))
    return document, mapping


def bind(
    document: Document, mapping: MappingFile, columns: Sequence[str], facts: Mapping[str, Fact]
) -> Bound:
    """The mapping bound to a source's columns; MakegoodError with all findings (MG401 to MG407)."""
    findings = list(_line_id(document, mapping, columns))
    bound = []
    for name, reading in mapping.facts.items():
        if name not in facts:
            place = document.place(("facts", name), key=True)
            hint = did_you_mean(name, facts) or "the programme declares no such fact"
            findings.append(Finding("MG403", f"unknown fact '{name}'", hint, place))
            continue
        for path, arm in _arms(name, reading):
            findings += _columns(document, path, arm, columns)
            findings += reading_faults(document, path, arm, facts[name])
        findings += _shape(document, name, reading)
    for name in facts:
        if name not in mapping.facts:
            place = document.place(("facts",), key=True)
            hint = f"map it, or say '{name}: {{absent: true}}' if it may be missing"
            findings.append(Finding("MG404", f"the fact '{name}' is not mapped", hint, place))
    if findings:
        raise MakegoodError(sorted_findings(findings))
    for name, fact in facts.items():
        bound.append(BoundFact(fact, tuple(arm for _, arm in _arms(name, mapping.facts[name]))))
    used = [mapping.line_id]
    used += [name for fact in bound for arm in fact.arms for name in _named(arm)]
    return Bound(mapping, tuple(bound), tuple(dict.fromkeys(used)))


def _arms(name: str, reading: FactMapping) -> Iterator[tuple[Path_, Arm]]:
    """The readings of a fact, each with its place in the file; without ``when`` there is one."""
    if reading.when:
        for position, arm in enumerate(reading.when):
            yield ("facts", name, "when", position), arm
    else:
        given = {key: getattr(reading, key) for key in reading.model_fields_set - {"when"}}
        yield ("facts", name), Arm.model_construct(set(given), **given)


def _named(arm: Arm) -> list[str]:
    return [*([arm.column] if arm.column is not None else []), *arm.condition]


def _shape(document: Document, name: str, reading: FactMapping) -> Iterator[Finding]:
    """``when`` stands alone, and only its last arm may be without a condition."""
    path: Path_ = ("facts", name)
    if reading.when and reading.model_fields_set != {"when"}:
        place = document.place((*path, "when"), key=True)
        message = f"'{name}' has 'when' and other keys beside it"
        yield Finding("MG401", message, "move them into the arms of 'when'", place)
    for position, arm in enumerate(reading.when[:-1]):
        if not arm.condition:
            place = document.place((*path, "when", position))
            message = f"an arm of '{name}' without 'if' hides those after it"
            yield Finding("MG401", message, "put it last", place)


def _line_id(document: Document, mapping: MappingFile, columns: Sequence[str]) -> Iterator[Finding]:
    yield from _column(document, ("line_id",), mapping.line_id, columns, key=False)


def _columns(
    document: Document, path: Path_, arm: Arm, columns: Sequence[str]
) -> Iterator[Finding]:
    if arm.column is not None:
        yield from _column(document, (*path, "column"), arm.column, columns, key=False)
    for name in arm.condition:
        yield from _column(document, (*path, "if", name), name, columns, key=True)


def _column(
    document: Document, path: Path_, name: str, columns: Sequence[str], *, key: bool
) -> Iterator[Finding]:
    times = list(columns).count(name)
    if times == 1:
        return
    known = f"the source has: {', '.join(columns[:20])}"
    hint = did_you_mean(name, columns) or known if not times else "rename one of them"
    what = f"the source has no column '{name}'" if not times else f"'{name}' heads {times} columns"
    yield Finding("MG402", what, hint, document.place(path, key=key))
