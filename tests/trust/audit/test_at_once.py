"""Many write at once while places are given: none waits for another, none is lost or doubled."""

import subprocess
import sys
from collections import Counter
from threading import Event, Thread

import psycopg
from django.db import connections

from makegood.trust.audit import entries, integrate, integrate_all, publish_checkpoint, verify
from makegood.trust.audit.identifiers import new_identifier
from makegood.trust.audit.record import Entry, entry_of
from makegood.trust.clock import now
from tests.trust.audit.entries import ORIGIN, looked_up, master_key, write

WRITERS, EACH = 4, 150


def test_writers_in_processes_while_places_are_given(database):
    keys = master_key(database)
    publish_checkpoint(keys, ORIGIN)
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.trust.audit.writer_child", str(number), str(EACH)],
            env=database.environment,
            stdout=subprocess.DEVNULL,
        )
        for number in range(WRITERS)
    ]
    rounds = 0
    while any(child.poll() is None for child in children):
        # Two who give places at once: one waits for the other.
        other = Thread(target=give_places)
        other.start()
        integrate(17)
        other.join()
        rounds += 1
        if rounds % 5 == 0:
            publish_checkpoint(keys, ORIGIN)
    assert [child.returncode for child in children] == [0] * WRITERS
    publish_checkpoint(keys, ORIGIN)
    written = Counter(
        (entry.record.actor, entry.record.details["number"])
        for entry in entries()
        if entry.record.kind == "staff.signed_in"
    )
    assert len(written) == WRITERS * EACH
    assert set(written.values()) == {1}
    result = verify()
    assert result.ok, result.findings
    assert result.checkpoints >= 2


def give_places() -> None:
    integrate(13)
    connections.close_all()


def test_an_open_transaction_holds_up_nobody(database):
    """Its entry comes later; those that were written after it do not wait for it."""
    with database.program.connect() as slow:
        late = entry_of(looked_up(1), new_identifier(now()), now())
        insert(slow, late)
        with connections["default"].cursor() as cursor:
            cursor.execute("SET lock_timeout = '1s'")
        write(5, start=2)
        assert integrate_all() == 5
        publish_checkpoint(master_key(database), ORIGIN)
        assert verify().ok
        slow.commit()
    assert integrate_all() == 2, "the late one, and the word of the checkpoint"
    assert next(entries()).entry_id == late.entry_id
    publish_checkpoint(master_key(database), ORIGIN)
    result = verify()
    assert result.ok
    assert result.entries == 9


def insert(connection: psycopg.Connection, entry: Entry) -> None:
    """What ``append`` does, on a connection whose transaction the test holds open."""
    from makegood.trust.audit.appending import _APPEND, _row

    connection.execute(_APPEND, (entry.entry_id, entry.leaf_hash(), *_row(entry)))


def test_verifying_while_others_write_finds_nothing_wrong(database):
    """Rows move from waiting to placed while they are read: one snapshot sees each once."""
    keys = master_key(database)
    enough = Event()

    def write_on() -> None:
        rounds = 0
        while not enough.is_set() or rounds < 20:
            write(20, start=20 * rounds)
            publish_checkpoint(keys, ORIGIN)
            rounds += 1
        connections.close_all()

    thread = Thread(target=write_on)
    thread.start()
    try:
        for _ in range(4):
            result = verify()
            assert result.ok, result.findings
            assert thread.is_alive(), "they write for as long as it is verified"
    finally:
        enough.set()
        thread.join()
    assert verify().ok
