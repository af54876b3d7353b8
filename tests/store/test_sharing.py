"""One server for all processes: started by the first, stopped by the last, whoever is killed."""

import signal
from pathlib import Path
from time import monotonic, sleep

import psutil

from tests.store.homes import quick, using


def test_the_first_starts_it_and_the_last_stops_it(home: Path):
    embedded = quick(home)
    with embedded.used():
        with embedded.used():
            assert embedded.is_running
        assert embedded.is_running
    assert not embedded.is_running
    assert not list(home.glob("postgresql/postmaster.pid"))


def test_what_was_committed_is_there_at_the_next_start(home: Path):
    embedded = quick(home)
    with embedded.used(), embedded.address("makegood_owner").connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with embedded.used(), embedded.address("makegood").connect() as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_many_that_start_at_once_share_one_server(home: Path):
    processes = [using(home, "wait") for _ in range(5)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "in\n", process.communicate()[1]
    running = quick(home).cluster.running()
    servers = [p for p in psutil.process_iter(["cmdline"]) if is_server(p, home)]
    assert running
    assert [p.pid for p in servers] == [running.process_id]
    for process in processes:
        assert process.communicate(timeout=60)[0] == "out\n"
    assert not quick(home).is_running


def is_server(process: psutil.Process, home: Path) -> bool:
    command = process.info["cmdline"] or []
    return "postgres" in "".join(command[:1]) and str(home / "postgresql") in command


def test_a_killed_user_does_not_take_it_from_the_others(home: Path):
    first, second = using(home, "wait"), using(home, "wait")
    for process in (first, second):
        assert process.stdout
        assert process.stdout.readline() == "in\n"
    first.kill()
    first.communicate()
    assert quick(home).is_running
    assert second.communicate(timeout=60)[0] == "out\n"
    assert not quick(home).is_running


def test_what_the_last_killed_user_left_running_is_found_used_and_stopped(home: Path):
    process = using(home, "wait")
    assert process.stdout
    assert process.stdout.readline() == "in\n"
    left = quick(home).cluster.running()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert left
    assert psutil.pid_exists(left.process_id)
    embedded = quick(home)
    with embedded.used():
        assert embedded.cluster.running() == left
    assert not embedded.is_running


def test_a_server_that_dies_in_use_is_started_again(home: Path):
    embedded = quick(home)
    with embedded.used():
        assert not embedded.ensure()
        running = embedded.cluster.running()
        assert running
        psutil.Process(running.process_id).kill()
        # A process told to end may be there for a moment longer.
        until = monotonic() + 30
        while embedded.is_running and monotonic() < until:
            sleep(0.01)
        assert embedded.ensure()
        with embedded.address("makegood").connect() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not embedded.is_running
