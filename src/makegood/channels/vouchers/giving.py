"""A code is given to a key, once. Any number of givers at the same time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

import psycopg
from django.db import connection, transaction
from psycopg.errors import UniqueViolation

from makegood.channels.vouchers.problems import no_code
from makegood.trust.clock import now
from makegood.trust.vault import open_texts

_TRIES = 5

# Givers pass over codes that another one is just giving. Where two give to the same key at once,
# the unique key lets one of them through; the other one then finds what it was given.
_GIVE: LiteralString = """
WITH wanted AS (
    SELECT key, row_number() OVER (ORDER BY key) AS place FROM unnest(%(keys)s::text[]) AS key
    WHERE NOT EXISTS (SELECT 1 FROM vouchers_code WHERE given_key = key)
), locked AS (
    SELECT number FROM vouchers_code WHERE pool = %(pool)s AND given_key IS NULL
    ORDER BY number LIMIT (SELECT count(*) FROM wanted) FOR UPDATE SKIP LOCKED
), free AS (
    SELECT number, row_number() OVER (ORDER BY number) AS place FROM locked
)
UPDATE vouchers_code SET given_key = wanted.key, given_at = %(now)s
FROM free JOIN wanted USING (place) WHERE vouchers_code.number = free.number
"""
_GIVEN = "SELECT given_key, pool, text_id FROM vouchers_code WHERE given_key = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Given:
    """The vault's number of each key's code. ``elsewhere`` are keys with one of another pool."""

    codes: Mapping[str, UUID]
    elsewhere: frozenset[str]


def give(pool: str, key: str) -> UUID:
    """Give a code of a pool to a key; the vault's number of it. Again gives the same one.

    In the caller's transaction. Raises MakegoodError MG808 where none is left, or where the key has
    one of another pool; TransactionManagementError outside of ``transaction.atomic()``.
    """
    given = give_many(pool, [key])
    if key in given.elsewhere:
        raise no_code(pool, "the same thing was given from another pool already")
    if key not in given.codes:
        raise no_code(pool, "none is left")
    return given.codes[key]


def give_many(pool: str, keys: Sequence[str]) -> Given:
    """Give each key a code, as far as there are any; keys that have one keep it.

    In the caller's transaction. A key that is in neither answer got none: none was left that
    nobody else was just giving.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a code is given in the act's transaction")
    wanted = list(keys)
    for tries in range(1, _TRIES + 1):
        try:
            with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
                cursor.execute(_GIVE, {"keys": wanted, "pool": pool, "now": now()})
                rows = cursor.execute(_GIVEN, [wanted]).fetchall()
            break
        except UniqueViolation:
            if tries == _TRIES:
                raise
    codes = {key: text_id for key, of, text_id in rows if of == pool}
    return Given(codes, frozenset(key for key, of, _ in rows if of != pool))


def code_of(key: str) -> str | None:
    """The code that was given to a key, in the clear; None where none was.

    Nothing is decided or logged here: who may see it is the caller's to ask.
    """
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        row = cursor.execute(_GIVEN, [[key]]).fetchone()
    return open_texts([row[2]])[row[2]] if row else None
