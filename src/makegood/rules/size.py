"""How involved an expression may be, so that every engine can read what is compiled from it.

Engines reckon each named formula once, in a column of its own: written out, a formula counts where
it stands; put in, its whole tree does.
"""

from __future__ import annotations

from dataclasses import dataclass

from makegood.rules.dialects import DUCKDB
from makegood.rules.nullness import may_be_null
from makegood.rules.problems import Problem
from makegood.rules.tree import Call, Choice, FormulaName, Node, children

PARTS_MAX = 100_000
LEVELS_MAX = 50


@dataclass(frozen=True, slots=True)
class Size:
    """Parts and levels with all formulas put in, and parts of the compiled text."""

    parts: int = 1
    levels: int = 1
    written: int = 1


def size_of(node: Node, known: dict[int, Size]) -> Size:
    """The size of a tree. ``known`` remembers formulas' bodies by identity: they are shared."""
    if isinstance(node, FormulaName):
        if id(node.body) not in known:
            known[id(node.body)] = size_of(node.body, known)
        body = known[id(node.body)]
        return Size(body.parts + 1, body.levels + 1, 1)
    below = [size_of(child, known) for child in children(node)]
    times = _times_written(node)
    return Size(
        1 + sum(size.parts for size in below),
        1 + max((size.levels for size in below), default=0),
        1 + sum(size.written * time for size, time in zip(below, times, strict=True)),
    )


def require_modest(size: Size, start: int, end: int) -> None:
    """Raise MG216 where what the text from ``start`` to ``end`` stands for is too involved."""
    if size.levels > LEVELS_MAX:
        message = (
            f"this nests {size.levels} levels deep, formulas counted; at most {LEVELS_MAX} can be"
        )
        raise Problem("MG216", message, "shorten the chain of formulas", start, end)
    if size.parts > PARTS_MAX:
        message = f"this has {size.parts:,} parts, formulas put in; at most {PARTS_MAX:,} can be"
        raise Problem("MG216", message, "name fewer formulas in it", start, end)
    if size.written > PARTS_MAX:
        message = f"this compiles to {size.written:,} parts; at most {PARTS_MAX:,} can be"
        raise Problem("MG216", message, "name steps of it under 'formulas'", start, end)


def _times_written(node: Node) -> list[int]:
    """How often the compiled text of a node holds that of each of its children."""
    match node:
        case Choice():
            times = [(2 if may_be_null(condition) else 1, 1) for condition, _ in node.branches]
            return [time for pair in times for time in pair] + [1]
        case Call():
            marks = [f"<{index}>" for index in range(len(node.arguments))]
            text = node.function.sql(DUCKDB, marks, node.option)
            return [text.count(mark) + 1 for mark in marks]
        case _:
            return [1] * len(children(node))
