"""The gate's entries: of what was allowed in the act's transaction, of what was refused in its own.

A refusal is written on a connection of its own where the caller is inside a transaction, so that
a rollback does not lose it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from threading import Thread
from typing import TYPE_CHECKING

from makegood.trust.access.refusal import unrecorded
from makegood.trust.audit import Record, append

if TYPE_CHECKING:
    from collections.abc import Sequence


def write(records: Sequence[Record]) -> None:
    """Write entries in the caller's transaction. Raises MakegoodError MG771 where it cannot be."""
    import psycopg
    from django.db import Error

    try:
        for record in records:
            append(record)
    except (Error, psycopg.Error) as error:
        raise unrecorded() from error


@contextmanager
def recorded() -> Iterator[None]:
    """Around an act's own statement that writes its entry too.

    Raises MakegoodError MG771 where the database refuses: neither is kept then.
    """
    import psycopg
    from django.db import Error

    try:
        yield
    except (Error, psycopg.Error) as error:
        raise unrecorded() from error


def write_for_good(record: Record) -> None:
    """Write an entry and commit it, whatever becomes of the caller's transaction.

    Raises MakegoodError MG771 where it cannot be.
    """
    from django.db import connection

    if connection.in_atomic_block:
        _beside(record)
    else:
        _committed(record)


@contextmanager
def committed_before_shown() -> Iterator[None]:
    """A transaction that is committed when this ends; what is shown is shown after that.

    Raises RuntimeError inside another transaction: its rollback would lose the entries of what
    was seen already. Raises MakegoodError MG771 where the database refuses.
    """
    import psycopg
    from django.db import Error, transaction

    try:
        with transaction.atomic(durable=True):
            yield
    except (Error, psycopg.Error) as error:
        raise unrecorded() from error


def _committed(record: Record) -> None:
    import psycopg
    from django.db import Error, transaction

    try:
        with transaction.atomic(durable=True):
            append(record)
    except (Error, psycopg.Error) as error:
        raise unrecorded() from error


def _beside(record: Record) -> None:
    """On another connection: Django gives every thread its own."""
    failures: list[BaseException] = []

    def work() -> None:
        from django.db import connection

        try:
            _committed(record)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    thread = Thread(target=copy_context().run, args=(work,), name="makegood-refusal")
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
