"""Short texts that are secrets of their own: sealed, each there once among its kind, opened.

What a text is for, and who has it, is its owner's to keep: the vault gives it a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import LiteralString
from uuid import UUID, uuid4

import psycopg

from makegood.trust.vault.arrays import ByteArray, takes_arrays
from makegood.trust.vault.database import Row, reading, writing
from makegood.trust.vault.key_generations import held_for_writing, live_sealers, sealer

# Looks in every generation that is in use, in one statement: a rotation moves a row from one to the
# other in a transaction, so that it is found under exactly one of its indexes.
_THERE: LiteralString = """
SELECT given.number FROM vault_text
JOIN unnest(%s::bytea[], %s::int[]) AS given (text_index, number) USING (text_index)
"""
_STORE = """
INSERT INTO vault_text (text_id, kind, generation, sealed, text_index)
SELECT text_id, %s, %s, sealed, text_index
FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[]) AS new (text_id, sealed, text_index)
ON CONFLICT (text_index) DO NOTHING RETURNING text_id
"""
_OPEN = """
SELECT text_id, sealed, generation, wrapped_keys
FROM vault_text JOIN vault_generation USING (generation) WHERE text_id = ANY(%s)
"""


def seal_texts(kind: str, texts: Sequence[str], *, actor: str) -> list[UUID | None]:
    """Seal texts; the number of each, None where it is there already or came twice.

    In the caller's transaction, if there is one. Raises MakegoodError MG804 where the vault's keys
    are older than sealed texts, ValueError for a control character or beyond 4 KiB.
    """
    if not texts:
        return []
    with writing() as cursor:
        takes_arrays(cursor)
        held = held_for_writing(cursor, actor)
        indexes = [held.text_index(kind, text) for text in texts]
        # The first of equal ones is the one that counts.
        first = {index: number for number, index in reversed(list(enumerate(indexes)))}
        there = _there(cursor, kind, texts)
        numbers = [number for number in sorted(first.values()) if number not in there]
        made = {number: uuid4() for number in numbers}
        cursor.execute(
            _STORE,
            [
                kind,
                held.generation,
                list(made.values()),
                ByteArray([held.seal_text(str(made[it]), texts[it]) for it in numbers]),
                ByteArray([indexes[it] for it in numbers]),
            ],
        )
        stored = {row[0] for row in cursor.fetchall()}
    return [
        made[number] if number in made and made[number] in stored else None
        for number in range(len(texts))
    ]


def open_texts(text_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Texts in the clear by their numbers; one that is not there is missing.

    Nothing is decided or logged here: the caller does both. Raises MakegoodError MG726.
    """
    with reading() as cursor:
        rows = cursor.execute(_OPEN, [list(text_ids)], binary=True).fetchall()
    return {
        text_id: sealer(generation, wrapped).open_text(str(text_id), sealed)
        for text_id, sealed, generation, wrapped in rows
    }


def _there(cursor: psycopg.Cursor[Row], kind: str, texts: Sequence[str]) -> set[int]:
    """The places of texts that stand there, in whichever generation."""
    indexes: list[bytes] = []
    numbers: list[int] = []
    for keys in live_sealers(cursor).values():
        if keys.has_text_keys:
            indexes += [keys.text_index(kind, text) for text in texts]
            numbers += range(len(texts))
    cursor.execute(_THERE, [ByteArray(indexes), numbers])
    return {row[0] for row in cursor.fetchall()}
