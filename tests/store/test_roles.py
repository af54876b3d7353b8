"""The program's role works with tables and cannot make or change them."""

import psycopg
import pytest

from tests.store_fixture import Database


def test_the_program_cannot_make_tables(database: Database):
    with (
        database.program.connect() as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE mine (a int)")


def test_the_program_works_with_what_the_owner_makes(database: Database):
    with database.owner.connect() as owner:
        owner.execute("CREATE TABLE thing (a int)")
    with database.program.connect() as program:
        program.execute("INSERT INTO thing VALUES (1)")
        assert program.execute("SELECT a FROM thing").fetchall() == [(1,)]


def test_django_works_as_the_program(database: Database):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        assert cursor.fetchone() == ("makegood", database.program.database)
