"""One form for all lines of all processes; nothing personal in any of them."""

import json
import logging
import warnings
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
import structlog
from django.http import HttpResponse
from django.test import RequestFactory

from makegood.kernel import Finding, FixedClock, MakegoodError
from makegood.trust import clock
from makegood.trust.monitoring import RequestMiddleware, request_id, set_up_logs
from makegood.trust.vault import Person

pytestmark = pytest.mark.usefixtures("database")

SECRETS = ("김민수", "1234-5678", "12345678", "kim@example.com", "110-123-456789", "hunter2")


@pytest.fixture
def lines(capsys, own_log):  # noqa: ARG001 - the log is set up anew
    """What is written to the standard error, line by line, as JSON."""
    set_up_logs({"format": "json", "level": "info"})
    capsys.readouterr()

    def written():
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    with clock.use(FixedClock(datetime(2026, 11, 17, 5, 0, tzinfo=UTC))):
        yield written


def test_a_line_says_when_how_grave_who_and_what_in_this_order(lines):
    structlog.get_logger("makegood.test").warning("the disk is nearly full", free_bytes=12)
    (line,) = lines()
    assert list(line) == ["at", "level", "logger", "event", "free_bytes"]
    assert line["at"] == "2026-11-17T05:00:00.000+00:00"
    assert (line["level"], line["logger"]) == ("warning", "makegood.test")
    assert (line["event"], line["free_bytes"]) == ("the disk is nearly full", 12)


@pytest.mark.parametrize(
    "name", ["django.request", "procrastinate.worker", "granian", "_granian", "makegood.worker"]
)
def test_libraries_write_in_the_same_form(lines, name):
    logging.getLogger(name).error("job %s failed for %s", 7, "010-1234-5678")
    (line,) = lines()
    assert line["logger"] == name
    assert line["event"] == "job 7 failed for [phone]"


def test_warnings_go_to_the_log(lines):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old way, see kim@example.com", DeprecationWarning, stacklevel=1)
    (line,) = lines()
    assert line["logger"] == "py.warnings"
    assert "kim@" not in line["event"]


def test_what_is_below_the_level_is_not_written(lines):
    structlog.get_logger("makegood").debug("nothing")
    logging.getLogger("makegood").debug("nothing")
    assert lines() == []


def test_personal_keys_are_dropped_wherever_they_stand(lines):
    structlog.get_logger("makegood").info(
        "call",
        phone="x",
        name="김민수",
        customer_id="C0001",
        request={"headers": {"Cookie": "hunter2"}, "inner": [{"e_mail": 1, "X-Token": "hunter2"}]},
        _phone="010-1234-5678",
        new_password="hunter2",  # noqa: S106 - a planted one
        session_key="hunter2",
    )
    (line,) = lines()
    assert line["customer_id"] == "C0001"
    assert line["request"] == {"inner": [{"e_mail": 1}]}
    assert not [secret for secret in SECRETS if secret in json.dumps(line, ensure_ascii=False)]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call 010-1234-5678 now", "call [phone] now"),
        ("01012345678", "[phone]"),
        ("+82 10 1234 5678", "[phone]"),
        ("(02) 123-4567", "([phone]"),
        ("０１０-１２３４-５６７８", "[phone]"),
        ("write to kim.minsu+x@mail.example.co.kr.", "write to [e-mail]."),
        ("account 110-123-456789", "account [number]"),
        ("account 11012345678901", "account [number]"),
        ("850307-1234567", "[registration number]"),
        ("at 2026-11-17 05:00:00 it was 2026-11", "at 2026-11-17 05:00:00 it was 2026-11"),
        ("198.51.100.7:8000, 4,500,000 won", "198.51.100.7:8000, 4,500,000 won"),
        ("CALL-2026-00017", "CALL-2026-00017"),
        ("019a0000-0000-7000-8000-000000000001", "019a0000-0000-7000-8000-000000000001"),
        ("9f86d081884c7d659a2feaa0c55ad015", "9f86d081884c7d659a2feaa0c55ad015"),
    ],
)
def test_what_looks_like_a_number_or_address_is_masked_in_any_text(lines, text, masked):
    structlog.get_logger("makegood").info(text, deep=[{"note": text}])
    (line,) = lines()
    if masked != "([phone]":
        assert line["event"] == masked
    assert line["deep"][0]["note"] == line["event"]
    assert "4567" not in line["event"]


def test_an_object_is_named_by_its_type_and_plain_values_stay(lines):
    number = uuid4()
    person = Person("C0001", "김민수", "010-1234-5678")
    structlog.get_logger("makegood").info("x", who=person, id=number, done=True, none=None)
    (line,) = lines()
    assert line["who"] == "<Person>"
    assert (line["id"], line["done"], line["none"]) == (str(number), True, None)


def failing(text):
    raise ValueError(text)


def test_a_fault_tells_where_it_was_and_nothing_that_was_said(lines):
    try:
        failing("no such person: 김민수 010-1234-5678")
    except ValueError:
        structlog.get_logger("makegood").exception("the page is broken")
        logging.getLogger("django.request").error("broken", exc_info=True)
    for line in lines():
        assert "ValueError" in line["fault"]
        assert "test_logs.py" in line["fault"]
        assert "in failing" in line["fault"]
        assert "김민수" not in line["fault"]
        assert "exc_info" not in line


def test_causes_are_told_too_and_findings_keep_their_words(lines):
    def cause():
        try:
            failing("김민수")
        except ValueError as error:
            raise MakegoodError(Finding("MG790", "an address is of no known kind")) from error

    try:
        cause()
    except MakegoodError:
        structlog.get_logger("makegood").exception("broken")
    (line,) = lines()
    assert "ValueError" in line["fault"]
    assert "MakegoodError: an address is of no known kind" in line["fault"]
    assert "김민수" not in line["fault"]


def test_a_fault_of_the_database_tells_its_state_and_no_value(lines):
    try:
        raise psycopg.errors.UniqueViolation("Key (phone)=(김민수) already exists")
    except psycopg.Error:
        structlog.get_logger("makegood").exception("broken")
    (line,) = lines()
    assert "UniqueViolation (SQLSTATE 23505)" in line["fault"]
    assert "김민수" not in line["fault"]


@pytest.mark.usefixtures("lines")
def test_plain_is_for_people(capsys):
    set_up_logs({"format": "plain", "level": "info"})
    structlog.get_logger("makegood").info("started", port=8000)
    text = capsys.readouterr().err
    assert "started" in text
    assert "8000" in text
    assert not text.startswith("{")


def test_setting_up_again_writes_each_line_once(lines):
    set_up_logs({"format": "json", "level": "info"})
    structlog.get_logger("makegood").info("once")
    assert len(lines()) == 1


def answered(request, view):
    return RequestMiddleware(view)(request)


def test_a_request_has_an_id_in_its_lines_and_in_its_answer(lines):
    seen = []

    def view(_):
        seen.append(request_id())
        logging.getLogger("makegood.inside").info("at work")
        return HttpResponse("ok")

    answer = answered(RequestFactory().get("/people?phone=010-1234-5678"), view)
    assert answer["X-Request-ID"] == seen[0]
    assert len(seen[0]) == 32
    inside, told = lines()
    assert inside["request"] == told["request"] == seen[0]
    assert told["event"] == "request"
    assert (told["method"], told["status"], told["page"]) == ("GET", 200, "unknown")
    assert "people" not in json.dumps(told)
    assert request_id() == ""


def test_an_id_of_the_proxy_is_kept_if_it_is_one():
    def view(_):
        return HttpResponse("ok")

    proxied = RequestFactory().get("/", headers={"X-Request-ID": "0123456789abcdef"})
    assert answered(proxied, view)["X-Request-ID"] == "0123456789abcdef"
    forged = RequestFactory().get("/", headers={"X-Request-ID": "010-1234-5678 injected"})
    assert answered(forged, view)["X-Request-ID"] != "010-1234-5678 injected"


@pytest.mark.parametrize(
    "path", ["/centre/gildong-hong-1985", "/account/invitation/s3cr3t-invite/x"]
)
def test_an_address_that_was_asked_for_is_not_written(lines, path):
    from django.test import Client

    Client(headers={"host": "localhost"}).get(path)
    Client(headers={"host": "gildong-hong.invalid"}).get("/account/sign-in/")
    written = lines()
    told = [line["event"] for line in written if line["logger"].startswith("django.")]
    assert "Not Found: (no route)" in told
    assert any(event.startswith("DisallowedHost: ") for event in told)
    everything = json.dumps(written)
    assert "gildong" not in everything
    assert "s3cr3t" not in everything
