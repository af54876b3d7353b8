"""The task of the section about pages: customers made through the rooms, and what they ask."""

from __future__ import annotations

import csv
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from random import Random
from statistics import median
from typing import Any
from urllib.parse import urlencode

from bench.claims_tasks import IN_TIME
from bench.measure import ROOT
from bench.pages_load import AGENT, Answer, Ask, Load, Steps, Told
from bench.serving_tasks import _console, _programme, _publish
from bench.trust_tasks import installation

Report = dict[str, Any]
Cookies = dict[str, str]
Page = Generator[Ask | float, Answer | None, Answer | None]
PORTAL = "makegood.project.portal_settings"
BARE, BARE_SITE = "bench.pages_bare", "bench.pages_bare_site"
CONNECTIONS = 32
WARM_SECONDS = 3.0
NEVER_FULL = 1_000_000
THINK_SECONDS = (1.0, 4.0)
PAGES_OF_A_VISIT = (10, 40)
_PLACE = "makegood-place"
BIRTH = date(1985, 3, 7)
_APPLY = re.compile(r'href="(/dues/\d+/[a-z0-9_-]+/(?:apply|enrol)/)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_RECEIPT = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def pages(  # noqa: PLR0917 - a task is given all by name
    home: str,
    population: str,
    customers: int,
    seconds: float,
    processes: int,
    runs: int,
    crowd: int,
) -> Report:
    """The cards' page and the bare page in turn, then at half its load, then twice the crowd.

    ``seconds`` each round lasts, ``runs`` rounds; ``crowd`` seconds each part of the overload.
    """
    ahead = (IN_TIME - datetime.now(UTC)).total_seconds()
    os.environ["BENCH_AHEAD"] = str(ahead)
    os.environ["DJANGO_SETTINGS_MODULE"] = PORTAL
    with installation(home):
        from bench.pages_application import shift_clock

        del os.environ["BENCH_AHEAD"]
        shift_clock(ahead)
        started = time.perf_counter()
        signed_in = _customers(Path(population), Path(home), customers)
        made_seconds = time.perf_counter() - started
        os.environ["BENCH_AHEAD"] = str(ahead)
        _open_gate(NEVER_FULL)
        with _served(PORTAL, processes) as ours:
            with _served(BARE_SITE, processes) as site, _served(BARE, processes) as bare:
                found = _in_turn(ours, site, bare, signed_in, seconds, runs)
            found |= _at_half(ours, signed_in, found["ours"], seconds)
            found |= _overload(ours, signed_in, crowd)
        return {"made_seconds": made_seconds, "customers": len(signed_in), **found}


# --- Customers ---


def _customers(population: Path, home: Path, customers: int) -> list[Cookies]:
    """Lines served, their holders in the vault, and each signed in by a code: their cookies."""
    from makegood.redress import serving
    from makegood.trust.vault import Person, store_person

    _publish()
    serving.register(_console(), population, _programme().identifier)
    lines = _lines(customers + customers // 2)
    names = [f"C{number:06}" for number in range(customers)]
    holders = home / "holders.csv"
    with holders.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["line_id", "customer_id"])
        rows.writerows((line, names[place % customers]) for place, line in enumerate(lines))
    assert serving.load_holders(_console(), holders) == len(lines)
    for place, name in enumerate(names):
        person = Person(name, "김민수", _phone(place), birth_date=BIRTH)
        store_person(person, actor="console:bench")
    return [_signed_in(place) for place in range(customers)]


def _phone(place: int) -> str:
    return f"010-{1000 + place // 10_000:04}-{place % 10_000:04}"


def _lines(wanted: int) -> list[str]:
    from django.db import connection

    from makegood.redress.serving.current import current_of

    current = current_of(_programme().identifier)
    assert current
    with connection.cursor() as cursor:
        # Lines of people who left in the time of the incident come first: they can apply.
        query = (
            f'SELECT line_id FROM serving."{current.table_name}"'
            " ORDER BY terminated_on BETWEEN '2025-12-31' AND '2026-01-13' IS TRUE DESC, line_id"
            " LIMIT %s"
        )
        cursor.execute(query, [wanted])
        found = [row[0] for row in cursor.fetchall()]
    assert len(found) == wanted
    return found


def _signed_in(place: int) -> Cookies:
    """Number and birth date, the code that would be sent, and the session's cookie."""
    from django.conf import settings
    from django.contrib.sessions.middleware import SessionMiddleware
    from django.http import HttpRequest, HttpResponse
    from django.test import RequestFactory

    from makegood.trust.customers import begin, confirm, sign_in, wait_until_handed_over
    from makegood.trust.staff.middleware import OriginMiddleware

    codes: list[str] = []
    source = f"198.18.{place // 250}.{place % 250 + 1}"
    attempt = begin(
        _phone(place),
        BIRTH,
        source=source,
        language="ko",
        deliver=lambda sent: codes.append(sent.code),
    )
    assert wait_until_handed_over()
    session = confirm(attempt.attempt_id, codes[0], source=source)

    def view(request: HttpRequest) -> HttpResponse:
        sign_in(request, session)
        return HttpResponse()

    request = RequestFactory(headers={"user-agent": AGENT}).get("/", REMOTE_ADDR=source)
    answer = OriginMiddleware(SessionMiddleware(view))(request)
    name = settings.SESSION_COOKIE_NAME
    return {name: answer.cookies[name].value}


def _open_gate(inside_max: int | None) -> None:
    from makegood.portal.waiting import set_gate

    set_gate(inside_max, NEVER_FULL if inside_max == NEVER_FULL else None)


# --- Servers ---


@contextmanager
def _served(module: str, processes: int) -> Iterator[str]:
    """The address of a site in processes of its own, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    alive, held = os.pipe()
    served = ["bench.pages_server", module, address, str(processes), str(alive)]
    command = [sys.executable, "-m", *served]
    environment = {**os.environ, "MAKEGOOD_LOG_LEVEL": "warning"}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=sys.stderr,
        pass_fds=(alive,),
        start_new_session=True,
    ) as process:
        try:
            _wait_for(address, process)
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
            os.close(alive)
            os.close(held)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    host, _, port = address.rpartition(":")
    until = time.perf_counter() + 60
    while time.perf_counter() < until and process.poll() is None:
        try:
            with socket.create_connection((host, int(port)), timeout=1):
                time.sleep(1.0)
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"bench: {address} does not answer")


# --- One page after the other ---


def _in_turn(
    ours: str, site: str, bare: str, signed_in: list[Cookies], seconds: float, runs: int
) -> Report:
    """Requests a second of all three, each round one after the other; the client's own share.

    The bare view stands once behind the customers' site's middleware, and once behind none. Before
    it everybody looks once, told apart: then a quote is kept of what each is shown. The rounds
    measure what is looked at again.
    """
    served = {"ours": (ours, "/dues/"), "site": (site, "/dues/"), "bare": (bare, "/")}
    rates: dict[str, list[float]] = {name: [] for name in served}
    cost: dict[str, list[float]] = {name: [] for name in served}
    # Who signs in has come in before.
    _everybody(ours, "/look-up/", signed_in)
    first = _everybody(ours, "/dues/", signed_in)
    _everybody(ours, "/dues/", signed_in)
    _greedy(site, "/dues/", signed_in, WARM_SECONDS)
    _greedy(bare, "/", [{}], WARM_SECONDS)
    for _ in range(runs):
        for name, (address, path) in served.items():
            told = _greedy(address, path, [{}] if name == "bare" else signed_in, seconds)
            assert not told.failures(), told.failures()
            assert set(told.statuses) == {("page", 200)}, told.statuses
            rates[name].append(told.count("page") / told.wall_seconds)
            cost[name].append(told.client_seconds / told.count("page"))
    return {
        "first": first.count("page") / first.wall_seconds,
        **{name: median(each) for name, each in rates.items()},
        **{
            f"ratio_{name}": median(a / b for a, b in zip(rates["ours"], rates[name], strict=True))
            for name in ("site", "bare")
        },
        "client_microseconds": {name: median(each) * 1e6 for name, each in cost.items()},
    }


def _everybody(address: str, path: str, signed_in: list[Cookies]) -> Told:
    """A page by each customer, once."""
    told = _through(address, path, signed_in, lambda turn, mine: turn < len(mine))
    assert not told.failures(), told.failures()
    return told


def _greedy(address: str, path: str, signed_in: list[Cookies], seconds: float) -> Told:
    """As many requests as come through so many connections."""
    until = time.perf_counter() + seconds
    return _through(address, path, signed_in, lambda *_: time.perf_counter() < until)


def _through(
    address: str,
    path: str,
    signed_in: list[Cookies],
    goes_on: Callable[[int, list[Cookies]], bool],
) -> Told:
    """Requests through so many connections, each as long as ``goes_on`` says of turn and share."""
    load = Load(address)

    def steps(mine: list[Cookies], jar: Cookies) -> Steps:
        turn = 0
        while goes_on(turn, mine):
            # Each request is another customer's, as on a day; who was let in stays so.
            here = mine[turn % len(mine)]
            jar.clear()
            jar.update(here)
            answer = yield Ask(path, "page")
            assert answer is not None
            assert not answer.header("retry-after")
            here.update(jar)
            turn += 1

    for place in range(CONNECTIONS):
        jar: Cookies = {}
        load.add(steps(signed_in[place::CONNECTIONS] or signed_in, jar), jar)
    return load.run()


def _at_half(ours: str, signed_in: list[Cookies], rate: float, seconds: float) -> Report:
    """At half of what it can do, evenly; each request counts from when it should have left."""
    load, wanted = Load(ours), rate / 2

    def steps(due: float) -> Steps:
        yield Ask("/dues/", "page", due=due)

    for number in range(int(wanted * seconds)):
        after = number / wanted
        load.add(steps(load.begun + after), signed_in[number % len(signed_in)], after)
    told = load.run()
    assert not told.failures(), told.failures()
    return {"p50_ms": told.quantile_ms("page", 50), "p99_ms": told.quantile_ms("page", 99)}


# --- Twice as many as may be inside ---


@dataclass
class _Crowd:
    """Visitors who come again and again, until the time is over."""

    until: float
    applies: bool = False
    receipts: set[str] = field(default_factory=set)
    sent: int = 0
    waited: list[float] = field(default_factory=list)

    def visits(self, jar: Cookies, chance: Random) -> Steps:
        """Look at what is due, apply where one can, read on; leave, and come as a newcomer."""
        has_applied = False
        while time.perf_counter() < self.until:
            yield chance.uniform(0, 2)
            jar.pop(_PLACE, None)
            page = yield from self._enter("/dues/")
            if page is None:
                return
            for _ in range(chance.randint(*PAGES_OF_A_VISIT)):
                if time.perf_counter() > self.until:
                    return
                yield chance.uniform(*THINK_SECONDS)
                apply = _APPLY.search(page.body) if self.applies and not has_applied else None
                if apply:
                    has_applied = True
                    yield from self._apply(apply[1])
                found = yield Ask("/dues/", "inside")
                page = found or page

    def _enter(self, path: str) -> Page:
        """The page, after the queue; None where the time was over before."""
        begun = time.perf_counter()
        answer = yield Ask(path, "enter")
        while answer is not None and (again := answer.header("retry-after")):
            yield float(again)
            if time.perf_counter() > self.until:
                return None
            answer = yield Ask("/queue/", "queue", accept="application/json")
            if answer is not None and '"admitted": true' in answer.body:
                answer = yield Ask(path, "inside")
        self.waited.append(time.perf_counter() - begun)
        return answer

    def _apply(self, path: str) -> Page:
        account = {"bank_code": "004", "account_number": "110123456789", "account_holder": "김민수"}
        begun = yield Ask(path, "inside")
        # Where no account is needed, the summary comes at once.
        if begun is not None and begun.status == 200:
            begun = yield Ask(path, "inside", form=_filled(begun, account))
        if begun is None or begun.status != 302:
            return None
        at = begun.header("location")
        summary = yield Ask(at, "inside")
        if summary is None or summary.status != 200:
            return None
        self.sent += 1
        sent = _filled(summary, {"agreed": "on"})
        done = yield Ask(at, "submit", form=sent)
        if done is not None and done.status == 302:
            receipt = yield Ask(done.header("location"), "inside")
            self.receipts.update(_RECEIPT.findall(receipt.body)[:1] if receipt else [])
        return None


def _filled(page: Answer, more: dict[str, str]) -> str:
    hidden = {unescape(name): unescape(value) for name, value in _HIDDEN.findall(page.body)}
    return urlencode({**hidden, **more})


def _overload(ours: str, signed_in: list[Cookies], seconds: int) -> Report:
    """The limit is measured under a crowd; then as many as it says, then twice as many."""
    _open_gate(None)
    _crowd(ours, signed_in, len(signed_in), seconds)
    limit = max(10, _limit())
    from makegood.portal.waiting import set_gate

    _empty_house()
    set_gate(limit, NEVER_FULL)
    # The same visitors' doings as below, of others: so many apply for the first time here, too.
    alone, _ = _crowd(ours, signed_in[::-1], limit, seconds, applies=True)
    _empty_house()
    twice, crowd = _crowd(ours, signed_in, 2 * limit, seconds, applies=True)
    since = seconds * 0.2
    return {
        "limit": limit,
        "alone_p95_ms": alone.quantile_ms("inside", 95, since),
        "twice_p95_ms": twice.quantile_ms("inside", 95, since),
        "queue_p95_ms": twice.quantile_ms("queue", 95, since),
        "queue_pages": twice.count("queue"),
        "waited_seconds": median(crowd.waited) if crowd.waited else 0.0,
        "failures": {**alone.failures(), **twice.failures()},
        "sent": crowd.sent,
        "receipts": len(crowd.receipts),
        "claims_lost": _lost(crowd),
        "client_share": twice.client_seconds / twice.wall_seconds,
    }


def _crowd(
    ours: str, signed_in: list[Cookies], visitors: int, seconds: int, *, applies: bool = False
) -> tuple[Told, _Crowd]:
    load = Load(ours)
    crowd = _Crowd(load.begun + seconds, applies)
    for place in range(min(visitors, len(signed_in))):
        jar = dict(signed_in[place])
        load.add(crowd.visits(jar, Random(place)), jar, place % 10)
    return load.run(), crowd


def _limit() -> int:
    from makegood.portal.waiting import waiting_standing

    return waiting_standing().inside_max


def _empty_house() -> None:
    """Who was inside before is gone: their places are free at once, and not minutes later."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE waiting_visit SET ends_at = entered_at, has_left = true")
        cursor.execute("DELETE FROM waiting_ticket")
    time.sleep(2.0)


def _lost(crowd: _Crowd) -> int:
    """Receipts that somebody was shown and that no claim has."""
    from django.db import connection

    shown = [receipt.replace("-", "") for receipt in crowd.receipts]
    query = "SELECT count(*) FROM claims_claim WHERE replace(receipt_number, '-', '') = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(query, [shown])
        (kept,) = cursor.fetchone()
    return len(shown) - int(kept)


PAGES_TASKS = (pages,)
