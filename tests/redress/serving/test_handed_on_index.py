"""Tables are brought up to date beside who reads them, by several processes at once."""

import subprocess
import sys

import pytest
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from makegood.project.preparing import missing_migrations

BEFORE, LAST = ("serving", "0003_again"), "serving.0005_by_first_holder"
BRING = """
from makegood.project.preparing import prepared
with prepared():
    pass
"""
VALID = """
SELECT indisvalid FROM pg_index
WHERE indexrelid = to_regclass('serving_holder_by_first')
"""


@pytest.fixture
def behind(database):
    """The store of a version that did not know yet who held a line first."""
    executor = MigrationExecutor(connections["owner"])
    executor.migrate([BEFORE])
    connections["owner"].close()
    assert LAST in missing_migrations()
    return database


def one(statement: str):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()


def test_several_processes_at_once_bring_an_older_store_up_to_date(behind):
    several = [
        subprocess.Popen([sys.executable, "-c", BRING], env=behind.environment) for _ in range(2)
    ]
    assert [each.wait(60) for each in several] == [0, 0]
    assert one(VALID) == (True,)
    assert missing_migrations() == []


@pytest.mark.usefixtures("behind")
def test_an_index_whose_making_was_killed_is_made_anew():
    executor = MigrationExecutor(connections["owner"])
    executor.migrate([("serving", "0004_first_holder")])
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE INDEX serving_holder_by_first ON serving_holder (customer_id)")
    executor = MigrationExecutor(connections["owner"])
    executor.migrate([("serving", "0005_by_first_holder")])
    connections["owner"].close()
    assert one(VALID) == (True,)
    made = one("SELECT indexdef FROM pg_indexes WHERE indexname = 'serving_holder_by_first'")
    assert "(first_customer_id)" in made[0]
