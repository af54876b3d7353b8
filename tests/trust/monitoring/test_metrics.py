"""Metrics tell what is in the database, the same from every process, to few addresses only."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from prometheus_client.parser import text_string_to_metric_families

from makegood.kernel import FixedClock
from makegood.trust import clock
from makegood.trust.audit import publish_checkpoint
from makegood.trust.keys import MasterKey
from makegood.trust.monitoring import MetricsMiddleware, count_log, forward
from makegood.trust.monitoring.durations import note_request, write_counts
from makegood.trust.monitoring.metrics import _records, metrics_text
from makegood.trust.monitoring.metrics_page import may_read
from makegood.trust.vault import Person, store_person
from tests.trust.monitoring.receivers import endpoint

NOON = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)


@pytest.fixture
def read(settings_for):
    """The metrics as Prometheus reads them: values by name and labels."""
    _records.clear()

    def values(settings=None):
        text = metrics_text(settings or settings_for()).decode()
        return {
            (sample.name, *sorted(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    return values


def test_entries_decisions_and_what_an_operator_watches_are_counted(write, read):
    write(3, details={"act": "reveal"})
    write(2, kind="access.refused", details={"act": "reveal"})
    write(1, kind="staff.sign_in_failed")
    write(4, kind="staff.locked_out")
    values = read()
    assert values["makegood_log_entries_total", "personal_data.revealed"] == 3
    assert values["makegood_decisions_total", "allowed", "reveal"] == 3
    assert values["makegood_decisions_total", "refused", "reveal"] == 2
    assert values[("makegood_reveals_total",)] == 3
    assert values[("makegood_refusals_total",)] == 2
    assert values[("makegood_sign_in_failures_total",)] == 1
    assert values[("makegood_lock_outs_total",)] == 4
    assert values[("makegood_log_size",)] == 10
    assert values[("makegood_log_waiting",)] == 0
    assert read() == values


def test_the_age_of_the_newest_checkpoint_is_told(write, read, settings_for):
    write(3)
    assert ("makegood_log_checkpoint_age_seconds",) not in read()
    settings = settings_for()
    with clock.use(FixedClock(NOON)):
        publish_checkpoint(MasterKey.open(settings), settings.log_origin, "system:worker")
    with clock.use(FixedClock(NOON + timedelta(seconds=90))):
        assert read()[("makegood_log_checkpoint_age_seconds",)] == 90


def test_the_backlog_of_each_destination_is_told(write, read, settings_for):
    with endpoint(answers=[500]) as server:
        settings = settings_for(server.url, "file:///nowhere/events.jsonl")
        write(5)
        values = read(settings)
        assert values["makegood_events_waiting", server.url] == 5
        forward(settings)
        values = read(settings)
        assert values["makegood_events_failures", server.url] == 1
        forward(settings, at_once=True)
        assert read(settings)["makegood_events_waiting", server.url] == 0


def test_a_setting_that_cannot_be_used_hides_no_other_metric(write, read, settings_for):
    write(1)
    values = read(settings_for("ftp://host"))
    assert values["makegood_events_failures", "settings"] == 1
    assert values[("makegood_log_size",)] == 1


def test_records_of_the_vault_are_told_by_generation(database, read, monkeypatch):
    monkeypatch.setenv("MAKEGOOD_HOME", str(database.home))
    for number in range(3):
        store_person(Person(f"C{number}", "김민수", "010-1234-5678"), actor="console:tester")
    assert read()["makegood_vault_records", "1", "person"] == 3


def test_the_sign_of_life_of_the_worker_is_told(database, read):
    with database.program.connect() as program:
        program.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [NOON])
    with clock.use(FixedClock(NOON + timedelta(seconds=7))):
        values = read()
    assert values[("makegood_workers",)] == 1
    assert values[("makegood_worker_heartbeat_age_seconds",)] == 7


def test_durations_of_requests_are_classes_that_add_up(read):
    for seconds in (0.01, 0.03, 0.2, 20):
        note_request("/people/<id>", "GET", 200, seconds)
    values = read()
    bucket = "makegood_request_seconds_bucket"
    labels = ("/people/<id>", "2xx", "GET")
    assert values[(bucket, *sorted([*labels, "0.025"]))] == 1
    assert values[(bucket, *sorted([*labels, "0.25"]))] == 3
    assert values[(bucket, *sorted([*labels, "+Inf"]))] == 4
    assert values[("makegood_request_seconds_count", *sorted(labels))] == 4
    assert values[("makegood_request_seconds_sum", *sorted(labels))] == pytest.approx(20.24)


CHILD = """
from makegood.project import prepared
with prepared(migrate=False):
    from makegood.trust.monitoring import count_log
    from makegood.trust.monitoring.durations import note_request, write_counts
    for _ in range(5):
        note_request("/", "GET", 200, 0.01)
    write_counts()
    count_log()
"""


def test_several_processes_agree_and_count_nothing_twice(write, read, database):
    write(500)
    children = [
        subprocess.Popen([sys.executable, "-c", CHILD], env=database.environment) for _ in range(2)
    ]
    count_log()
    assert [child.wait(60) for child in children] == [0, 0]
    values = read()
    assert values["makegood_log_entries_total", "personal_data.revealed"] == 500
    labels = sorted(["/", "2xx", "GET"])
    assert values[("makegood_request_seconds_count", *labels)] == 10


def test_a_page_is_given_though_it_cannot_be_counted(database):
    with database.superuser.connect(autocommit=True) as superuser:
        superuser.execute("REVOKE INSERT, UPDATE ON monitoring_tally FROM makegood_program")
    note_request("/", "GET", 200, 0.01)
    write_counts()
    with database.superuser.connect(autocommit=True) as superuser:
        superuser.execute("GRANT INSERT, UPDATE ON monitoring_tally TO makegood_program")
    write_counts()
    with database.program.connect() as program:
        row = program.execute("SELECT sum(count) FROM monitoring_tally WHERE metric = 'request'")
        assert row.fetchone() == (1,)


@pytest.mark.parametrize(
    ("address", "headers", "allowed"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("198.51.100.4", {}, True),
        ("::ffff:198.51.100.4", {}, True),
        ("192.0.2.4", {}, False),
        ("203.0.113.9", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, False),
        ("198.51.100.4", {"Forwarded": "for=203.0.113.9"}, False),
        ("", {}, False),
        ("nonsense", {}, False),
    ],
)
def test_metrics_are_for_this_machine_and_the_addresses_that_were_set(
    settings_for, address, headers, allowed
):
    settings = settings_for(metrics_networks=(ip_network("198.51.100.0/24"),))
    request = RequestFactory().get("/metrics", REMOTE_ADDR=address, headers=headers)
    assert may_read(request, settings) is allowed


@pytest.mark.parametrize("address", ["127.0.0.1", "198.51.100.7"])
def test_metrics_are_not_for_the_address_of_a_proxy(settings_for, address):
    settings = settings_for(
        metrics_networks=(ip_network("198.51.100.0/24"),), proxies=(ip_network(f"{address}/32"),)
    )
    assert not may_read(RequestFactory().get("/metrics", REMOTE_ADDR=address), settings)


@pytest.mark.usefixtures("database")
def test_the_page_answers_for_metrics_only_and_says_nothing_to_strangers():
    def page(request):
        answer = MetricsMiddleware(lambda _: HttpResponse("elsewhere"))(request)
        assert isinstance(answer, HttpResponse)
        return answer

    get = RequestFactory().get
    answer = page(get("/metrics"))
    assert answer.status_code == 200
    assert b"makegood_log_size" in answer.content
    assert answer["Content-Type"].startswith("text/plain")
    assert page(get("/metrics", REMOTE_ADDR="203.0.113.9")).status_code == 404
    assert page(get("/other")).content == b"elsewhere"
    assert page(RequestFactory().post("/metrics")).content == b"elsewhere"


def test_no_label_names_a_person(write, settings_for):
    write(3, person="C0001", subject="customer:C0001", details={"act": "reveal"})
    text = metrics_text(settings_for()).decode()
    assert "C0001" not in text
    assert "bora" not in text
