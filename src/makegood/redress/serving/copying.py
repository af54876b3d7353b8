"""The serving copy is loaded: into a new table, or as changes to the one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import psycopg
from django.db import connection, transaction
from psycopg import sql

from makegood.kernel import MakegoodError, Progress, silent
from makegood.redress.serving.cleaning import remove_left_over
from makegood.redress.serving.current import Current, current_of, fingerprints, is_there, keep
from makegood.redress.serving.known import known_bases, newest, snapshot_of
from makegood.redress.serving.loading import programme_in_force
from makegood.redress.serving.problems import not_served
from makegood.redress.serving.tables import (
    apply_changes,
    column_types,
    copy_batches,
    finish_table,
    make_table,
)
from makegood.trust.clock import now

if TYPE_CHECKING:
    from makegood.decisions import Job
    from makegood.population import Snapshot

CHANGED_SHARE_MAX = 10
"""Up to this many lines of a hundred are changed in place; beyond it a new table is quicker."""

_STAGE = "load"
# Held until the transaction ends, however it ends: one loads, the others find it done.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the copy should be: everything of a generation but where it stands."""

    job: Job
    bases: dict[str, dict[str, str]]

    @property
    def snapshot(self) -> Snapshot:
        return self.job.snapshot

    @property
    def columns(self) -> dict[str, str]:
        return {name: fact.kind.value for name, fact in self.snapshot.facts.items()}

    def stands_in(self, current: Current) -> bool:
        """Whether a generation is of the same snapshot and bases."""
        return (
            current.content_sha256 == self.snapshot.content_sha256
            and current.as_of == self.snapshot.as_of
            and self.fits(current)
        )

    def fits(self, current: Current) -> bool:
        """Whether a generation has the same columns, in their order, filled in the same way."""
        return list(current.columns.items()) == list(self.columns.items()) and dict(
            current.bases
        ) == dict(self.bases)

    def current(self, programme: str, table_name: str) -> Current:
        snapshot = self.snapshot
        return Current(
            programme,
            table_name,
            uuid4(),
            snapshot.content_sha256,
            snapshot.as_of,
            snapshot.folder,
            snapshot.rows,
            self.columns,
            self.bases,
            now(),
        )


@dataclass(frozen=True, slots=True)
class Served:
    """What the serving copy of a programme holds. ``bases`` is by base the snapshot it is from.

    ``generation`` is another one whenever anything of the copy is; ``is_newest`` where it is of the
    newest snapshot that was registered.
    """

    generation: UUID
    as_of: date
    content_sha256: str
    rows: int
    loaded_at: datetime
    is_newest: bool
    bases: Mapping[str, str]


def served(programme_name: str) -> Served:
    """What answers for a programme. Raises MakegoodError MG830 where nothing does."""
    current = current_of(programme_name)
    if current is None or not is_there(current):
        raise not_served(programme_name, str(current.folder) if current else "")
    return Served(
        current.generation,
        current.as_of,
        current.content_sha256,
        current.rows,
        current.loaded_at,
        is_served(programme_name),
        {name: read["snapshot"] for name, read in current.bases.items()},
    )


def is_served(programme_name: str) -> bool:
    """Whether a copy of the newest registered snapshot answers for a programme in force."""
    current, known = current_of(programme_name), newest(programme_name)
    return (
        current is not None
        and known is not None
        and (current.content_sha256, current.as_of) == (known.content_sha256, known.as_of)
        and is_there(current)
    )


def serve(programme_name: str, progress: Progress = silent, *, whole: bool = False) -> bool:
    """Load the newest registered snapshot as the serving copy; False where it stands already.

    Whoever asks in the meantime is answered by the former copy, and from one instant on by the
    new one. Killed at any point, the former copy stands; the next load begins anew. Where few lines
    changed only these are written, unless ``whole`` is asked for. Raises MakegoodError MG632,
    MG830 where nothing is registered, MG833 where the folder holds something else, MG602, MG604.
    """
    changed = False
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_ONE_AT_A_TIME, [f"makegood.serving {programme_name}"])
        # What is newest is asked once it is one's turn.
        wanted = _wanted(programme_name)
        current = current_of(programme_name)
        if current is not None and not is_there(current):
            current = None
        if current is None or not wanted.stands_in(current):
            changed = True
            if whole or current is None or not _change(wanted, current, progress):
                _load(wanted, programme_name, progress)
    remove_left_over()
    return changed


def _wanted(programme_name: str) -> _Wanted:
    from makegood.decisions import fitting_job

    programme = programme_in_force(programme_name)
    known = newest(programme_name)
    if known is None:
        raise not_served(programme_name)
    bases = known_bases(programme, known.as_of)
    job = fitting_job(programme, snapshot_of(known), [snapshot_of(base) for base in bases])
    conditions = fingerprints(programme)
    return _Wanted(
        job,
        {
            source.base.name: {
                "snapshot": source.snapshot.content_sha256,
                "condition": conditions[source.base.name],
            }
            for source in job.joined()
            if source.snapshot is not None
        },
    )


def _load(wanted: _Wanted, programme: str, progress: Progress) -> None:
    """A new table, filled and indexed before anybody sees it."""
    from makegood.decisions import facts_of_part

    current = wanted.current(programme, f"lines_{uuid4().hex}")
    types = column_types(wanted.snapshot.facts, wanted.bases)
    table = sql.Identifier("serving", current.table_name)
    done, total = 0, wanted.snapshot.rows
    progress(_STAGE, 0, total)
    with psycopg.Cursor(connection.connection) as cursor:
        make_table(cursor, table, types)
        batches = (
            batch for part in wanted.snapshot.parts for batch in facts_of_part(wanted.job, part)
        )
        for rows in copy_batches(cursor, table, batches, frozen=True):
            done += rows
            progress(_STAGE, done, total)
        finish_table(cursor, table)
    keep(current)


def _change(wanted: _Wanted, current: Current, progress: Progress) -> bool:
    """Change what differs from the snapshot that the table was filled from; False where not."""
    from makegood.decisions import changed_facts
    from makegood.population import open_snapshot

    if not wanted.fits(current):
        return False
    try:
        former = open_snapshot(current.folder)
    except MakegoodError:
        return False
    if former.content_sha256 != current.content_sha256 or former.facts != wanted.snapshot.facts:
        return False
    limit = wanted.snapshot.rows * CHANGED_SHARE_MAX // 100
    found = changed_facts(wanted.job, former, limit)
    if found is None:
        return False
    changed, gone = found
    total = changed.num_rows + gone.num_rows
    progress(_STAGE, 0, total)
    types = column_types(wanted.snapshot.facts, wanted.bases)
    table = sql.Identifier("serving", current.table_name)
    with psycopg.Cursor(connection.connection) as cursor:
        apply_changes(cursor, table, types, changed, gone)
    progress(_STAGE, total, total)
    keep(wanted.current(current.programme, current.table_name))
    return True
