"""``events …`` at the console."""

import json

import pytest
from typer.testing import CliRunner

from makegood.cli.events import commands
from tests.trust.monitoring.receivers import endpoint


@pytest.fixture
def types(database, monkeypatch):
    """Runs a command with these destinations; its exit code and what it says."""
    for name in ("MAKEGOOD_HOME", "MAKEGOOD_DATABASE_URL", "MAKEGOOD_DATABASE_OWNER_URL"):
        monkeypatch.setenv(name, database.environment[name])
    monkeypatch.setenv("COLUMNS", "200")

    def typed(*words, events=()):
        monkeypatch.setenv("MAKEGOOD_EVENTS", json.dumps(events))
        result = CliRunner().invoke(commands, list(words))
        return result.exit_code, result.stdout

    return typed


def test_without_a_destination_events_go_nowhere(types):
    assert types("status") == (0, "events go nowhere: MAKEGOOD_EVENTS is empty\n")


def test_what_waits_is_told_and_sent(types, write):
    write(7)
    with endpoint() as server:
        _, text = types("status", "--json", events=[server.url])
        (before,) = json.loads(text)
        assert before["destination"] == server.url
        # The start of the program is in the log as well.
        assert before["waiting"] >= 7
        code, told = types("send", events=[server.url])
        assert (code, told) == (0, f"{server.url}: {len(server.events)} sent\n")
        codes = [event["metadata"]["event_code"] for event in server.events]
        assert codes.count("personal_data.revealed") == 7
        assert codes.count("access.permitted") == 1, "that they were sent is decided and recorded"
        assert "never" not in types("status", events=[server.url])[1]


def test_a_failure_is_told_with_the_exit_code_and_the_next_send_does_not_wait(types, write):
    write(2)
    with endpoint(answers=[503]) as server:
        code, told = types("send", events=[server.url])
        assert (code, told) == (1, f"{server.url}: 0 sent; it answers 503\n")
        assert "it answers 503 (1×)" in types("status", events=[server.url])[1]
        code, text = types("send", "--json", events=[server.url])
        assert (code, json.loads(text)[0]["sent"]) == (0, len(server.events))
        codes = [event["metadata"]["event_code"] for event in server.events]
        assert codes.count("personal_data.revealed") == 2
