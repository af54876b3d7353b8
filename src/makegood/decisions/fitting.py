"""Whether a snapshot holds what a programme reads, in the types and bounds it was checked with."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.decisions.duckdb_engine import connected, cores
from makegood.decisions.job import Job, parquet_relation, parts_between
from makegood.kernel import Finding, MakegoodError, did_you_mean
from makegood.population import LINE_ID, Snapshot
from makegood.rules import Fact, Kind, Missing, facts_of


def check_fits(job: Job) -> None:
    """Raise MakegoodError MG604 where a snapshot lacks a fact or holds values that do not fit."""
    own = [fact for fact in job.trees.facts if "." not in fact.name]
    findings = list(_misfits(job.snapshot, own, "the population"))
    for source in job.joined():
        if source.snapshot is not None:
            facts = list(facts_of(source.base.where).values())
            findings += _misfits(source.snapshot, facts, f"the base '{source.base.name}'")
    if findings:
        raise MakegoodError(findings)


def _misfits(snapshot: Snapshot, facts: list[Fact], whose: str) -> Iterator[Finding]:
    hint = "import it again with the facts of this programme"
    for fact in facts:
        column = snapshot.columns.get(fact.name)
        if column is None:
            near = did_you_mean(fact.name, snapshot.columns) or hint
            yield Finding("MG604", f"{whose} has no fact '{fact.name}'", near)
            continue
        if column.fact.kind is not fact.kind:
            message = f"'{fact.name}' is {column.fact.kind.value} in {whose}, not {fact.kind.value}"
            yield Finding("MG604", message, hint)
            continue
        if column.nulls and fact.missing is Missing.NEVER:
            message = f"'{fact.name}' is missing for {column.nulls:,} lines of {whose}"
            yield Finding("MG604", message, "declare what that means: missing: none or unknown")
        yield from _outside(fact, column.values, column.low, column.high, whose)


def _outside(
    fact: Fact, values: tuple[str, ...], low: int | None, high: int | None, whose: str
) -> Iterator[Finding]:
    hint = "the programme's rules were checked without such values"
    if fact.kind is Kind.ENUM:
        strange = [value for value in values if value not in fact.values]
        if strange:
            message = f"'{fact.name}' is {', '.join(strange)} for lines of {whose}"
            yield Finding("MG604", message, hint)
        return
    if fact.kind is Kind.BOOLEAN or low is None or high is None:
        return
    if low < fact.low or high > fact.high:
        message = f"'{fact.name}' goes beyond its min or max in {whose}"
        yield Finding("MG604", message, hint)


def check_base_lines(job: Job) -> None:
    """Raise MakegoodError MG603 where a base has lines that the population forgot."""
    for source in job.joined():
        if source.snapshot is None:
            continue
        forgotten, first = _forgotten(source.snapshot, job.snapshot)
        if forgotten:
            message = (
                f"the population lacks {forgotten:,} lines that the base '{source.base.name}' has "
                f"(the first is {first})"
            )
            hint = "a line that left stays in the population, as terminated: nobody is forgotten"
            raise MakegoodError(Finding("MG603", message, hint))


def _forgotten(base: Snapshot, population: Snapshot) -> tuple[int, str]:
    """How many lines of the base the population lacks, and the first; part by part."""
    total, first = 0, ""
    with connected(cores()) as connection:
        for part in base.parts:
            lines = parquet_relation([base.folder / part.file])
            own = parts_between(population, part) or population.part_paths()[:1]
            query = (
                f"SELECT count(*), min(b.{LINE_ID}) FROM {lines} AS b "
                f"ANTI JOIN {parquet_relation(own)} AS p ON b.{LINE_ID} = p.{LINE_ID}"
            )
            count, lowest = connection.execute(query).fetchone() or (0, None)
            total += int(count)
            first = first or str(lowest or "")
    return total, first
