"""A file of contacts loaded: in batches, each a transaction with its place in the file.

A batch, its counts, its rejects and its entry in the log are committed together. So whoever kills
the process, the next run of the same file goes on behind the last whole batch; and a file that was
loaded to its end changes nothing when it is loaded again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from opentelemetry import trace
from psycopg.errors import DeadlockDetected, UniqueViolation

from makegood.kernel import MakegoodError, Progress, silent
from makegood.trust import clock
from makegood.trust.audit import Json, Record, append, append_many
from makegood.trust.vault.database import Row, alone, writing
from makegood.trust.vault.key_generations import held_for_writing, sealer
from makegood.trust.vault.loading.ahead import one_ahead, without_collector
from makegood.trust.vault.loading.mapping import Mapping
from makegood.trust.vault.loading.rows import Batch, Checker
from makegood.trust.vault.loading.sources import Texts, fingerprint, source_of
from makegood.trust.vault.loading.standing import LoadReport, State, report_of, state_of
from makegood.trust.vault.loading.there import (
    changes,
    found_there,
    without_deleted,
    without_other_accounts,
)
from makegood.trust.vault.loading.writing import write_batch, write_rejects
from makegood.trust.vault.problems import changed_file, too_many_rejects

_tracer = trace.get_tracer("makegood.trust.vault")

WORK = "load"
BATCH_ROWS = 10_000
_TRIES = 5

_KNOWN = """
SELECT load_id, generation, wrapped_keys, sealed_source
FROM vault_load JOIN vault_generation USING (generation)
"""
_START = """
INSERT INTO vault_load (load_id, generation, sealed_source, started_at, rows_done, added, replaced,
                        accounts, rejected)
VALUES (%s, %s, %s, %s, 0, 0, 0, 0, 0)
"""
_PLACE = """
UPDATE vault_load SET rows_done = rows_done + %s, added = added + %s, replaced = replaced + %s,
    accounts = accounts + %s, rejected = rejected + %s
WHERE load_id = %s AND rows_done = %s
"""
_FINISH = "UPDATE vault_load SET finished_at = %s WHERE load_id = %s"


@_tracer.start_as_current_span("vault.load")
def load(
    file: Path,
    *,
    actor: str,
    mapping: Mapping | None = None,
    replace_accounts: bool = False,
    rejects_max: int | None = None,
    batch_rows: int = BATCH_ROWS,
    progress: Progress = silent,
) -> LoadReport:
    """Load a CSV (also gzipped) or Parquet file of contacts, or go on with it.

    A later row replaces an earlier one of the same customer, and what the vault held; an empty
    account leaves the one that stands. A row with another account than the one that stands is a
    reject unless ``replace_accounts``. Each customer who was there and of whom something is
    another now gets an entry. Raises MakegoodError MG730 where the file cannot be read, MG731
    where the mapping does not fit it, MG732 where it changed meanwhile, MG733 where another load
    runs, MG734 on more than ``rejects_max`` rejects, MG726 where a record of a customer in the
    file does not open. What was committed until then stays.
    """
    mapping = mapping or Mapping()
    with alone(WORK):
        before = file.stat()
        source = fingerprint(file, mapping, replace_accounts=replace_accounts)
        state = _opened(source, actor, replace_accounts=replace_accounts)
        resumed_at = 0 if state.is_finished else state.rows_done
        if state.is_finished:
            return report_of(state, was_loaded=True, resumed_at=0)
        try:
            job = _Job(file, mapping, actor, replace_accounts, rejects_max, batch_rows)
            _run(job, state, progress)
            after = file.stat()
            if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
                raise changed_file(file.name)
        except MakegoodError as error:
            _log_failure(state.load_id, actor, error)
            raise
        _finish(state.load_id, actor)
        return report_of(state_of(state.load_id), was_loaded=False, resumed_at=resumed_at)


@dataclass(frozen=True, slots=True)
class _Job:
    file: Path
    mapping: Mapping
    actor: str
    replace_accounts: bool
    rejects_max: int | None
    batch_rows: int


def _run(job: _Job, state: State, progress: Progress) -> None:
    source = source_of(job.file, job.mapping)
    total = source.rows_total()
    checker = Checker(clock.now().date())
    done, rejected = state.rows_done, state.rejected
    progress("loaded", done, total)
    batches = _checked(checker, source.rows(done, job.batch_rows), done + 1)
    with without_collector(), closing(one_ahead(batches)) as ahead:
        for batch in ahead:
            rejected += _committed(job, state.load_id, batch, done, rejected)
            done += len(batch.taken)
            progress("loaded", done, total)


def _checked(checker: Checker, rows: Iterator[list[Texts | None]], first: int) -> Iterator[Batch]:
    for each in rows:
        yield checker.batch(each, first)
        first += len(each)


def _committed(job: _Job, load_id: UUID, batch: Batch, done: int, rejected: int) -> int:
    """Commit a batch; how many rows of it were rejected."""
    for _ in range(_TRIES - 1):
        # Somebody may store one of these customers in the same moment.
        with suppress(UniqueViolation, DeadlockDetected):
            return _commit(job, load_id, batch, done, rejected)
    return _commit(job, load_id, batch, done, rejected)


def _commit(job: _Job, load_id: UUID, batch: Batch, done: int, rejected: int) -> int:
    """Write a batch with its place, whole or not at all; how many rows of it were rejected."""
    rows = len(batch.taken)
    with writing(durable=True) as cursor:
        held = held_for_writing(cursor, job.actor)
        batch = without_deleted(cursor, batch)
        there = found_there(cursor, batch)
        if not job.replace_accounts:
            batch = without_other_accounts(batch, there)
        rejected_now = len({number for number, _, _ in batch.rejects})
        if job.rejects_max is not None and rejected + rejected_now > job.rejects_max:
            raise too_many_rejects(rejected + rejected_now, job.rejects_max)
        written = write_batch(cursor, batch, there, held)
        changed = len(append_many(changes(batch, there, load_id, job.actor)))
        write_rejects(cursor, load_id, batch.rejects)
        counts = {
            "rows": rows,
            "added": written.added,
            "replaced": rows - rejected_now - written.added,
            "accounts": written.accounts,
            "rejected": rejected_now,
        }
        _move_on(cursor, load_id, done, tuple(counts.values()))
        details: dict[str, Json] = {"first_row": done + 1, **counts, "changed": changed}
        append(Record("personal_data.stored", job.actor, f"load:{load_id}", details=details))
    return rejected_now


def _move_on(
    cursor: psycopg.Cursor[Row], load_id: UUID, done: int, counts: tuple[int, ...]
) -> None:
    """Write how far the load is; it must still be where this run believes it to be."""
    if cursor.execute(_PLACE, [*counts, load_id, done]).rowcount != 1:
        raise AssertionError("another process moved this load on")


def _opened(source: bytes, actor: str, *, replace_accounts: bool) -> State:
    """The load of this very file, begun now where there is none."""
    with writing(durable=True) as cursor:
        for load_id, generation, wrapped, sealed in cursor.execute(_KNOWN, binary=True).fetchall():
            if sealer(generation, wrapped).open_source(str(load_id), sealed) == source:
                return state_of(load_id)
        load_id = uuid4()
        held = held_for_writing(cursor, actor)
        sealed = held.seal_source(str(load_id), source)
        cursor.execute(_START, [load_id, held.generation, sealed, clock.now()])
        details: dict[str, Json] = {"replace_accounts": replace_accounts}
        append(Record("personal_data.load_started", actor, f"load:{load_id}", details=details))
    return state_of(load_id)


def _finish(load_id: UUID, actor: str) -> None:
    with writing(durable=True) as cursor:
        cursor.execute(_FINISH, [clock.now(), load_id])
        state = state_of(load_id)
        details: dict[str, Json] = {
            "rows": state.rows_done,
            "added": state.added,
            "replaced": state.replaced,
            "accounts": state.accounts,
            "rejected": state.rejected,
        }
        append(Record("personal_data.load_finished", actor, f"load:{load_id}", details=details))


def _log_failure(load_id: UUID, actor: str, error: MakegoodError) -> None:
    with writing(durable=True):
        details: dict[str, Json] = {
            "codes": [finding.code for finding in error.findings],
            "rows_done": state_of(load_id).rows_done,
        }
        append(Record("personal_data.load_failed", actor, f"load:{load_id}", details=details))
