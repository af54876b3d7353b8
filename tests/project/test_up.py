"""``makegood up``: started, watched and stopped in order; whatever dies is started again."""

import json
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from makegood.store import Embedded
from tests.project.running_up import (
    SAID,
    Up,
    command,
    environment_of,
    free_port,
    running_up,
)
from tests.store.homes import short_home
from tests.trust.leaks import assert_nothing_in

PLANTED = ("뷁갉쀍서현", "1073918264", "qpzmwx.up@example.com", "739182640193")
PLANT = f"""
from datetime import date
from makegood.project import prepared
with prepared():
    from makegood.trust.vault import Account, Person, find_by_phone, store_account, store_person
    name, digits, email, number = {PLANTED!r}
    store_person(Person("C0001", name, "0" + digits, date(1985, 3, 7), email), actor="console:t")
    store_account(Account("C0001", "004", number, name), actor="console:t")
    assert [one.name for one in find_by_phone("0" + digits)] == [name]
    print(name)
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A data folder with a customer, of whom nothing is found in it at the end in the clear."""
    with short_home() as made:
        done = subprocess.run(
            [*command()[:2], PLANT],
            env=environment_of(made, free_port()),
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.stdout == f"{PLANTED[0]}\n", done.stderr
        yield made
        events = made / "events.jsonl"
        sent = subprocess.run(
            command("events", "send"),
            env=environment_of(made, free_port())
            | {"MAKEGOOD_EVENTS": json.dumps([events.as_uri()])},
            check=True,
            capture_output=True,
            text=True,
        )
        assert events.read_text(), "no event was sent"
        Embedded(made).cluster.stop()
        assert_nothing_in(made, PLANTED, done.stderr, sent.stdout, sent.stderr, *SAID)


def gone(processes: list[psutil.Process], seconds: float = 30.0) -> bool:
    """Whether all of them end within that time."""
    return not psutil.wait_procs(processes, timeout=seconds)[1]


def steps(up: Up) -> list[tuple[object, object]]:
    return [(event["part"], event["event"]) for event in up.events]


def test_from_start_to_stop(home: Path):
    """Store, then web and worker; pages are served; the other way round on SIGTERM."""
    with running_up(home) as up:
        up.wait_for("web", "ready")
        assert up.get("/health/live") == (200, '{"live": true}')
        assert up.get("/health/ready") == (200, '{"ready": true}')
        second = subprocess.run(
            command("up", "--json"),
            env=environment_of(home, free_port()),
            check=False,
            capture_output=True,
            text=True,
        )
        assert second.returncode == 1
        assert json.loads(second.stdout)["findings"][0]["code"] == "MG710"
        assert str(up.process.pid) in second.stdout
        parts = up.parts()
        up.process.send_signal(signal.SIGTERM)
        assert up.ended() == 0, "".join(up.errors)
        assert gone(parts)
        told = steps(up)
        ordered = [
            ("store", "ready"),
            ("web", "started"),
            ("worker", "started"),
            ("web", "stopping"),
            ("web", "stopped"),
            ("worker", "stopping"),
            ("worker", "stopped"),
            ("store", "stopping"),
            ("up", "stopped"),
        ]
        places = [told.index(step) for step in ordered]
        assert places == sorted(places)
        assert not Embedded(home).is_running
        assert "Traceback" not in "".join(up.errors)


def test_whatever_dies_is_started_again(home: Path):
    """The worker, a web process, the web server with it, and the store, in turn."""
    with running_up(home) as up:
        up.wait_for("web", "ready")
        worker = up.wait_for("worker", "started")["process"]
        assert isinstance(worker, int)
        psutil.Process(worker).kill()
        assert "SIGKILL" in str(up.wait_for("worker", "died")["message"])
        assert up.wait_for("worker", "started", 2)["process"] != worker

        web = up.wait_for("web", "started")["process"]
        assert isinstance(web, int)
        below = psutil.Process(web).children()
        psutil.Process(web).kill()
        up.wait_for("web", "started", 2)
        assert gone(below)
        up.wait_for("web", "ready", 2)

        store = Embedded(home).cluster.running()
        assert store
        psutil.Process(store.process_id).kill()
        assert "started again" in str(up.wait_for("store", "started")["message"])
        until = time.monotonic() + 30
        while up.get("/health/ready")[0] != 200 and time.monotonic() < until:
            time.sleep(0.2)
        assert up.get("/health/ready")[0] == 200
        up.process.send_signal(signal.SIGINT)
        assert up.ended() == 0, "".join(up.errors)
        assert not Embedded(home).is_running


def test_killed_itself_its_parts_end_and_the_next_one_starts(home: Path):
    chance = random.Random("killed up")
    for turn in range(2):
        with running_up(home) as up:
            up.wait_for("worker", "started")
            if turn:
                up.wait_for("web", "ready")
            time.sleep(chance.uniform(0.0, 1.0))
            parts = up.parts()
            up.process.kill()
            up.process.wait()
            assert gone(parts), "parts outlive their parent"
    with running_up(home) as up:
        up.wait_for("web", "ready")
        up.process.send_signal(signal.SIGTERM)
        assert up.ended() == 0
        assert not Embedded(home).is_running


def test_the_queue_works_and_the_log_is_integrated(home: Path):
    """An entry that somebody writes has its place in the tree a moment later."""
    write = """
from makegood.project import prepared
with prepared(migrate=False):
    import time
    from django.db import transaction
    from makegood.trust.audit import Record, append, find_entry
    with transaction.atomic():
        entry = append(Record("store.backed_up", "console:tester", "backup:x"))
    for _ in range(100):
        placed = find_entry(str(entry))
        if placed.leaf_index is not None:
            print("placed")
            break
        time.sleep(0.1)
"""
    with running_up(home) as up:
        up.wait_for("web", "ready")
        done = subprocess.run(
            [*command()[:2], write],
            env=environment_of(home, up.port),
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.stdout == "placed\n", done.stderr


def test_a_taken_port_is_told_with_who_has_it(tmp_path: Path):
    home = tmp_path / "home"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        done = subprocess.run(
            command("up", "--json"),
            env=environment_of(home, port),
            check=False,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    finding = json.loads(done.stdout)["findings"][0]
    assert finding["code"] == "MG711"
    assert f"127.0.0.1:{port}" in finding["message"]
    assert "process" in finding["message"]
    assert not (home / "postgresql").exists()
