"""The vault's way to the database: Django's connection and transactions, the driver's cursors."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, transaction

from makegood.trust.vault.problems import busy

Row = tuple[Any, ...]

_PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.05


@contextmanager
def reading() -> Iterator[psycopg.Cursor[Row]]:
    """A cursor that binds on the server; in no transaction of its own.

    Values go as parameters, so that no statement's text ever holds one.
    """
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        yield cursor


@contextmanager
def writing(*, durable: bool = False) -> Iterator[psycopg.Cursor[Row]]:
    """The same inside a transaction, or inside a savepoint of the caller's transaction.

    ``durable`` work is committed at the end; RuntimeError inside a caller's transaction.
    """
    with transaction.atomic(durable=durable), reading() as cursor:
        yield cursor


@contextmanager
def alone(work: str) -> Iterator[None]:
    """One process at a time does this work on this database.

    A process that was killed lets go as soon as the server notices, which is waited for. Raises
    MakegoodError MG733 where another one goes on with it.
    """
    key = f"makegood.vault.{work}"
    with reading() as cursor:
        until = time.monotonic() + _PATIENCE_SECONDS
        while not _taken(cursor, key):
            if time.monotonic() > until:
                raise busy(work)
            time.sleep(_PAUSE_SECONDS)
        try:
            yield
        finally:
            if not cursor.connection.closed:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])


def _taken(cursor: psycopg.Cursor[Row], key: str) -> bool:
    found = cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key]).fetchone()
    return bool(found and found[0])
