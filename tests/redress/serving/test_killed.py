"""Registering is killed at any point: what served goes on serving, and the next one finishes."""

import random
import subprocess
import sys
from datetime import date
from pathlib import Path
from time import sleep

from django.db import connection

from makegood.redress.serving import decision_of, is_served, register, registered, serve
from tests.redress.outage_lines import console, line, published, snapshot

NAME = "outage-2026"
CHILD = Path(__file__).with_name("registering_child.py")
LINES = 40_000


def test_killed_at_any_point_it_serves_one_whole_snapshot(database, tmp_path):
    published()
    folders, fees = [], {}
    for number in range(3):
        fee = 10_000 * (number + 1)
        lines = {f"L{n:06d}": line(fee=fee) for n in range(LINES)}
        folder = snapshot(tmp_path / f"day-{number}", lines, date(2026, 3, 1 + number))
        folders.append(folder)
        fees[date(2026, 3, 1 + number)] = fee
    register(console(), folders[0], NAME)
    killed_early = 0
    for seed in range(10):
        chance = random.Random(seed)
        child = subprocess.Popen(
            [sys.executable, str(CHILD), *map(str, folders[1:])],
            env=database.environment,
            stdout=subprocess.PIPE,
        )
        assert child.stdout
        assert child.stdout.readline() == b"ready\n", seed
        # The first are killed early, whatever the machine: the last come to their end.
        sleep(chance.uniform(0, 0.02 + 0.06 * seed))
        child.kill()
        child.wait()
        killed_early += b"done" not in child.stdout.read()
        child.stdout.close()
        standing = decision_of(NAME, f"L{chance.randrange(LINES):06d}")
        assert standing.values["fee"] == fees[standing.as_of], seed
        with connection.cursor() as cursor:
            cursor.execute("SELECT table_name FROM serving_current")
            (table,) = (row[0] for row in cursor.fetchall())
            cursor.execute(f'SELECT count(*), count(DISTINCT fee) FROM serving."{table}"')
            assert cursor.fetchone() == (LINES, 1), seed
    assert killed_early >= 3
    for folder in folders[1:]:
        register(console(), folder, NAME)
    assert is_served(NAME)
    assert not serve(NAME)
    assert decision_of(NAME, "L000007").values["fee"] == 30_000
    assert len(registered(NAME)) == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'serving'")
        assert cursor.fetchone()[0] == 1
