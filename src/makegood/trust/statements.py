"""Statements that come again many times a second: planned once for each connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

Row = tuple[Any, ...]


@contextmanager
def prepared_cursor() -> Iterator[psycopg.Cursor[Row]]:
    """A cursor whose statements are prepared by the server; in no transaction of its own.

    Django switches this off for all connections; here it is on as long as the cursor is open.
    """
    # The thread's own connection, looked up once: each use of the name looks it up again.
    own = connections[DEFAULT_DB_ALIAS]
    own.ensure_connection()
    driver: psycopg.Connection[Row] = own.connection
    threshold, driver.prepare_threshold = driver.prepare_threshold, 0
    try:
        with psycopg.Cursor(driver) as cursor:
            yield cursor
    finally:
        driver.prepare_threshold = threshold


def apart() -> AbstractContextManager[object]:
    """What keeps a failing statement from ending the caller's transaction, where there is one."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()
