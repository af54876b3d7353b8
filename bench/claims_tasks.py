"""The task of the section about claims: many clients apply at once, on a durable server."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
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
PATIENCE_SECONDS = 300
IN_TIME = datetime(2026, 1, 15, 14, 0, tzinfo=ZoneInfo("Asia/Seoul"))


def claims(home: str, population: str, claims: int, clients: int, rounds: int) -> Report:
    """Rounds in turn by clients in processes of their own: claims whole, then bare inserts.

    A claim is whole with gate, decision, pay-once key, sealed account, ledger and log. A bare
    insert is one row in a transaction, by the same clients over the same driver. ``claims`` counts
    those of a round. The first round warms all up and is not counted.
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
        lines = _lines(claims * (rounds + 1))
        seconds, took = _at_once([lines[client::clients] for client in range(clients)], rounds + 1)
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT (SELECT count(*) FROM claims_claim), count(*) FROM bare")
            assert cursor.fetchone() == (len(lines), len(lines))
        cuts = quantiles(took, n=100)
        return {
            "claims_seconds": seconds[2::2],
            "rows_seconds": seconds[3::2],
            "p50_ms": cuts[49] * 1e3,
            "p99_ms": cuts[98] * 1e3,
        }


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


def _at_once(shares: list[list[str]], rounds: int) -> tuple[list[float], list[float]]:
    """What each round took, claims and rows in turn; and what each claim took behind the first."""
    spawn = get_context("spawn")
    # A client that fails lets the others, and this process, fail too instead of waiting for good.
    ready, told = spawn.Barrier(len(shares) + 1, timeout=PATIENCE_SECONDS), spawn.SimpleQueue()
    workers = [spawn.Process(target=_client, args=(mine, rounds, ready, told)) for mine in shares]
    for process in workers:
        process.start()
    ready.wait()
    instants = [time.perf_counter()]
    for _ in range(2 * rounds):
        ready.wait()
        instants.append(time.perf_counter())
    each = [seconds for _ in workers for seconds in told.get()]
    for process in workers:
        process.join()
        assert process.exitcode == 0
    return [end - start for start, end in pairwise(instants)], each


def _client(lines: list[str], rounds: int, ready: Barrier, told: SimpleQueue[list[float]]) -> None:
    from makegood.project import prepared

    with prepared(migrate=False):
        from makegood.kernel import FixedClock
        from makegood.redress.serving import decision_of
        from makegood.trust import clock

        with clock.use(FixedClock(IN_TIME)):
            # Programme, policies and connection are ready, as in a server that runs.
            decision_of(_programme().identifier, lines[0])
            _warm()
            took: list[float] = []
            ready.wait()
            for turn in range(rounds):
                share = lines[turn::rounds]
                claimed = [_timed(_apply, line) for line in share]
                ready.wait()
                took += claimed if turn else []
                for line in share:
                    _insert(line)
                ready.wait()
            told.put(took)


def _timed(act: Callable[[str], None], line: str) -> float:
    start = time.perf_counter()
    act(line)
    return time.perf_counter() - start


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
