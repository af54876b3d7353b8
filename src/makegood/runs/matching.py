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
    """Find the items that answers are about: in the messages they name, else in all that left."""
    found = Matched()
    rest = incoming.answers.select(ANSWER_SCHEMA.names).cast(ANSWER_SCHEMA)
    named = _places(_BY_MESSAGE, [list(incoming.message_ids), incoming.channel.value])
    rest = _take(settings, rest, named, found.parts)
    if rest.num_rows:
        others = _places(_BY_CHANNEL, [incoming.channel.value])
        others = [place for place in others if place not in set(named)]
        for start in range(0, len(others), _SHARDS_AT_ONCE):
            if not rest.num_rows:
                break
            some = others[start : start + _SHARDS_AT_ONCE]
            if _rows_left(settings, duck, rest, some) < rest.num_rows:
                rest = _take(settings, rest, some, found.parts)
    found.unmatched = rest
    return found


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


def by_run(parts: Mapping[Place, object]) -> dict[UUID, list[int]]:
    """The shards of each run, in order."""
    found: dict[UUID, list[int]] = {}
    for run_id, number in sorted(parts):
        found.setdefault(run_id, []).append(number)
    return found
