"""Codes are brought into a pool from a file, all of it or nothing.

The codes go into the vault sealed, each once whatever pool it is in: a code in two pools would be
given to two people. Rows that are none, or that are there already, are set aside with their number
and a reason. The same file again adds nothing.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from django.db import connection, transaction

from makegood.channels.vouchers.problems import wrong_file
from makegood.kernel import Progress, silent
from makegood.trust.access import Visitor, permit
from makegood.trust.audit import Record, append
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
from makegood.trust.vault import seal_texts

BATCH_ROWS = 5_000
CODE_LETTERS = (4, 64)
_CODE = re.compile(r"[!-~]+")
_KIND = "voucher"
"""Of all pools: the vault holds a text of one kind once."""

_POOL = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}")

EMPTY, LENGTH, LETTERS, THERE = (
    "is empty",
    f"has not {CODE_LETTERS[0]} to {CODE_LETTERS[1]} letters",
    "holds a space or a letter that is not ASCII",
    "is there already, in this pool or another, or came before in the file",
)

_ADD = """
INSERT INTO vouchers_code (pool, text_id)
SELECT %s, text_id FROM unnest(%s::uuid[]) WITH ORDINALITY AS new (text_id, place) ORDER BY place
"""
_KEEP = """
INSERT INTO vouchers_import (import_id, pool, imported_at, rows, added, rejected)
VALUES (%s, %s, %s, %s, %s, %s)
"""
_REJECT = """
INSERT INTO vouchers_reject (import_id, row_number, reason)
SELECT %s, * FROM unnest(%s::bigint[], %s::text[])
"""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: rows in it, codes added, and how many rows were not for which reason.

    ``rejects`` are those rows, counted from 1 without the header, each with its reason.
    """

    import_id: UUID
    pool: str
    rows: int
    added: int
    rejected: Mapping[str, int]
    rejects: tuple[tuple[int, str], ...]


def import_codes(
    visitor: Visitor,
    pool: str,
    file: Path,
    *,
    column: str = "code",
    progress: Progress = silent,
) -> Imported:
    """Bring the codes of a CSV file into a pool, in one transaction.

    Raises Refused MG770, MakegoodError MG809 where the file is none of codes or the pool cannot be
    called so, MG804 where the vault's keys are too old, OSError.
    """
    if not _POOL.fullmatch(pool):
        hint = "name it with small letters, digits, dots, dashes and underscores"
        raise wrong_file("the pool's name", "is not one that a pool may have", hint)
    resource = Resource(ResourceKind.VOUCHERS, pool)
    with transaction.atomic():
        permit(visitor, Act.IMPORT_VOUCHERS, resource, purpose=Purpose.OPERATION)
        import_id, rows, added = uuid4(), 0, 0
        rejects: list[tuple[int, str]] = []
        for batch in _batches(file, column):
            added += _added(pool, visitor.actor, rows, batch, rejects)
            rows += len(batch)
            progress("codes imported", rows, None)
        made = Imported(
            import_id, pool, rows, added, Counter(why for _, why in rejects), tuple(rejects)
        )
        _kept(made, visitor)
    return made


def _added(
    pool: str, actor: str, before: int, batch: list[str], rejects: list[tuple[int, str]]
) -> int:
    """Seal and add the codes of a batch; how many. Appends to the rejects."""
    good: list[tuple[int, str]] = []
    for number, code in enumerate(batch, before + 1):
        why = _wrong(code)
        if why:
            rejects.append((number, why))
        else:
            good.append((number, code))
    sealed = seal_texts(_KIND, [code for _, code in good], actor=actor)
    rejects += [
        (number, THERE) for (number, _), text_id in zip(good, sealed, strict=True) if not text_id
    ]
    new = [text_id for text_id in sealed if text_id]
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_ADD, [pool, new])
    return len(new)


def _kept(made: Imported, visitor: Visitor) -> None:
    rejected = sum(made.rejected.values())
    numbers, reasons = [row for row, _ in made.rejects], [why for _, why in made.rejects]
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_KEEP, [made.import_id, made.pool, now(), made.rows, made.added, rejected])
        cursor.execute(_REJECT, [made.import_id, numbers, reasons])
    append(
        Record(
            "vouchers.imported",
            visitor.actor,
            f"vouchers:{made.pool}",
            purpose=Purpose.OPERATION,
            source=visitor.source,
            details={
                "import": str(made.import_id),
                "rows": made.rows,
                "added": made.added,
                "rejected": rejected,
            },
        )
    )


def _batches(file: Path, column: str) -> Iterator[list[str]]:
    """The codes of a file, some thousands at a time. Raises MakegoodError MG809, OSError."""
    hint = f"give a CSV file in UTF-8 whose header names the column '{column}'"
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = [name.strip() for name in next(reader, [])]
            if column not in header:
                raise wrong_file(file.name, f"its header has no column '{column}'", hint)
            place = header.index(column)
            batch: list[str] = []
            for row in reader:
                if not row:
                    continue
                batch.append(row[place].strip() if place < len(row) else "")
                if len(batch) == BATCH_ROWS:
                    yield batch
                    batch = []
            if batch:
                yield batch
    except (UnicodeDecodeError, csv.Error):
        # The reader's own words may repeat a piece of a row.
        raise wrong_file(file.name, "cannot be read as CSV in UTF-8", hint) from None


def _wrong(code: str) -> str:
    """Why a text is no code; nothing where it is one."""
    if not code:
        return EMPTY
    if not _CODE.fullmatch(code):
        return LETTERS
    fewest, most = CODE_LETTERS
    return "" if fewest <= len(code) <= most else LENGTH
