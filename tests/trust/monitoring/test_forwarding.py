"""Events reach every destination in order, at least once; what fails loses nothing."""

import json
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from pydantic import SecretStr

from makegood.kernel import FixedClock, MakegoodError
from makegood.trust import clock
from makegood.trust.access import FIELDS, Refused, look_up, reveal
from makegood.trust.audit import Record, append, integrate_all
from makegood.trust.monitoring import backlogs, forward
from makegood.trust.monitoring.destinations import NotDelivered
from makegood.trust.monitoring.destinations.http import HttpDestination
from makegood.trust.monitoring.destinations.syslog import SyslogDestination
from tests.staff_people import MINSU, MINSU_ACCOUNT, PLANTED, customers
from tests.trust.access.visitors import AFTERNOON, agent
from tests.trust.leaks import nothing_leaks
from tests.trust.monitoring.receivers import (
    datagram_daemon,
    endpoint,
    event_in,
    syslog_daemon,
    tls_context,
)


def sequences(events):
    return [event["metadata"]["sequence"] for event in events]


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_events_are_appended_to_a_file_once_and_in_the_order_of_the_log(
    write, settings_for, tmp_path
):
    path = tmp_path / "out" / "events.jsonl"
    settings = settings_for(path.as_uri())
    write(3)
    assert [one.sent for one in forward(settings)] == [3]
    write(2)
    assert [one.sent for one in forward(settings)] == [2]
    assert [one.sent for one in forward(settings)] == [0]
    assert sequences(lines_of(path)) == [0, 1, 2, 3, 4]
    assert path.stat().st_mode & 0o077 == 0


def test_no_event_of_somebody_who_was_looked_up_and_opened_names_them(
    database, settings_for, monkeypatch
):
    """From the gate to the file: refused, found, opened; nothing of theirs lies anywhere."""
    monkeypatch.setenv("MAKEGOOD_HOME", str(database.home))
    path = database.home / "out" / "events.jsonl"
    task: dict[str, Any] = {"purpose": "claim_handling", "case": "CALL-17"}
    with (
        nothing_leaks(database, PLANTED, with_events=False),
        clock.use(FixedClock(AFTERNOON)),
    ):
        customers()
        with pytest.raises(Refused):
            look_up(agent(device="unknown"), phone=MINSU.phone, **task)
        look_up(agent(), phone=MINSU.phone, **task)
        look_up(agent(), name=MINSU.name, birth_date=MINSU.birth_date, **task)
        opened = reveal(agent(), "C0001", FIELDS, **task)
        integrate_all()
        (delivery,) = forward(settings_for(path.as_uri()))
    assert (opened["name"], opened["account_number"]) == (MINSU.name, MINSU_ACCOUNT.number)
    assert delivery.sent == len(lines_of(path)) >= 5


def test_an_entry_without_its_place_waits(write, settings_for, tmp_path):
    settings = settings_for((tmp_path / "events.jsonl").as_uri())
    with transaction.atomic():
        append(Record(kind="system.started", actor="system:worker"))
    assert [one.sent for one in forward(settings)] == [0]
    write(1)
    assert [one.sent for one in forward(settings)] == [2]


def test_a_full_file_is_renamed_and_nothing_of_it_is_lost(write, settings_for, tmp_path):
    path = tmp_path / "events.jsonl"
    settings = settings_for(f"{path.as_uri()}?max_bytes=2000")
    for _ in range(4):
        write(2)
        forward(settings)
    full = sorted(tmp_path.glob("events-*.jsonl"))
    assert full
    found = [
        event for file in [*full, *([path] if path.exists() else [])] for event in lines_of(file)
    ]
    assert sequences(found) == list(range(8))


def test_half_a_line_of_a_killed_process_is_written_anew(write, settings_for, tmp_path):
    path = tmp_path / "events.jsonl"
    settings = settings_for(path.as_uri())
    write(2)
    forward(settings)
    with path.open("a") as file:
        file.write('{"half": "a li')
    write(1)
    forward(settings)
    assert sequences(lines_of(path)) == [0, 1, 2]


def test_a_folder_that_cannot_be_is_told_and_loses_nothing(write, settings_for, tmp_path):
    in_the_way = tmp_path / "in-the-way"
    in_the_way.touch()
    settings = settings_for((in_the_way / "events.jsonl").as_uri())
    write(1)
    (delivery,) = forward(settings)
    assert (delivery.sent, delivery.failure) == (0, "file exists")
    in_the_way.unlink()
    (delivery,) = forward(settings, at_once=True)
    assert delivery.sent == 1


def test_a_daemon_gets_each_event_as_a_message_of_rfc_5424(write, settings_for):
    with syslog_daemon() as daemon:
        write(3, kind="access.refused", details={"policies": ["device_known"], "act": "reveal"})
        assert [one.sent for one in forward(settings_for(f"syslog://127.0.0.1:{daemon.port}"))] == [
            3
        ]
        assert sequences(daemon.events) == [0, 1, 2]
        header = daemon.messages[0].split(b" ")
    # Facility 13, log audit; severity 5, notice.
    assert header[0] == b"<109>1"
    assert datetime.fromisoformat(header[1].decode()).tzinfo
    assert header[3] == b"makegood"
    assert header[5] == b"access.refused"
    assert header[6] == b"-"


def test_a_daemon_that_is_killed_while_it_reads_gets_everything_again(write, settings_for):
    with syslog_daemon(drops=2) as daemon:
        settings = settings_for(f"syslog+tcp://127.0.0.1:{daemon.port}")
        write(50)
        for _ in range(3):
            (delivery,) = forward(settings, at_once=True)
        assert delivery.sent == 50
        assert sequences(daemon.events) == list(range(50))
        assert daemon.connections == 3


def test_a_daemon_over_tls_is_known_by_its_certificate(write, settings_for, tmp_path):
    context, authorities = tls_context(tmp_path)
    with syslog_daemon(context=context) as daemon:
        address = f"syslog+tls://127.0.0.1:{daemon.port}"
        write(2)
        (refused,) = forward(settings_for(address))
        assert refused.sent == 0
        assert refused.failure
        assert daemon.messages == []
        (delivery,) = forward(settings_for(address, events_ca=authorities), at_once=True)
        assert delivery.sent == 2
        assert sequences(daemon.events) == [0, 1]


def test_a_daemon_that_never_reads_is_given_up_after_a_while():
    event = {"severity_id": 1, "time": 0, "metadata": {"event_code": "system.started"}}
    with syslog_daemon(hangs=True) as daemon:
        hanging = SyslogDestination("tcp", "127.0.0.1", daemon.port, timeout_seconds=0.3)
        with pytest.raises(NotDelivered, match="no answer in time"):
            hanging.deliver([event])


def test_datagrams_are_sent_one_for_each_event(write, settings_for):
    with datagram_daemon() as listener:
        write(2)
        port = listener.getsockname()[1]
        assert [d.sent for d in forward(settings_for(f"syslog+udp://127.0.0.1:{port}"))] == [2]
        received = [event_in(listener.recv(65_535)) for _ in range(2)]
    assert sequences(received) == [0, 1]


def test_an_endpoint_gets_lines_of_json_with_the_header_that_was_set(write, settings_for):
    with endpoint() as server:
        settings = settings_for(server.url, events_authorization=SecretStr("Bearer abc"))
        write(3)
        assert [one.sent for one in forward(settings)] == [3]
        assert sequences(server.events) == [0, 1, 2]
        assert server.headers[0]["Authorization"] == "Bearer abc"
        assert server.headers[0]["Content-Type"] == "application/x-ndjson"


@pytest.mark.parametrize("status", [500, 503, 400, 401, 302])
def test_an_endpoint_that_refuses_gets_the_same_events_later(write, settings_for, status):
    with endpoint(answers=[status]) as server:
        settings = settings_for(server.url)
        write(3)
        (delivery,) = forward(settings)
        assert delivery.failure == f"it answers {status}"
        assert server.events == []
        (delivery,) = forward(settings, at_once=True)
        assert delivery.sent == 3
        assert sequences(server.events) == [0, 1, 2]


def test_an_endpoint_that_takes_less_at_once_gets_less_at_once(write, settings_for):
    with endpoint(events_max=3) as server:
        write(20)
        assert [one.sent for one in forward(settings_for(server.url))] == [20]
        assert sequences(server.events) == list(range(20))


def test_an_endpoint_that_hangs_is_given_up():
    with endpoint(hangs_seconds=5) as server:
        hanging = HttpDestination(server.url, answer_seconds=0.3)
        with pytest.raises(NotDelivered, match="no answer in time"):
            hanging.deliver([{"metadata": {"sequence": 0}}])


def test_after_failures_it_is_tried_later_and_later(write, settings_for):
    start = datetime(2026, 11, 17, 5, 0, tzinfo=UTC)
    waits = []
    with endpoint(answers=[500] * 12) as server:
        settings = settings_for(server.url)
        write(1)
        instant = start
        for _ in range(12):
            with clock.use(FixedClock(instant)):
                (delivery,) = forward(settings)
                assert delivery.failure
                (again,) = forward(settings)
                assert again.waits
                (backlog,) = backlogs(settings)
            retry_at = backlog.progress.retry_at
            assert retry_at
            waits.append((retry_at - instant).total_seconds())
            instant = retry_at + timedelta(milliseconds=1)
        assert server.posts == 12
        assert waits[:4] == [1, 2, 4, 8]
        assert waits[-1] == 300
        with clock.use(FixedClock(instant)):
            (delivery,) = forward(settings)
        assert delivery.sent == 1
        assert backlogs(settings)[0].progress.failures == 0


def test_an_endpoint_that_says_when_to_come_again_is_heard(write, settings_for):
    instant = datetime(2026, 11, 17, 5, 0, tzinfo=UTC)
    with endpoint(answers=[429]) as server, clock.use(FixedClock(instant)):
        settings = settings_for(server.url)
        write(1)
        forward(settings)
        (backlog,) = backlogs(settings)
    assert backlog.progress.retry_at == instant + timedelta(seconds=120)


def test_a_broken_destination_keeps_no_other_waiting(write, settings_for, tmp_path):
    path = tmp_path / "events.jsonl"
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with endpoint(answers=[500] * 3) as server:
        settings = settings_for(f"syslog+tcp://127.0.0.1:{port}", server.url, path.as_uri())
        write(5)
        unreachable, refused, filed = forward(settings)
        assert (unreachable.failure, refused.failure) == ("connection refused", "it answers 500")
        assert filed.sent == 5
        assert sequences(lines_of(path)) == list(range(5))
        assert [one.events for one in backlogs(settings)] == [5, 5, 0]


def test_two_workers_at_once_send_nothing_twice(write, settings_for):
    with endpoint(hangs_seconds=0.05) as server:
        settings = settings_for(server.url)
        write(500)
        with ThreadPoolExecutor(4) as threads:
            deliveries = list(threads.map(lambda _: forward(settings)[0], range(4)))
        assert sum(one.sent for one in deliveries) == 500
        assert sequences(server.events) == list(range(500))


CHILD = """
import os
from makegood.configuration import Settings
from makegood.project import prepared
with prepared(migrate=False):
    from makegood.trust.monitoring import forward
    from makegood.trust.monitoring import forwarding
    forwarding.BATCH_EVENTS = 5
    forward(Settings.load())
"""


def test_a_worker_killed_at_any_moment_loses_no_event(write, settings_for, database):
    """Killed twice in the middle; what came twice is told by its sequence."""
    with endpoint(hangs_seconds=0.02) as server:
        write(300)
        environment = database.environment | {"MAKEGOOD_EVENTS": json.dumps([server.url])}
        for _ in range(2):
            worker = subprocess.Popen([sys.executable, "-c", CHILD], env=environment)
            before = server.posts
            deadline = time.monotonic() + 30
            while server.posts < before + 3 and time.monotonic() < deadline:
                time.sleep(0.01)
            worker.kill()
            worker.wait()
        while forward(settings_for(server.url), at_once=True)[0].sent or not server.events:
            pass
        received = sequences(server.events)
    assert sorted(set(received)) == list(range(300))
    assert list(dict.fromkeys(received)) == list(range(300))


@pytest.mark.parametrize(
    "address",
    [
        "ftp://host/x",
        "file://host/x",
        "file:///folder/",
        "file:///x?max_bytes=few",
        "syslog://",
        "syslog+tcp://host/path",
        "https://",
        "https://host:port/",
    ],
)
def test_an_address_that_is_none_is_told_without_repeating_it(settings_for, address):
    with pytest.raises(MakegoodError) as error:
        forward(settings_for(address))
    assert error.value.findings[0].code == "MG790"
    assert address not in error.value.findings[0].message


def test_an_address_that_stands_twice_is_told(settings_for):
    with pytest.raises(MakegoodError) as error:
        forward(settings_for("https://host/x?a=1", "https://host/x?a=2"))
    assert error.value.findings[0].code == "MG790"


def test_the_name_of_an_endpoint_holds_no_secret(settings_for):
    (backlog,) = backlogs(settings_for("https://user:secret@host.example/x?token=secret"))
    assert backlog.destination == "https://host.example/x"
