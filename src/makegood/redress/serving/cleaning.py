"""Tables of the schema ``serving`` that answer for nothing any more are removed."""

from __future__ import annotations

from contextlib import suppress

import psycopg
from django.db import connection, transaction
from psycopg import errors, sql

# Tables of a load that goes on are of its transaction alone: nobody else sees them.
_LEFT_OVER = """
SELECT c.relname FROM pg_class AS c
WHERE c.relnamespace = to_regnamespace('serving') AND c.relkind = 'r'
  AND pg_has_role(c.relowner, 'USAGE')
  AND NOT EXISTS (SELECT FROM serving_current AS s WHERE s.table_name = c.relname)
ORDER BY c.relname
"""
_WAIT = "SET LOCAL lock_timeout = '2s'"


def remove_left_over() -> int:
    """Drop the tables that no programme is served from; how many.

    One that somebody still reads is waited for a moment, and else left to the next time. Nothing
    is dropped inside somebody's transaction: the tables that it used would wait with it.
    """
    if connection.in_atomic_block:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_LEFT_OVER)
        names = [str(row[0]) for row in cursor.fetchall()]
    dropped = 0
    for name in names:
        with suppress(errors.LockNotAvailable, errors.UndefinedTable):
            _drop(name)
            dropped += 1
    return dropped


def _drop(name: str) -> None:
    with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_WAIT)
        cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier("serving", name)))
