"""Keys are rotated while the vault is in use: every row is found and opens at every instant."""

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections, transaction

from makegood.trust.vault import (
    Person,
    begin_rotation,
    canonical_phone,
    delete_person,
    find_by_phone,
    finish_rotation,
    generations,
    load,
    open_account,
    open_person,
    retiring,
    rotate,
    store_person,
)
from makegood.trust.vault import rotation as module
from tests.store_fixture import Database
from tests.trust.vault.books import (
    expect_exactly,
    expect_one_generation,
    expect_sound_log,
    one,
    read_book,
    row,
    write_book,
)
from tests.trust.vault.children import within
from tests.trust.vault.conftest import ACTOR, refused

USED = pytest.mark.usefixtures("vault")


def test_everything_is_sealed_again_and_the_old_keys_are_gone(
    vault: Database, contacts: Path
) -> None:
    load(contacts, actor=ACTOR)
    rows = read_book(contacts)
    with vault.owner.connect() as owner:
        before = owner.execute(
            "SELECT sealed, phone_index, name_index FROM vault_person"
        ).fetchall()
    told: list[tuple[str, int, int | None]] = []
    rotation = rotate(actor=ACTOR, progress=lambda *each: told.append(each))
    accounts = sum(bool(each["account_number"]) for each in rows)
    assert (rotation.retired, rotation.current) == (1, 2)
    assert rotation.resealed == len(rows) + accounts + 1
    assert ("persons sealed again", len(rows), len(rows)) in told
    expect_exactly(rows)
    expect_one_generation(2)
    with vault.owner.connect() as owner:
        after = owner.execute("SELECT sealed, phone_index, name_index FROM vault_person").fetchall()
    old = {bytes(value) for each in before for value in each if value}
    assert old.isdisjoint(bytes(value) for each in after for value in each if value)
    expect_sound_log()


@USED
def test_there_must_be_keys_to_rotate() -> None:
    refused("MG736", lambda: rotate(actor=ACTOR))
    refused("MG736", lambda: finish_rotation(actor=ACTOR))
    assert generations() == []


@USED
def test_halfway_rows_of_both_generations_are_found_and_opened(
    contacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(contacts, actor=ACTOR)
    rows = read_book(contacts)
    begin_rotation(actor=ACTOR)
    assert retiring() == 1
    refused("MG737", lambda: begin_rotation(actor=ACTOR))
    monkeypatch.setattr(module, "_BLOCKS", 3)

    def stop(stage: str, done: int, total: int | None) -> None:  # noqa: ARG001 - as progress is
        if done >= 500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finish_rotation(actor=ACTOR, progress=stop)
    left = one("SELECT count(*) FROM vault_person WHERE generation = 1")
    assert 0 < left < len(rows)
    expect_exactly(rows)
    assert rotate(actor=ACTOR).retired == 1, "it goes on with the one under way"
    expect_exactly(rows)
    expect_one_generation(2)


def test_a_rotation_does_not_begin_inside_of_a_writers_transaction(
    vault: Database, contacts: Path
) -> None:
    """So no writer can write in a generation after it was left."""
    load(contacts, actor=ACTOR)
    with vault.program.connect() as writer:
        writer.execute("SELECT 1 FROM vault_generation WHERE state = 'current' FOR KEY SHARE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            begin_rotation(actor=ACTOR)
    assert retiring() is None
    assert begin_rotation(actor=ACTOR) == 2


def test_a_writer_that_waited_for_the_beginning_writes_in_the_new_generation(
    vault: Database, contacts: Path
) -> None:
    load(contacts, actor=ACTOR)
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
    with ThreadPoolExecutor(1) as thread, vault.superuser.connect(autocommit=True) as watcher:
        with transaction.atomic():
            begin_rotation(actor=ACTOR)
            late = thread.submit(in_thread, lambda: store_person(newcomer(1), actor=ACTOR))
            within(10, lambda: watcher.execute(waiting).fetchone() != (0,))
            assert not late.done()
        late.result(10)
    assert one("SELECT generation FROM vault_person WHERE customer_id = 'N1'") == 2


def test_rows_that_a_writer_holds_are_not_forgotten(vault: Database, contacts: Path) -> None:
    load(contacts, actor=ACTOR)
    begin_rotation(actor=ACTOR)
    holder = vault.program.connect()
    holder.execute("SELECT 1 FROM vault_person ORDER BY customer_id LIMIT 7 FOR UPDATE")
    with ThreadPoolExecutor(1) as thread:
        rotation = thread.submit(in_thread, lambda: finish_rotation(actor=ACTOR))
        within(20, lambda: one("SELECT count(*) FROM vault_person WHERE generation = 1") == 7)
        assert retiring() == 1, "the keys stay as long as a row needs them"
        holder.rollback()
        holder.close()
        rotation.result()
    expect_exactly(read_book(contacts))
    expect_one_generation(2)


def newcomer(number: int) -> Person:
    return Person(f"N{number}", "새로운", f"010-7000-{number:04}")


def in_thread(act: Callable[[], object]) -> object:
    """Django's connection is of the thread; it is closed with it."""
    try:
        return act()
    finally:
        connections.close_all()


@contextmanager
def at_work(*acts: Callable[[], object]) -> Iterator[None]:
    """Acts repeated side by side as long as this holds; what goes wrong in one is raised."""
    stop = threading.Event()

    def repeat(act: Callable[[], object]) -> int:
        times = 0
        while not stop.is_set():
            act()
            times += 1
        return times

    with ThreadPoolExecutor(len(acts)) as threads:
        running = [threads.submit(in_thread, partial(repeat, act)) for act in acts]
        try:
            yield
        finally:
            stop.set()
        for each in running:
            assert each.result(), "it was at work"


@USED
def test_rotation_under_load_loses_nothing(
    contacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BLOCKS", 4)
    load(contacts, actor=ACTOR)
    rows = {each["customer_id"]: each for each in read_book(contacts)}
    kept = list(rows)[:1_000]
    changed, doomed = list(rows)[1_000:1_500], list(rows)[1_500:1_900]
    seed = 77
    draw = random.Random(seed)
    stored: list[int] = []
    books: list[int] = []

    def read() -> None:
        each = rows[draw.choice(kept)]
        found = [person.customer_id for person in find_by_phone(each["phone"])]
        assert each["customer_id"] in found, f"seed {seed}: {each['customer_id']} was not found"
        assert open_person(each["customer_id"]).phone == canonical_phone(each["phone"])
        if each["account_number"]:
            assert open_account(each["customer_id"]).bank_code == each["bank_code"]

    def write() -> None:
        stored.append(len(stored) + 1)
        store_person(newcomer(stored[-1]), actor=ACTOR)
        customer_id = draw.choice(changed)
        rows[customer_id] = rows[customer_id] | {"email": f"{stored[-1]}@example.com"}
        each = rows[customer_id]
        born = open_person(customer_id).birth_date
        store_person(
            Person(customer_id, each["name"], each["phone"], born, each["email"], each["address"]),
            actor=ACTOR,
        )

    def delete() -> None:
        if doomed:
            customer_id = doomed.pop()
            delete_person(customer_id, actor=ACTOR)
            del rows[customer_id]

    def load_more() -> None:
        books.append(len(books))
        more = [row(f"B{books[-1]}-{n}", name="가득한") for n in range(60)]
        load(write_book(tmp_path / f"{books[-1]}.csv", more), actor=ACTOR, batch_rows=20)
        rows.update((each["customer_id"], each) for each in more)

    with at_work(read, write, delete, load_more):
        for _ in range(3):
            rotate(actor=ACTOR)
    for number in stored:
        rows[f"N{number}"] = row(f"N{number}", name="새로운", phone=f"010-7000-{number:04}")
    expect_exactly(list(rows.values()))
    expect_one_generation(4)
    expect_sound_log()
