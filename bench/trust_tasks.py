"""The tasks of the sections about trust: on an embedded server of their own, durable as always."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import uuid4

Report = dict[str, Any]
SMALL_BATCH = 1_000
PAYLOAD = b"x" * 450


@contextmanager
def installation(home: str) -> Iterator[None]:
    """A new installation in a folder, with its store open and its tables made."""
    shutil.rmtree(home, ignore_errors=True)
    os.environ["MAKEGOOD_HOME"] = home
    from makegood.project import prepared

    with prepared():
        yield
    shutil.rmtree(home, ignore_errors=True)


def log(home: str, way: str, entries: int, clients: int, each: int) -> Report:
    """Entries appended by clients at once, ``each`` to a transaction, until all have places.

    ``way`` is ``entries``, or ``rows``: the same payloads into a bare table and nothing else.
    """
    with installation(home):
        from django.db import connections

        with connections["owner"].cursor() as cursor:
            cursor.execute("CREATE TABLE bare (entry_id uuid PRIMARY KEY, payload bytea)")
        share = entries // clients
        start = time.perf_counter()
        took, _ = _at_once([(way, share, each)] * clients, entries if way == "entries" else 0)
        return {"seconds": took, "until_placed_seconds": time.perf_counter() - start} | (
            _verified(entries) if way == "entries" else {}
        )


def waiting(home: str, entries: int, *, held: bool) -> Report:
    """One client's appends while, or while not, another transaction has appended and stays open."""
    with installation(home):
        from django.db import connections, transaction

        hold, held_open = threading.Event(), threading.Event()

        def holder() -> None:
            with transaction.atomic():
                if held:
                    _append(1)
                held_open.set()
                hold.wait()
            connections.close_all()

        other = threading.Thread(target=holder)
        other.start()
        held_open.wait()
        _, took = _at_once([("entries", entries, 1)], entries)
        hold.set()
        other.join()
        cuts = quantiles(took, n=100)
        return {"seconds": sum(took), "p50_ms": cuts[49] * 1e3, "p99_ms": cuts[98] * 1e3}


def policy(decisions: int) -> Report:
    """Every case of the table of cases decided over and over; the time of one, request included."""
    from makegood.configuration import Settings
    from makegood.trust.policy import PolicySet, read_cases

    folder = Settings.load().policies
    start = time.perf_counter()
    policies = PolicySet.load(folder)
    loaded = time.perf_counter() - start
    cases = read_cases(folder, policies)
    took = []
    for number in range(decisions):
        case = cases[number % len(cases)]
        start = time.perf_counter()
        policies.decide(case.principal, case.act, case.resource, case.circumstances)
        took.append(time.perf_counter() - start)
    cuts = quantiles(took, n=100)
    return {
        "seconds": sum(took),
        "microseconds": cuts[49] * 1e6,
        "p99_microseconds": cuts[98] * 1e6,
        "load_seconds": loaded,
        "cases": len(cases),
    }


def _at_once(clients: list[tuple[object, ...]], entries: int) -> tuple[float, list[float]]:
    """Clients in processes of their own, the sequencer in another; seconds, and each append's."""
    spawn = get_context("spawn")
    ready, took = spawn.Barrier(len(clients) + 1), spawn.SimpleQueue()
    workers = [spawn.Process(target=_client, args=(*given, ready, took)) for given in clients]
    sequencer = spawn.Process(target=_give_places, args=(entries,))
    for process in (*workers, sequencer):
        process.start()
    ready.wait()
    start = time.perf_counter()
    each = [seconds for _ in workers for seconds in took.get()]
    seconds = time.perf_counter() - start
    for process in (*workers, sequencer):
        process.join()
        assert process.exitcode == 0
    return seconds, each


def _give_places(entries: int) -> None:
    """What the worker does, until all entries have places."""
    from makegood.project import prepared

    with prepared(migrate=False):
        from makegood.trust.audit import integrate

        while entries > 0:
            placed = integrate()
            entries -= placed
            if placed < SMALL_BATCH:
                time.sleep(0.05)


def _client(way: str, entries: int, each: int, ready: Barrier, told: SimpleQueue) -> None:
    """A process that appends; it tells how long each of its transactions took."""
    from makegood.project import prepared

    with prepared(migrate=False):
        from django.db import connection, transaction

        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        took = []
        ready.wait()
        for _ in range(entries // each):
            start = time.perf_counter()
            with transaction.atomic():
                if way == "entries":
                    _append(each)
                else:
                    with connection.cursor() as cursor:
                        for _ in range(each):
                            cursor.execute("INSERT INTO bare VALUES (%s, %s)", [uuid4(), PAYLOAD])
            took.append(time.perf_counter() - start)
        told.put(took)


def _append(entries: int) -> None:
    from makegood.trust.audit import Record, append

    for number in range(entries):
        person = f"C{number:08d}"
        append(
            Record(
                "personal_data.revealed",
                "staff:0191d2b4-7b7e-7c3e-8f7a-000000000017",
                f"customer:{person}",
                person,
                "customer_request",
                "CASE-2026-000123",
                "10.1.2.3",
                {"fields": ["phone", "address"], "policies": ["call_centre_agent"]},
            )
        )


def _verified(entries: int) -> Report:
    from makegood.configuration import Settings
    from makegood.trust.audit import publish_checkpoint, verify
    from makegood.trust.keys import MasterKey

    settings = Settings.load()
    publish_checkpoint(MasterKey.open(settings), settings.log_origin)
    start = time.perf_counter()
    found = verify()
    took = time.perf_counter() - start
    assert found.ok, found
    assert found.entries >= entries
    return {"verify_seconds": took}


def contacts(people: int, folder: str) -> Report:
    """Floor, load and rotation in one fresh store, each in turn."""
    from bench.trust_contacts import everything

    report = everything(people, Path(folder))
    return {**report, "seconds": report["load"]["seconds"]}


TRUST_TASKS: tuple[Callable[..., Report], ...] = (log, waiting, policy, contacts)
