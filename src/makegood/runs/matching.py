"""Which shard each answer is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import duckdb
import pyarrow as pa

from makegood.channels import ANSWER_SCHEMA, Incoming
from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.runs.faults import run_named
from makegood.runs.folders import folder_of, items_file
from makegood.runs.locating import Said, locate
from makegood.runs.rows import select

Place = tuple[UUID, int]
"""A shard: its run and its number."""

_BY_MESSAGE = """
SELECT shard.run_id, shard.number FROM runs_shard AS shard JOIN runs_run AS run USING (run_id)
WHERE shard.message_id = ANY(%s) AND run.channel = %s ORDER BY shard.run_id, shard.number
"""
# A key is looked for in what has left, the newest first; what never left was never answered.
_BY_CHANNEL = """
SELECT shard.run_id, shard.number FROM runs_shard AS shard JOIN runs_run AS run USING (run_id)
WHERE run.channel = %s AND shard.state <> 'pending'
ORDER BY run.due_at DESC, shard.run_id, shard.number
"""
_REST = """
SELECT said.* FROM said ANTI JOIN read_parquet(?) AS item USING (key, attempt)
"""
_SHARDS_AT_ONCE = 64


@dataclass(slots=True)
class Matched:
    """The answers of a source by the shards they are about, and those about nothing here."""

    parts: dict[Place, Said] = field(default_factory=dict)
    unmatched: pa.Table = field(default_factory=ANSWER_SCHEMA.empty_table)


def match(settings: Settings, duck: duckdb.DuckDBPyConnection, incoming: Incoming) -> Matched:
    """Find the items that answers are about: in the messages they name, else in all that left.

    Where items of a shard are not there, what is about others is found all the same. Raises
    MakegoodError MG866 where something is left that may be about them.
    """
    found, gone = Matched(), list[Place]()
    rest = incoming.answers.select(ANSWER_SCHEMA.names).cast(ANSWER_SCHEMA)
    named = _places(_BY_MESSAGE, [list(incoming.message_ids), incoming.channel.value])
    rest = _take(settings, rest, _there(settings, named, gone), found.parts)
    if rest.num_rows:
        seen = set(named)
        others = _places(_BY_CHANNEL, [incoming.channel.value])
        others = [place for place in others if place not in seen]
        for start in range(0, len(others), _SHARDS_AT_ONCE):
            if not rest.num_rows:
                break
            some = _there(settings, others[start : start + _SHARDS_AT_ONCE], gone)
            if some and _rows_left(settings, duck, rest, some) < rest.num_rows:
                rest = _take(settings, rest, some, found.parts)
    if rest.num_rows and gone:
        raise _items_gone(*gone[0])
    found.unmatched = rest
    return found


def _there(settings: Settings, places: Sequence[Place], gone: list[Place]) -> list[Place]:
    """The places whose items are there; the others are put with those that are gone."""
    there = [place for place in places if _file(settings, place).exists()]
    gone += [place for place in places if place not in there]
    return there


def _take(
    settings: Settings,
    rest: pa.Table,
    places: Sequence[Place],
    parts: dict[Place, Said],
) -> pa.Table:
    """What is about none of the places; the others are put under theirs."""
    for place in places:
        if not rest.num_rows:
            break
        said, rest = locate(_file(settings, place), rest)
        if said.answers.num_rows:
            parts[place] = said
    return rest


def _rows_left(
    settings: Settings,
    duck: duckdb.DuckDBPyConnection,
    rest: pa.Table,
    places: Sequence[Place],
) -> int:
    duck.register("said", rest)
    found = duck.sql(_REST, params=[_files(settings, places)]).to_arrow_table()
    return int(found.num_rows)


def _places(statement: str, values: Sequence[object]) -> list[Place]:
    return [(row[0], row[1]) for row in select(statement, values)]


def _files(settings: Settings, places: Sequence[Place]) -> list[str]:
    return [str(_file(settings, place)) for place in places]


def _file(settings: Settings, place: Place) -> Path:
    run_id, number = place
    return items_file(folder_of(settings, run_id), number)


def _items_gone(run_id: UUID, number: int) -> MakegoodError:
    message = f"{run_named(run_id)}: the items of shard {number} are not there"
    hint = "restore the run's folder from a copy; answers that may be about it wait"
    return MakegoodError(Finding("MG866", message, hint))


def by_run(parts: Mapping[Place, object]) -> dict[UUID, list[int]]:
    """The shards of each run, in order."""
    found: dict[UUID, list[int]] = {}
    for run_id, number in sorted(parts):
        found.setdefault(run_id, []).append(number)
    return found
