"""What only HTTP has: waits, refusals, lost answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pydantic import SecretStr

from makegood.channels import ChannelName, NotSent, Taken
from makegood.channels.web import WebChannel
from makegood.channels.web.fake import FakeProvisioning, WebBehaviour
from makegood.channels.web.pace import RETRY_AFTER_SECONDS_MAX, Pace, Patience
from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from tests.channels.contract import keys_of, outcomes, shipment_of, take_in

QUICK = Patience(tries=4, first_seconds=0.01, longest_seconds=0.05)
Answer = tuple[int, dict[str, str], Any]


@contextmanager
def scripted(*answers: Answer | None) -> Iterator[tuple[str, list[tuple[str, str, Any]]]]:
    """A server that gives these answers in order, the last one for good; what it was asked."""
    asked: list[tuple[str, str, Any]] = []
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            asked.append((self.command, self.path, dict(self.headers)))
            self.rfile.read(length)
            said = left.pop(0) if len(left) > 1 else left[0]
            if said is None:
                self.close_connection = True
                return
            status, headers, body = said
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = answer  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()


DONE: Answer = (200, {}, {"outcome": "done", "at": "2026-02-01T00:00:00+00:00"})


def channel_to(url: str, tmp_path: Path, **changes: Any) -> WebChannel:
    settings = Settings(
        home=tmp_path, provisioning_url=url, provisioning_requests_per_second=5_000, **changes
    )
    return WebChannel(settings, QUICK)


def one(tmp_path: Path, count: int = 1):
    return shipment_of(tmp_path / "items", ChannelName.PROVISIONING, 1, count)


def test_a_request_carries_its_key_and_who_we_are(tmp_path: Path) -> None:
    shipment = one(tmp_path)
    with scripted(DONE) as (url, asked):
        channel_to(url, tmp_path, provisioning_authorization=SecretStr("Bearer s3cret")).send(
            shipment
        )
    [(method, path, headers)] = asked
    assert (method, path) == ("POST", "/items")
    assert headers["Idempotency-Key"] == f'"{keys_of(shipment)[0]}-01"'
    assert headers["Authorization"] == "Bearer s3cret"


def test_an_unanswered_request_is_asked_about_before_it_is_sent_again(tmp_path: Path) -> None:
    absent: Answer = (404, {}, {})
    with scripted(None, (502, {}, {}), absent, DONE) as (url, asked):
        channel_to(url, tmp_path).send(one(tmp_path))
    # The server's error to the question leaves it as open as before.
    assert [method for method, _, _ in asked] == ["POST", "GET", "GET", "POST"]
    assert len({headers.get("Idempotency-Key") for m, _, headers in asked if m == "POST"}) == 1


def test_too_many_requests_are_waited_for_and_sent_again_without_a_question(tmp_path: Path) -> None:
    with scripted((429, {"Retry-After": "0"}, {}), (429, {}, {}), DONE) as (url, asked):
        channel_to(url, tmp_path).send(one(tmp_path))
    assert [method for method, _, _ in asked] == ["POST", "POST", "POST"]


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404])
def test_a_server_that_refuses_us_fails_no_item(tmp_path: Path, status: int) -> None:
    with scripted((status, {}, {"outcome": "failed"})) as (url, _):
        channel = channel_to(url, tmp_path)
        with pytest.raises(MakegoodError) as error:
            channel.send(one(tmp_path))
        assert [finding.code for finding in error.value.findings] == ["MG806"]
        assert take_in(channel) == []
        assert channel.taken(one(tmp_path)) is Taken.PARTLY


def test_an_answer_that_tells_nothing_is_no_answer(tmp_path: Path) -> None:
    bodies = [[], {"outcome": "perhaps"}, {"outcome": "done", "at": "soon"}, "done"]
    with scripted(*[(200, {}, body) for body in bodies]) as (url, _):
        channel = channel_to(url, tmp_path)
        with pytest.raises(MakegoodError) as error:
            channel.send(one(tmp_path))
        assert [finding.code for finding in error.value.findings] == ["MG805"]
        assert not isinstance(error.value, NotSent)
        assert take_in(channel) == []


def test_without_a_server_nothing_leaves(tmp_path: Path) -> None:
    channel = channel_to("http://127.0.0.1:9", tmp_path)
    with pytest.raises(NotSent) as error:
        channel.send(one(tmp_path, 5))
    assert [finding.code for finding in error.value.findings] == ["MG800"]
    with scripted((404, {}, {}), DONE) as (url, asked):
        again = channel_to(url, tmp_path)
        assert again.taken(one(tmp_path, 5)) is Taken.NO
        again.send(one(tmp_path, 5))
    # It was in doubt, so everything was asked about.
    assert asked[0][0] == "GET"


class GoesAway(FakeProvisioning):
    """Carries out so many requests and then drops every connection, until it is back."""

    is_back = False
    patient_for = 256

    def bring(self, key: str, body: dict[str, Any]) -> tuple[int, dict[str, Any] | None]:
        here = self.is_back or self.requests < self.patient_for
        return super().bring(key, body) if here else (0, None)

    def look(self, key: str) -> tuple[int, dict[str, Any] | None]:
        return super().look(key) if self.is_back else (0, None)


def test_a_server_that_goes_away_in_the_middle_is_gone_on_with(tmp_path: Path) -> None:
    server = GoesAway(tmp_path / "server", behaviour=WebBehaviour(failed=100))
    shipment = one(tmp_path, 300)
    with server.served() as url:
        channel = channel_to(url, tmp_path)
        with pytest.raises(MakegoodError, match="went away after 256 of 300"):
            channel.send(shipment)
        server.is_back = True
        again = channel_to(url, tmp_path)
        assert again.taken(shipment) is Taken.PARTLY
        again.send(shipment)
        # What was answered stays so; the others were asked about, and then brought.
        assert server.requests == 256 + 2 * 44
    told = outcomes(take_in(again))
    assert len(told) == 300
    done = {key for (key, _), said in told.items() if said == {"done"}}
    assert server.granted() == dict.fromkeys(done, 1)


def test_an_item_that_is_still_worked_on_is_answered_when_it_is_asked_about(tmp_path: Path) -> None:
    server = FakeProvisioning(tmp_path / "server", behaviour=WebBehaviour(pending=1000))
    shipment = one(tmp_path, 5)
    with server.served() as url:
        channel = channel_to(url, tmp_path)
        channel.send(shipment)
        assert channel.taken(shipment) is Taken.YES
        assert take_in(channel) == []
        channel.ask(shipment, keys_of(shipment)[:2])
    assert {key for key, _ in outcomes(take_in(channel))} == set(keys_of(shipment)[:2])


def test_waits_grow_are_drawn_and_heed_the_server() -> None:
    patience = Patience(tries=9, first_seconds=1, longest_seconds=8)
    for failures, most in ((1, 1), (2, 2), (4, 8), (9, 8)):
        drawn = [patience.wait_seconds(failures) for _ in range(50)]
        assert 0 <= min(drawn) < max(drawn) <= most
    assert patience.wait_seconds(1, 30) == 30
    assert patience.wait_seconds(1, 86_400) == RETRY_AFTER_SECONDS_MAX


def test_requests_do_not_follow_each_other_faster_than_allowed() -> None:
    time = [0.0]
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        time[0] += seconds

    pace = Pace(10, clock=lambda: time[0], sleep=sleep)
    for _ in range(21):
        pace.wait()
    assert time[0] == pytest.approx(2.0)
    pace.hold(5)
    pace.wait()
    assert time[0] == pytest.approx(7.0)


def test_a_torn_line_of_the_journal_loses_only_itself(tmp_path: Path) -> None:
    shipment = one(tmp_path, 3)
    with scripted(DONE) as (url, asked):
        channel_to(url, tmp_path).send(shipment)
        [journal] = (tmp_path / "exchange" / "provisioning-http" / "sent").glob("*.jsonl")
        text = journal.read_bytes()
        journal.write_bytes(text[: text.rindex(b'{"closed"') - 30])
        channel = channel_to(url, tmp_path)
        assert channel.taken(shipment) is Taken.PARTLY
        channel.send(shipment)
        assert channel.taken(shipment) is Taken.YES
    assert [method for method, _, _ in asked][3:] == ["GET"]
