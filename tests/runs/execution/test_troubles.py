"""The same trouble of every round is told once: when it begins, changes, and is over."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from makegood.channels import Outcome
from makegood.kernel import Finding, FixedClock, MakegoodError
from makegood.runs import Step, send_due, standing_troubles, work
from makegood.runs.troubles import note, report
from makegood.trust import clock
from tests.runs.execution.hand_made import hand_made, key_of
from tests.runs.execution.outside import Outside

pytestmark = pytest.mark.usefixtures("settings")
BEGAN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
OLD_FACTS = "error MG872: nothing of 'kt-2025' is planned for 2026-03-01: 47 days away"
OLDER_FACTS = OLD_FACTS.replace("47", "48")


def after(**passed: float):
    return clock.use(FixedClock(BEGAN + timedelta(**passed)))


def plan(*words: str) -> list[str]:
    return note({Step.PLAN: list(words)}).lines


def test_a_trouble_is_told_when_it_begins_and_not_again_a_round_later():
    for seconds in range(0, 600, 2):
        with after(seconds=seconds):
            assert plan(OLD_FACTS) == ([] if seconds else [OLD_FACTS])
            [standing] = standing_troubles()
            assert (standing.step, standing.words, standing.since) == (Step.PLAN, OLD_FACTS, BEGAN)


def test_the_same_trouble_twice_in_a_round_is_told_once():
    with after():
        assert plan(OLD_FACTS, OLD_FACTS) == [OLD_FACTS]


def test_what_lasts_is_told_again_after_six_hours_with_since_when():
    with after():
        plan(OLD_FACTS)
    with after(hours=5):
        assert plan(OLD_FACTS) == []
    with after(hours=6):
        assert plan(OLD_FACTS) == [f"since 2026-03-01 09:00+00:00: {OLD_FACTS}"]
    with after(hours=7):
        assert plan(OLD_FACTS) == []


def test_what_changes_is_told_and_what_it_was_before_is_over():
    with after():
        plan(OLD_FACTS)
    with after(minutes=1):
        assert plan(OLDER_FACTS) == [OLDER_FACTS]
    with after(minutes=21):
        assert plan(OLDER_FACTS) == [f"over: {OLD_FACTS}"]
        assert [each.words for each in standing_troubles()] == [OLDER_FACTS]


def test_it_is_over_when_no_round_has_seen_it_for_three_minutes():
    not_let_go = "error MG801: the bank is not set up"
    with after():
        note({Step.RELEASE: [not_let_go]})
    with after(minutes=2):
        assert note({Step.RELEASE: []}).lines == []
    with after(minutes=3):
        assert standing_troubles() == []
        assert note({Step.RELEASE: []}).lines == [f"over: {not_let_go}"]
        assert note({Step.RELEASE: []}).lines == []
    with after(minutes=9):
        assert note({Step.RELEASE: [not_let_go]}).lines == [not_let_go]


@pytest.mark.parametrize("step", [Step.PLAN, Step.CHECK])
def test_what_fails_after_long_is_not_over_while_it_is_tried_again(step):
    """Another worker, which leaves it to the one that has it in hand, finds nothing wrong."""
    fails = "error MG866: items-00001.parquet of run 0b9c1d2e is not what was planned"
    with after():
        assert note({step: [fails]}).lines == [fails]
    for minutes in range(1, 30):
        with after(minutes=minutes):
            found = [] if minutes % 10 else [fails]
            assert note({step: found}).lines == []
            assert [each.words for each in standing_troubles()] == [fails]
    with after(minutes=40):
        assert note({step: []}).lines == [f"over: {fails}"]


def test_what_is_put_off_is_not_over_before_it_can_have_been_tried_again():
    """A shard that was not sent is tried again a quarter of an hour later at the latest."""
    silent = "shard 3 of run 0b9c1d2e was not sent: MG801 the partner cannot be reached"
    with after():
        assert note({Step.SEND: [silent]}).lines == [silent]
    with after(minutes=14):
        assert note({Step.SEND: []}).lines == []
        assert note({Step.SEND: [silent]}).lines == []
    with after(minutes=33):
        assert note({Step.SEND: []}).lines == []
    with after(minutes=34):
        assert note({Step.SEND: []}).lines == [f"over: {silent}"]


def test_a_step_that_was_not_tried_says_nothing_about_its_troubles():
    with after():
        plan(OLD_FACTS)
    with after(minutes=30):
        assert note({Step.SEND: []}).lines == []


def test_of_two_workers_one_tells():
    with after():
        assert plan(OLD_FACTS) == [OLD_FACTS]
        assert plan(OLD_FACTS) == []
    with after(minutes=25):
        assert plan() == [f"over: {OLD_FACTS}"]
        assert plan() == []


def test_the_log_is_told_with_it(caplog):
    with caplog.at_level(logging.WARNING, logger="makegood.runs"):
        for seconds in (0, 2, 4):
            with after(seconds=seconds):
                report({Step.PLAN: [OLD_FACTS]})
        with after(minutes=21):
            report({Step.PLAN: []})
    assert caplog.messages == [OLD_FACTS, f"over: {OLD_FACTS}"]


def test_while_the_database_is_away_it_is_told_once_all_the_same(caplog):
    lost = "the database failed: OperationalError"
    port = connection.settings_dict["PORT"]
    with caplog.at_level(logging.WARNING, logger="makegood.runs"), after():
        connection.close()
        connection.settings_dict["PORT"] = "1"
        try:
            for _ in range(3):
                report({Step.PLAN: [lost]})
        finally:
            connection.settings_dict["PORT"] = port
            connection.close()
        assert caplog.messages == [lost]
        report({Step.PLAN: []})
    assert caplog.messages == [lost]


def test_rounds_of_work_tell_what_is_new_and_say_all_that_is_wrong(settings, monkeypatch):
    def fails(*_: object, **__: object) -> None:
        raise MakegoodError(Finding("MG801", "the bank is not set up", "set it up"))

    monkeypatch.setattr("makegood.runs.working.checked_runs", fails)
    with after():
        first, second = work(settings), work(settings)
    assert first.news == first.troubles
    assert (second.news, second.troubles) == ([], first.troubles)
    monkeypatch.undo()
    with after(minutes=5):
        third = work(settings)
    assert third.troubles == []
    assert third.news == [f"over: {first.troubles[0]}"]


def test_what_happened_once_is_told_once_and_is_never_over(settings, caplog):
    """Answers about nothing: nobody mends them, and nothing of them lasts."""
    outside = Outside()
    hand_made(settings)
    send_due(settings, "worker-1", channels=outside)
    outside.answer([(key_of(999), Outcome.DONE)])
    with caplog.at_level(logging.WARNING, logger="makegood.runs"):
        with after():
            first = work(settings, until_idle=True, channels=outside)
            assert standing_troubles() == []
        for minutes in (1, 5, 30):
            with after(minutes=minutes):
                later = work(settings, channels=outside)
                assert (later.news, later.findings) == ([], [])
    [words] = first.findings
    assert "answers from provisioning are about nothing that any run has" in words
    assert (first.troubles, first.news, caplog.messages) == ([], [], [words])
