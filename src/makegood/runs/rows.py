"""Rows of runs and shards as values: read, and put in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction

from makegood.channels import ChannelName
from makegood.kernel import Finding, MakegoodError
from makegood.runs.kinds import RunKind
from makegood.runs.states import RunState, ShardState


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as it stands; the fields are the columns of ``runs_run``. Amounts in minor units."""

    run_id: UUID
    programme: str
    measure: str
    period: str
    sequence: int
    kind: RunKind
    channel: ChannelName
    follows: UUID | None
    due_at: datetime
    due_on: date
    currency: str
    minor_digits: int
    texts: dict[str, str]
    programme_sha256: str
    messages_sha256: str
    snapshot_sha256: str
    decisions_sha256: str
    items_sha256: str
    engine: str
    needs_release: bool
    decided: int
    items: int
    left_out: int
    total: int
    shards: int
    planned_at: datetime
    planned_by: str
    unknown: int
    state: RunState = RunState.PLANNED
    finding: str = ""
    done: int = 0
    done_total: int = 0
    failed: int = 0
    returned: int = 0
    checked_at: datetime | None = None
    released_at: datetime | None = None
    released_by: str = ""
    proposal_id: UUID | None = None
    paused_at: datetime | None = None
    sent_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def subject(self) -> str:
        """How proposals, the log and the ledger name it."""
        return f"run:{self.run_id}"

    @property
    def family(self) -> tuple[str, str, str]:
        """Programme, measure, period: what pays a key once."""
        return (self.programme, self.measure, self.period)


@dataclass(frozen=True, slots=True)
class ShardRow:
    """A shard as it stands; the fields are the columns of ``runs_shard``."""

    run_id: UUID
    number: int
    message_id: str
    first_item: int
    items: int
    total: int
    items_sha256: str
    state: ShardState = ShardState.PENDING
    tries: int = 0
    sender: str = ""
    began_at: datetime | None = None
    sent_at: datetime | None = None
    sent_sha256: str = ""
    retry_at: datetime | None = None
    doubtful_at: datetime | None = None
    trouble: str = ""
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    done: int = 0
    done_total: int = 0
    failed: int = 0
    returned: int = 0


Values = Sequence[object] | Mapping[str, object]
"""What goes into a statement: by place, or by name."""

_RUN = tuple(each.name for each in fields(RunRow))
_SHARD = tuple(each.name for each in fields(ShardRow))
RUN_COLUMNS = ", ".join(_RUN)
SHARD_COLUMNS = ", ".join(_SHARD)


def message_id_of(run_id: UUID, number: int) -> str:
    """The shard's message identification, of 22 letters: the same however often it is tried."""
    return f"{run_id.hex[:16].upper()}-{number:05d}"


def source_id_of(*words: object) -> str:
    """The identification of an answer file of the program: the same words are the same file."""
    return sha256("\n".join(("makegood", *map(str, words))).encode()).hexdigest()


def items_sha256_of(shards: Sequence[ShardRow]) -> str:
    """A run's hash: of the hashes of its shards' files, one a line, in order."""
    return sha256("".join(f"{shard.items_sha256}\n" for shard in shards).encode()).hexdigest()


def insert(run: RunRow, shards: Sequence[ShardRow]) -> None:
    """Put in a run with its shards, in the caller's transaction.

    Raises TransactionManagementError outside of ``transaction.atomic()``.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a run and its shards are put in together")
    row = [json.dumps(run.texts) if name == "texts" else getattr(run, name) for name in _RUN]
    marks = ", ".join(["%s"] * len(_RUN))
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(f"INSERT INTO runs_run ({RUN_COLUMNS}) VALUES ({marks})", row)
        with cursor.copy(f"COPY runs_shard ({SHARD_COLUMNS}) FROM STDIN") as copy:
            for shard in shards:
                copy.write_row([getattr(shard, name) for name in _SHARD])


def runs(rest: str = "", values: Sequence[object] = ()) -> list[RunRow]:
    """The runs that the rest of the statement selects."""
    return [
        RunRow(
            **{
                **row,
                # Django leaves the text of jsonb as it is.
                "texts": json.loads(row["texts"]),
                "kind": RunKind(row["kind"]),
                "channel": ChannelName(row["channel"]),
                "state": RunState(row["state"]),
            }
        )
        for row in _selected(f"SELECT {RUN_COLUMNS} FROM runs_run {rest}", values)
    ]


def shards(rest: str = "", values: Sequence[object] = ()) -> list[ShardRow]:
    """The shards that the rest of the statement selects."""
    return [
        ShardRow(**{**row, "state": ShardState(row["state"])})
        for row in _selected(f"SELECT {SHARD_COLUMNS} FROM runs_shard {rest}", values)
    ]


def run_of(run_id: UUID, *, locked: bool = False) -> RunRow:
    """The run, held against others until the transaction ends where ``locked``.

    Raises MakegoodError MG870 where there is none.
    """
    found = runs(f"WHERE run_id = %s {'FOR UPDATE' if locked else ''}", [run_id])
    if not found:
        raise unknown(str(run_id))
    return found[0]


def run_named(word: str) -> RunRow:
    """The run of this identifier, or of the only one that begins so (8 letters at least).

    Raises MakegoodError MG870 where there is none, or more than one.
    """
    plain = word.strip().lower()
    if len(plain) < 8 or not set(plain) <= set("0123456789abcdef-"):  # noqa: PLR2004
        raise unknown(word)
    found = runs("WHERE run_id::text LIKE %s ORDER BY run_id LIMIT 2", [plain + "%"])
    if len(found) != 1:
        raise unknown(word)
    return found[0]


def shards_of(run_id: UUID) -> list[ShardRow]:
    """All shards of a run, in order."""
    return shards("WHERE run_id = %s ORDER BY number", [run_id])


def execute(statement: str, values: Values = ()) -> int:
    """Run a statement; how many rows it met."""
    with psycopg.Cursor(_connection()) as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def select(statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement."""
    with psycopg.Cursor(_connection()) as cursor:
        return cursor.execute(statement, values).fetchall()


def unknown(word: str) -> MakegoodError:
    """MG870: there is no such run."""
    hint = "'makegood run list' shows those there are; 8 letters of an identifier are enough"
    return MakegoodError(Finding("MG870", f"there is no run '{word[:60]}', or more than one", hint))


def _selected(statement: str, values: Sequence[object]) -> Iterable[dict[str, Any]]:
    with psycopg.Cursor(_connection()) as cursor:
        found = cursor.execute(statement, values)
        names = [column.name for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _connection() -> psycopg.Connection:
    connection.ensure_connection()
    made: psycopg.Connection = connection.connection
    return made
