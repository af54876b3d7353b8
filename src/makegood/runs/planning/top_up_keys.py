"""The pay-once keys of what is added to a line: once, and again where it lacks more after that.

A line may get two things by the same facts, as claims of two contracts that are paid on different
days, or of two persons. Each of them lacks what an amended version adds, and the second perhaps
only when it has arrived: what was added first has the line's own key, the next a number behind its
period.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from itertools import count
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from makegood.kernel import pay_once_key
from makegood.runs.planning.earlier import family_runs
from makegood.runs.planning.having import items_sql
from makegood.runs.states import RunState

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.runs.planning.due import Due

_HELD = """
SELECT item.line_id, list(DISTINCT item.key) FROM ({items}) AS item SEMI JOIN wanted USING (line_id)
GROUP BY item.line_id
"""


def further_keys(
    programme: str, measure: str, line_id: str, period: str, times: int
) -> tuple[str, ...]:
    """The keys of a line's second top-up of a family, its third, …: of that many beside the first.

    The first has the line's own key, which names its contract.
    """
    return tuple(
        pay_once_key(programme, measure, line_id, "", f"{period} {number}")
        for number in range(2, times + 2)
    )


def next_keys(settings: Settings, programme: str, due: Due, lines: pa.ChunkedArray) -> pa.Array:
    """By place of a line, of lines in order, the next of its keys that no run of the family has.

    Empty for the line's own key. A line that is there twice, for two persons, gets two of them.
    What was cancelled has none.
    """
    held = _held(settings, programme, due, lines)
    again = pc.equal(lines.slice(1), lines.slice(0, max(0, len(lines) - 1)))
    repeated = lines.slice(1).filter(again).to_pylist()
    if not held and not repeated:
        return pa.nulls(len(lines), pa.string())
    free = {
        line: _free(programme, due, line, held.get(line, frozenset()))
        for line in {*held, *repeated}
    }
    keys = (next(free[line]) if line in free else None for line in lines.to_pylist())
    return pa.array(keys, pa.string())


def _held(
    settings: Settings, programme: str, due: Due, lines: pa.ChunkedArray
) -> dict[str, frozenset[str]]:
    """By line the keys of it that runs of the family have; of some lines."""
    found = [
        run
        for run in family_runs(programme, due.measure, due.period)
        if run.state is not RunState.CANCELLED and run.items
    ]
    if not found:
        return {}
    from makegood.decisions import connected, cores

    with connected(cores()) as connection:
        connection.register("wanted", pa.table({"line_id": lines}))
        rows = connection.execute(_HELD.format(items=items_sql(settings, found))).fetchall()
    return {line: frozenset(keys) for line, keys in rows}


def _free(programme: str, due: Due, line: str, held: Set[str]) -> Iterator[str | None]:
    named = (programme, due.measure, line, due.period)
    if held <= set(further_keys(*named, len(held))):
        yield None
    for number in count(1):
        key = further_keys(*named, number)[-1]
        if key not in held:
            yield key
