"""Killed at any instant of writing, placing and signing, the log loses nothing and doubles nothing.

The child is forked, so that it works from its first moment and is killed within its work. What it
has committed it tells through a pipe: that must be there, once; the one it was at may be there.
"""

import os
import random
import select
import signal
from collections import Counter
from time import sleep

from django.db import connections, transaction

from makegood.trust.audit import (
    Record,
    append,
    append_many,
    entries,
    integrate,
    publish_checkpoint,
    verify,
)
from tests.trust.audit.entries import ORIGIN, master_key

KILLS = 50
SEED = 20_260_114
SECONDS_MAX = 0.12


def wait_for_what_the_last_child_left(database):
    """A server process outlives its client for a moment, and may yet commit."""
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    connections.close_all()
    with database.superuser.connect(autocommit=True) as connection:
        for _ in range(200):
            if connection.execute(others).fetchone() == (0,):
                return
            sleep(0.05)


def test_killed_fifty_times(database):
    keys = master_key(database)
    publish_checkpoint(keys, ORIGIN)
    draws = random.Random(SEED)
    committed: list[str] = []
    for life in range(KILLS):
        connections.close_all()
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            live(f"{life}", writer, keys)
        os.close(writer)
        # From its first word on it has a connection: it is killed in its work, not before.
        select.select([reader], [], [], 10)
        sleep(draws.uniform(0, SECONDS_MAX))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(reader) as told:
            committed += told.read().splitlines()
        if life % 10 == 9:
            result = verify()
            assert result.ok, f"seed {SEED}, life {life}: {result.findings}"
    wait_for_what_the_last_child_left(database)
    publish_checkpoint(keys, ORIGIN)
    written = Counter(
        entry.record.case for entry in entries() if entry.record.kind == "staff.signed_in"
    )
    assert len(committed) > KILLS, f"seed {SEED}: the children did nothing"
    assert set(committed) <= set(written), f"seed {SEED}: something was lost"
    assert set(written.values()) == {1}, f"seed {SEED}: something was doubled"
    # What was not told any more: at most one act of each life.
    acts = {case.rpartition(".")[0] for case in set(written) - set(committed)}
    assert len(acts) <= KILLS
    result = verify()
    assert result.ok, f"seed {SEED}: {result.findings}"
    assert result.covered == result.size


def live(name: str, writer: int, keys) -> None:
    """Write, place and sign until killed. Never returns."""
    try:
        for act in range(1_000_000):
            cases = [f"{name}.{act}.{number}" for number in range(1 if act % 3 else 40)]
            records = [Record("staff.signed_in", f"staff:{name}", case=case) for case in cases]
            with transaction.atomic():
                if len(records) == 1:
                    append(records[0])
                else:
                    append_many(records)
            os.write(writer, "".join(f"{case}\n" for case in cases).encode())
            if act % 4 == 3:
                integrate(30)
            if act % 7 == 6:
                publish_checkpoint(keys, ORIGIN)
    finally:
        os._exit(1)
