"""Logs of a few entries, made the way the program makes them."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import transaction

from makegood.trust.audit import Record, append, append_many
from makegood.trust.keys import MasterKey
from tests.store_fixture import Database

ORIGIN = "makegood.example/log"


def looked_up(number: int) -> Record:
    """A record in which every field says something."""
    return Record(
        kind="personal_data.revealed",
        actor=f"staff:{number % 7}",
        subject=f"customer:C{number:05}",
        person=f"C{number:05}",
        purpose="callback",
        case=f"case-{number}",
        source="192.0.2.7",
        details={"fields": ["전화", "name"], "number": number, "masked": False},
    )


def write(count: int, *, start: int = 0) -> None:
    """Entries in one transaction each."""
    for number in range(start, start + count):
        with transaction.atomic():
            append(looked_up(number))


def write_many(count: int, *, start: int = 0) -> None:
    with transaction.atomic():
        append_many(looked_up(number) for number in range(start, start + count))


def master_key(database: Database) -> MasterKey:
    return MasterKey.open(database.settings)


@contextmanager
def behind_the_back(database: Database) -> Iterator[psycopg.Connection]:
    """As somebody who owns the whole server: no rights and no triggers stop them."""
    with database.superuser.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection
