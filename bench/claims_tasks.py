"""The task of the section about claims: many clients apply at once, on a durable server."""

from __future__ import annotations

import time
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from bench.serving_tasks import _console, _programme, _publish
from bench.trust_tasks import PAYLOAD, installation

Report = dict[str, Any]
MEASURE = "penalty_waiver"
IN_TIME = datetime(2026, 1, 15, 14, 0, tzinfo=ZoneInfo("Asia/Seoul"))


def claims(home: str, population: str, way: str, claims: int, clients: int) -> Report:
    """Claims submitted by clients in processes of their own, each a transaction of its own.

    ``way`` is ``claims``, whole: gate, decision, pay-once key, sealed account, ledger, log; or
    ``rows``: one bare insert to a transaction, by the same clients over the same driver.
    """
    with installation(home):
        from django.db import connections

        from makegood.redress import serving
        from makegood.trust.vault import Person, store_person

        _publish()
        folder = Path(population)
        serving.register(_console(), folder, _programme().identifier)
        # The vault has its keys, as in any installation that has loaded contacts.
        store_person(Person("C0001", "김민수", "010-0000-0000"), actor="console:bench")
        with connections["owner"].cursor() as cursor:
            cursor.execute("CREATE TABLE bare (row_id uuid PRIMARY KEY, payload bytea)")
        lines = _lines(claims)
        seconds, took = _at_once(way, [lines[client::clients] for client in range(clients)])
        with connections["default"].cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {'claims_claim' if way == 'claims' else 'bare'}")
            assert cursor.fetchone()[0] == claims
        cuts = quantiles(took, n=100)
        return {"seconds": seconds, "p50_ms": cuts[49] * 1e3, "p99_ms": cuts[98] * 1e3}


def _lines(claims: int) -> list[str]:
    """Lines that are served, and may apply."""
    from django.db import connection

    from makegood.redress.serving.current import current_of

    current = current_of(_programme().identifier)
    assert current
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT line_id FROM serving."{current.table_name}" LIMIT %s', [claims])
        found = [row[0] for row in cursor.fetchall()]
    assert len(found) == claims
    return found


def _at_once(way: str, shares: list[list[str]]) -> tuple[float, list[float]]:
    spawn = get_context("spawn")
    ready, told = spawn.Barrier(len(shares) + 1), spawn.SimpleQueue()
    workers = [spawn.Process(target=_client, args=(way, share, ready, told)) for share in shares]
    for process in workers:
        process.start()
    ready.wait()
    start = time.perf_counter()
    each = [seconds for _ in workers for seconds in told.get()]
    seconds = time.perf_counter() - start
    for process in workers:
        process.join()
        assert process.exitcode == 0
    return seconds, each


def _client(way: str, lines: list[str], ready: Barrier, told: SimpleQueue) -> None:
    from makegood.project import prepared

    with prepared(migrate=False):
        from makegood.kernel import FixedClock
        from makegood.redress.serving import decision_of
        from makegood.trust import clock

        with clock.use(FixedClock(IN_TIME)):
            act = _apply if way == "claims" else _insert
            # Programme, policies and connection are ready, as in a server that runs.
            decision_of(_programme().identifier, lines[0])
            _warm()
            took = []
            ready.wait()
            for line in lines:
                start = time.perf_counter()
                act(line)
                took.append(time.perf_counter() - start)
            told.put(took)


def _warm() -> None:
    from makegood.trust.access import policies
    from makegood.trust.vault import open_person

    policies()
    open_person("C0001")


def _apply(line: str) -> None:
    from makegood.redress.claims import Application, submit
    from makegood.trust import clock
    from makegood.trust.access import Visitor
    from makegood.trust.policy import Principal, PrincipalKind, Role

    who = Principal(line, frozenset({Role.CUSTOMER}), kind=PrincipalKind.CUSTOMER)
    visitor = Visitor(who, "s", "unknown", "message_code", clock.now(), "outside", "203.0.113.9")
    account = ("004", "110123456789", "김민수")
    given = Application("kt-2025", MEASURE, line, "web", *account, document="D-1")
    assert submit(visitor, given).is_new


def _insert(_line: str) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare VALUES (%s, %s)", [uuid4(), PAYLOAD])


CLAIMS_TASKS = (claims,)
