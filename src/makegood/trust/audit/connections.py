"""The connection the log is written on: Django's own, so that an act and its entry are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

if TYPE_CHECKING:
    import psycopg


def in_transaction() -> psycopg.Connection:
    """The connection of the caller's transaction.

    Raises TransactionManagementError outside of ``transaction.atomic()``: an entry that is kept
    although its act is not, or the other way round, would be a lie.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "the log is written inside transaction.atomic(), together with the act it records"
        )
    connection.validate_no_broken_transaction()
    return driver_connection()


def driver_connection() -> psycopg.Connection:
    """The driver's connection under Django's, opened where it is not."""
    connection.ensure_connection()
    driver: psycopg.Connection = connection.connection
    return driver
