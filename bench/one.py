"""One line at a time, with explanation: makegood beside ZEN with its trace, in turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from bench.peers import zen, zen_tables
from makegood.decisions import Explainer, LineDecider
from makegood.programmes import load_programme


def microseconds(programme: Path, facts: Path, lines: int, rounds: int) -> dict[str, Any]:
    """Medians per line over distinct lines, each engine warm, and whether all say the same."""
    table = parquet.read_table(facts).slice(0, lines)
    values, contexts = _values(table), zen.contexts_of(table)
    decider = LineDecider(load_programme(programme))
    explainer = Explainer(decider, "en")
    expressions = zen.engine(zen.decision())
    tables = zen.engine(zen_tables.decision())
    ways: dict[str, tuple[Callable[[Any], object], list[Any]]] = {
        "words": (explainer.explain, values),
        "codes": (decider.decide, values),
        "zen": (lambda context: zen.explain(expressions, context), contexts),
        "zen_tables": (lambda context: zen.explain(tables, context), contexts),
    }
    for call, given in ways.values():
        _per_line(call, given)
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, (call, given) in ways.items():
            found[name].append(_per_line(call, given))
    differences = sum(
        _unlike(decider.decide(value), zen.explain(engine, context)["result"])
        for engine in (expressions, tables)
        for value, context in zip(values, contexts, strict=True)
    )
    return {
        "lines": len(values),
        "differences": differences,
        "microseconds": {name: median(times) for name, times in found.items()},
        "ratios": {
            f"{theirs}/{ours}": median(
                b / a for a, b in zip(found[ours], found[theirs], strict=True)
            )
            for ours in ("words", "codes")
            for theirs in ("zen", "zen_tables")
        },
    }


def _per_line(call: Callable[[Any], object], given: list[Any]) -> float:
    start = time.perf_counter()
    for each in given:
        call(each)
    return (time.perf_counter() - start) / len(given) * 1e6


def _values(table: pa.Table) -> list[dict[str, Any]]:
    """Lines as makegood takes them: a date is a day number."""
    for index, field in enumerate(table.schema):
        if pa.types.is_date(field.type):
            table = table.set_column(index, field.name, pc.cast(table.column(index), pa.int32()))
    return [{k: v for k, v in row.items() if k != "line_id"} for row in table.to_pylist()]


def _unlike(ours: Iterable[Any], theirs: dict[str, Any]) -> bool:
    decisions = {decision.measure: decision for decision in ours}
    amount = decisions["penalty_waiver"].amount
    codes = any(decisions[name].code != theirs[name] for name in zen.MEASURES)
    return codes or amount != theirs.get(zen.AMOUNT)
