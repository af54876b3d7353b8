"""Whole programmes, drawn by chance: three ways to decide agree on codes, amounts and masks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from makegood.decisions import BaseOrigin, BaseSource, LineDecider
from makegood.decisions.duckdb_engine import connected, decide_query, look_at
from makegood.decisions.job import Job
from makegood.decisions.outcome import UNDETERMINED
from makegood.decisions.recompute import Recomputer
from makegood.decisions.trees import amount_column, missing_column, programme_trees
from makegood.population import LINE_ID, Snapshot, SnapshotWriter, schema_of
from makegood.programmes import Base, Measure, Programme
from makegood.programmes.programme import Exclusion
from makegood.rules import FALSE, TRUE, Kind, Names, Node, evaluator, facts_of, read_expression
from tests.decisions.outage import AS_OF, CLOCK
from tests.rules.effort import examples
from tests.rules.engines import Row, rows_of, table_of
from tests.rules.vocabulary import FACTS, NAMES
from tests.rules.written import texts

DEPTH = 2
ROWS = [rows_of(80, seed) for seed in (11, 12)]
THEN = rows_of(80, 13)
Lines = Mapping[str, Row]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A programme, where its base is read from, and its text for whoever looks for the fault."""

    programme: Programme
    origin: BaseOrigin
    story: str

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(f"Drawn: base {self.origin.value}\n{self.story}")


@dataclass(frozen=True, slots=True)
class Kept:
    """Two populations, and the one of the base's day, which half of the lines were in."""

    snapshots: list[Snapshot]

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text("kept")


@st.composite
def programmes(draw: st.DrawFn) -> Drawn:
    """Formulas of any kind; a base; one or two measures with anything that a measure may have."""
    story: list[str] = []
    names = NAMES
    by_kind: dict[Kind, list[str]] = {}

    def written(kind: Kind, what: str, form: str = "{}") -> Node:
        text = form.format(draw(texts(kind, DEPTH, by_kind)))
        story.append(f"{what}: {text}")
        return _read(text, names)

    for number, kind in enumerate(draw(st.lists(st.sampled_from(Kind), max_size=3))):
        tree = written(kind, f"formula_{number}")
        names = replace(names, formulas={**names.formulas, f"formula_{number}": tree})
        by_kind.setdefault(kind, []).append(f"formula_{number}")
    base = Base("everyone", AS_OF, written(Kind.BOOLEAN, "base"), {})
    measures = {}
    for name in ("first", "second")[: draw(st.integers(1, 2))]:
        late = written(Kind.BOOLEAN, "late") if draw(st.booleans()) else None
        exclusions = tuple(
            Exclusion(f"x{number}", written(Kind.BOOLEAN, f"except x{number}"), {})
            for number in range(draw(st.integers(0, 2)))
        )
        automatic = draw(st.sampled_from([TRUE, FALSE, None]))
        measures[name] = Measure(
            name=name,
            section=cast(Any, None),
            base=base if draw(st.booleans()) else None,
            scope=written(Kind.BOOLEAN, f"{name}: for") if draw(st.booleans()) else TRUE,
            late=late,
            exclusions=exclusions,
            automatic=written(Kind.BOOLEAN, "automatic") if automatic is None else automatic,
            amount=written(Kind.MONEY, "amount", "greatest(0, {})")
            if draw(st.booleans())
            else None,
            settled_on=None,
        )
    programme = Programme("", "", "", cast(Any, None), names, {"everyone": base}, measures)
    return Drawn(programme, draw(st.sampled_from(BaseOrigin)), "\n".join(story))


def _read(text: str, names: Names) -> Node:
    tree, problems = read_expression(text, names)
    # An author's slip, drawn by chance: a range that ends before it begins, and the like.
    assume(tree is not None and not problems)
    assert tree is not None
    return tree


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("agree")
    named = [_named(rows) for rows in ROWS] + [_half(THEN)]
    return Kept([_written(folder / str(number), lines) for number, lines in enumerate(named)])


def _named(rows: list[Row]) -> Lines:
    return {f"L{number:02d}": row for number, row in enumerate(rows)}


def _half(rows: list[Row]) -> Lines:
    return {line: row for line, row in _named(rows).items() if int(line[1:]) % 2}


def _written(folder: Any, lines: Lines) -> Snapshot:
    table = table_of(list(lines.values())).drop_columns(["row"])
    table = table.add_column(0, LINE_ID, pa.array(list(lines), pa.string()))
    schema = schema_of(FACTS)
    columns = [
        column.dictionary_encode().cast(field.type) if field.type != column.type else column
        for column, field in zip(table.columns, schema, strict=True)
    ]
    with SnapshotWriter(
        folder,
        FACTS,
        programme="drawn",
        programme_sha256="0" * 64,
        as_of=date(2026, 3, 1),
        source={"kind": "test"},
        clock=CLOCK,
    ) as writer:
        writer.add(pa.Table.from_arrays(columns, schema=schema))
        return writer.finish().snapshot


@examples(300)
@given(drawn=programmes(), which=st.sampled_from([0, 1]))
def test_three_ways_to_decide_agree(kept: Kept, drawn: Drawn, which: int) -> None:
    base = drawn.programme.bases["everyone"]
    then = kept.snapshots[2] if drawn.origin is BaseOrigin.GIVEN else None
    sources = {"everyone": BaseSource(base, drawn.origin, then)}
    job = Job(programme_trees(drawn.programme, sources), kept.snapshots[which], sources)
    (part,) = job.snapshot.parts
    with connected(1) as connection:
        look_at(connection, job, part)
        found = connection.execute(decide_query(job))
        names = [column[0] for column in found.description]
        in_bulk = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    again = Recomputer(job).part(part).to_pylist()
    one_by_one = _one_by_one(job, sources, ROWS[which], _membership(drawn, base))
    assert [row[LINE_ID] for row in in_bulk] == [f"L{n:02d}" for n in range(len(ROWS[which]))]
    for bulk, second, single in zip(in_bulk, again, one_by_one, strict=True):
        assert bulk == second, drawn.story
        assert {key: bulk[key] for key in single} == single, drawn.story


def _membership(drawn: Drawn, base: Base) -> Mapping[str, object]:
    """By line whether it was in the base, for a base that another snapshot tells."""
    if drawn.origin is not BaseOrigin.GIVEN:
        return {}
    facts = list(facts_of(base.where).values())
    member = evaluator(base.where, facts)
    found = {f"L{number:02d}": False for number in range(len(THEN))}
    told = {line: member(*(row[f.name] for f in facts)) for line, row in _half(THEN).items()}
    return {**found, **told}


def _one_by_one(
    job: Job,
    sources: Mapping[str, BaseSource],
    rows: list[Row],
    membership: Mapping[str, object],
) -> list[dict[str, Any]]:
    decider = LineDecider(job.trees.programme, sources)
    bits = {fact.name: job.trees.bit(fact) for fact in job.trees.missing}
    asked = {tree.name: bool(tree.missing_facts()) for tree in job.trees.measures}
    paid = {tree.name: tree.amount is not None for tree in job.trees.measures}
    found = []
    for line, row in _named(rows).items():
        told: dict[str, Any] = {}
        for decision in decider.decide({**row, "base.everyone": cast(Any, membership.get(line))}):
            told[decision.measure] = decision.code
            if paid[decision.measure]:
                told[amount_column(decision.measure)] = decision.amount
            undetermined = decision.code == UNDETERMINED
            assert bool(decision.missing) is undetermined
            if asked[decision.measure]:
                mask = sum(bits[name] for name in decision.missing) if undetermined else None
                told[missing_column(decision.measure)] = mask
        found.append(told)
    return found
