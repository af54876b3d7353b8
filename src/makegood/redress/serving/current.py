"""Which generation of the serving copy answers for a programme."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

if TYPE_CHECKING:
    from makegood.programmes import Programme

BaseRead = Mapping[str, str]
"""What membership of a base was reckoned from: ``snapshot`` and ``condition``, by their hashes.

The condition's is of the base's day too: an amended programme may freeze it on another.
"""

_CURRENT = """
SELECT programme, table_name, generation, content_sha256, as_of, folder, rows,
       columns::text, bases::text, loaded_at
FROM serving_current WHERE programme = %s
"""
_THERE = "SELECT to_regclass(%s) IS NOT NULL"
_KEEP = """
INSERT INTO serving_current (programme, table_name, generation, content_sha256, as_of, folder,
                             rows, columns, bases, loaded_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s)
ON CONFLICT (programme) DO UPDATE SET
    table_name = EXCLUDED.table_name, generation = EXCLUDED.generation,
    content_sha256 = EXCLUDED.content_sha256, as_of = EXCLUDED.as_of, folder = EXCLUDED.folder,
    rows = EXCLUDED.rows, columns = EXCLUDED.columns, bases = EXCLUDED.bases,
    loaded_at = EXCLUDED.loaded_at
"""


@dataclass(frozen=True, slots=True)
class Current:
    """A generation of the copy: its table, its snapshot, its columns with their kinds."""

    programme: str
    table_name: str
    generation: UUID
    content_sha256: str
    as_of: date
    folder: Path
    rows: int
    columns: Mapping[str, str]
    bases: Mapping[str, BaseRead]
    loaded_at: datetime


def current_of(programme: str) -> Current | None:
    """The generation that answers; None before the first."""
    with connection.cursor() as cursor:
        cursor.execute(_CURRENT, [programme])
        row = cursor.fetchone()
    if row is None:
        return None
    columns, bases = json.loads(row[7]), json.loads(row[8])
    return Current(
        row[0],
        row[1],
        row[2],
        row[3],
        row[4],
        Path(row[5]),
        row[6],
        dict(columns),
        dict(bases),
        row[9],
    )


def served_programmes() -> list[str]:
    """The programmes of which a copy answers, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT programme FROM serving_current ORDER BY programme")
        return [str(row[0]) for row in cursor.fetchall()]


def is_there(current: Current) -> bool:
    """Whether its table exists: after a restore it does not."""
    with connection.cursor() as cursor:
        cursor.execute(_THERE, [f'serving."{current.table_name}"'])
        return bool(cursor.fetchone()[0])


def keep(current: Current) -> None:
    """Let this generation answer, in the caller's transaction."""
    # jsonb orders the names of an object; a list of pairs keeps the table's own order.
    values: list[Any] = [
        current.programme,
        current.table_name,
        current.generation,
        current.content_sha256,
        current.as_of,
        str(current.folder),
        current.rows,
        json.dumps(list(current.columns.items())),
        json.dumps(list(current.bases.items())),
        current.loaded_at,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)


def fingerprints(programme: Programme) -> dict[str, str]:
    """By base the hash of its day and its condition, with all dates and formulas written out."""
    from makegood.rules import DUCKDB, SqlWriter

    return {
        name: sha256(f"{base.as_of} {SqlWriter(DUCKDB).write(base.where)}".encode()).hexdigest()
        for name, base in programme.bases.items()
    }
