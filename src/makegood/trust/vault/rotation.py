"""New keys for everything, while it is in use: begun once, gone on with until it is done.

``begin_rotation`` makes the next generation current; from then on all writing is done in it.
``finish_rotation`` seals every row of the retiring generation again, batch by batch, each batch a
transaction. At the end one transaction proves that no row is left and destroys the old keys. A row
is in one generation or the other at every instant and is found in both. Killed at any point,
``finish_rotation`` goes on where it was: what is done is known by each row's generation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from opentelemetry import trace

from makegood.kernel import Progress, silent
from makegood.trust import clock
from makegood.trust.audit import Record, append
from makegood.trust.vault.arrays import takes_arrays
from makegood.trust.vault.database import Row, alone, reading, writing
from makegood.trust.vault.key_generations import (
    expect_opens,
    keep_writers_out,
    live_sealers,
    make_generation,
    sealer,
)
from makegood.trust.vault.problems import nothing_to_rotate, rotation_unfinished
from makegood.trust.vault.resealing import TABLES, Table
from makegood.trust.vault.sealing import Sealer

_tracer = trace.get_tracer("makegood.trust.vault")

WORK = "rotation"
_BLOCKS = 256
"""Blocks of 8 KiB read at once: some thousand rows."""

_RETIRE = "UPDATE vault_generation SET state = 'retiring' WHERE generation = %s"
_RETIRING = "SELECT generation, wrapped_keys FROM vault_generation WHERE state = 'retiring'"
_DESTROY = """
UPDATE vault_generation SET state = 'destroyed', wrapped_keys = '', destroyed_at = %s
WHERE generation = %s AND state = 'retiring'
"""


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did: from which generation to which, and rows sealed again in this run."""

    retired: int
    current: int
    resealed: int


@_tracer.start_as_current_span("vault.rotate")
def rotate(*, actor: str, progress: Progress = silent) -> Rotation:
    """Go on with the rotation that is under way, or begin one; until it is finished.

    Raises MakegoodError MG733 where another process rotates, MG736 where there are no keys yet,
    RuntimeError inside a transaction.
    """
    with alone(WORK):
        if retiring() is None:
            begin_rotation(actor=actor)
        return _finished(actor, progress)


def begin_rotation(*, actor: str) -> int:
    """Make the next generation current; its number. In the caller's transaction, if there is one.

    Waits for writers in flight. Raises MakegoodError MG736 where there are no keys yet, MG737
    where an earlier rotation is not finished, MG725 where the master key is another by now.
    """
    with writing() as cursor:
        found = keep_writers_out(cursor)
        if found is None:
            raise nothing_to_rotate()
        if retiring() is not None:
            raise rotation_unfinished()
        generation = found[0]
        # A process that runs with a former master key makes no keys that only that one opens.
        expect_opens(generation, found[1])
        cursor.execute(_RETIRE, [generation])
        make_generation(cursor, generation + 1, actor)
        append(
            Record(
                "keys.rotation_started",
                actor,
                f"generation:{generation}",
                details={"current": generation + 1},
            )
        )
    return generation + 1


def finish_rotation(*, actor: str, progress: Progress = silent) -> Rotation:
    """Seal again what is left and destroy the old keys. Raises as ``rotate``."""
    with alone(WORK):
        return _finished(actor, progress)


def retiring() -> int | None:
    """The generation that a rotation under way is leaving."""
    with reading() as cursor:
        found = cursor.execute(_RETIRING).fetchone()
    return int(found[0]) if found else None


def _finished(actor: str, progress: Progress) -> Rotation:
    with reading() as cursor:
        found = cursor.execute(_RETIRING, binary=True).fetchone()
        if found is None:
            raise nothing_to_rotate()
        old = sealer(*found)
        new = live_sealers(cursor)[old.generation + 1]
    resealed = 0
    while True:
        for table in TABLES:
            for rows in _resealed(table, old, new, progress):
                resealed += rows
        # A row whose writer gave up between was passed over: then there is another round.
        if _destroyed(old.generation, resealed, actor):
            return Rotation(old.generation, new.generation, resealed)


def _resealed(table: Table, old: Sealer, new: Sealer, progress: Progress) -> Iterator[int]:
    """Seal the rows of a table again, batch by batch; how many in each.

    Goes through the table as it lies on disk. Nothing of the old generation can come behind: no
    writer makes any, and a row that is sealed again is no longer of it.
    """
    with reading() as cursor:
        left = _count(cursor, table, old.generation)
        blocks = _one(
            cursor.execute(
                "SELECT pg_relation_size(%s::regclass) / current_setting('block_size')::int",
                [table.name],
            )
        )
    done = 0
    for first in range(0, blocks if left else 0, _BLOCKS):
        with writing(durable=True) as cursor:
            bounds = {"first": f"({first},0)", "behind": f"({first + _BLOCKS},0)"}
            rows = cursor.execute(
                table.read, {**bounds, "old": old.generation}, binary=True
            ).fetchall()
            if rows:
                takes_arrays(cursor)
                columns = table.reseal(rows, old, new)
                cursor.execute(table.write, [new.generation, *columns, old.generation])
        done += len(rows)
        progress(f"{table.words} sealed again", done, left)
        yield len(rows)


def _destroyed(generation: int, resealed: int, actor: str) -> bool:
    """Destroy the keys of a generation, if in the same transaction no row of it is left."""
    with writing(durable=True) as cursor:
        cursor.execute(
            "SELECT 1 FROM vault_generation WHERE generation = %s FOR UPDATE", [generation]
        )
        if any(_count(cursor, table, generation) for table in TABLES):
            return False
        cursor.execute(_DESTROY, [clock.now(), generation])
        subject = f"generation:{generation}"
        append(Record("keys.generation_destroyed", actor, subject))
        append(Record("keys.rotation_finished", actor, subject, details={"sealed_again": resealed}))
    with reading() as cursor:
        live_sealers(cursor)
    return True


def _count(cursor: psycopg.Cursor[Row], table: Table, generation: int) -> int:
    return _one(cursor.execute(table.count, [generation]))


def _one(cursor: psycopg.Cursor[Row]) -> int:
    found = cursor.fetchone()
    return int(found[0]) if found else 0
