"""A request that finds its connection dead gets another one; one that lives is asked nothing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.store_fixture import Database


@pytest.mark.usefixtures("database")
def test_a_connection_that_lives_is_asked_nothing() -> None:
    connection.ensure_connection()
    before = connection.connection
    with CaptureQueriesContext(connection) as asked:
        assert connection.is_usable()
    assert connection.connection is before
    assert not asked.captured_queries


def test_one_that_the_server_ended_is_seen_and_replaced(database: Database) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (mine,) = cursor.fetchone()
    with database.superuser.connect(autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [mine])
        while other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [mine]).fetchone():
            pass
    assert not connection.is_usable()
    # As Django does it at the beginning and the end of a request.
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
