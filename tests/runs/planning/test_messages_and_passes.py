"""Notices to whom a measure is for, reminders to who has not applied, passes that were chosen."""

import pyarrow.parquet as pq
import pytest

from makegood.kernel import MakegoodError
from makegood.programmes import load_messages, load_text
from makegood.publication import propose, publish
from makegood.redress.choices import choice_of, choose
from makegood.redress.claims import Application, submit
from makegood.redress.serving import load_holders, register
from makegood.runs import RunKind, RunState, check_run, demands, due, plan_run
from makegood.runs.planning.earlier import item_files
from makegood.trust.policy import Role
from makegood.trust.proposals import approve
from tests.programme_text import changed
from tests.redress.outage_lines import TEXT, console, line, published, snapshot
from tests.runs.planning.gift import at, items, left_out, on
from tests.staff_people import installed
from tests.trust.access.visitors import agent

NAME = "outage-2026"
LINES = {
    "A1": line(),
    "A2": line(),
    "A3": line(holder_age=10),
    "A4": line(holder_age=None),
    "B1": line(status="closed"),
}
MESSAGES = """\
makegood: 1
messages:
  told:
    for: notice
    by: [sms]
    text: {ko: '[{operator}] {says} {code}', en: '[{operator}] {says} {code}'}
  reminded:
    for: reminder
    by: [sms]
    text: {ko: '[{operator}] 아직입니다 {code}', en: '[{operator}] Not yet {code}'}
"""
TO_ALL = changed("    measure: credit\n    says", "    says", TEXT)


def in_force(text: str, messages: str = MESSAGES) -> None:
    programme = load_text(text)
    author = agent("sujin", Role.REMEDIATION_AUTHOR)
    words = load_messages(messages, programme)
    made = propose(author, programme, "the board agreed on it", messages=words)
    approve(made.proposal_id, by=agent("minho", Role.REMEDIATION_APPROVER).actor)
    publish(author, programme, words)


@pytest.fixture(autouse=True)
def settings(database, monkeypatch):
    with installed(database, monkeypatch), on(at(3, 6, 14)):
        yield database.settings


@pytest.fixture
def served(tmp_path):
    in_force(TEXT)
    register(console(), snapshot(tmp_path / "lines", LINES, text=TEXT), NAME)
    holders = tmp_path / "holders.csv"
    holders.write_text("line_id,customer_id\nA1,C0001\nA2,C0001\n")
    load_holders(console(), holders)


def entry(kind: RunKind, text: str = TEXT):
    return next(each for each in due(load_text(text), at(4, 30)) if each.kind is kind)


def customers(settings, run):
    return {
        row["line_id"]: row["customer_id"]
        for path in item_files(settings, run)
        for row in pq.read_table(path).to_pylist()
    }


@pytest.mark.usefixtures("served")
def test_a_notice_goes_to_the_holders_of_lines_that_its_measure_is_for(settings):
    run = plan_run(settings, NAME, entry(RunKind.NOTICE), "system:worker")
    assert customers(settings, run) == {"A1": "C0001", "A2": "C0001"}
    assert left_out(settings, run) == {
        "A3": "excluded:child",
        "A4": "undetermined",
        "B1": "not_in_scope",
    }
    assert (run.needs_release, run.texts["template"]) == (True, "told")
    assert run.texts["value.says"] == "신청하세요."
    assert run.messages_sha256
    assert check_run(settings, run.run_id).state is RunState.CHECKED


def test_a_notice_for_all_goes_to_whoever_is_in_a_base(settings, tmp_path):
    in_force(TO_ALL)
    register(console(), snapshot(tmp_path / "lines", LINES, text=TO_ALL), NAME)
    run = plan_run(settings, NAME, entry(RunKind.NOTICE, TO_ALL), "system:worker")
    assert set(items(settings, run)) == {"A1", "A2", "A3", "A4"}
    assert left_out(settings, run) == {"B1": "not_in_scope"}
    assert check_run(settings, run.run_id).state is RunState.CHECKED


@pytest.mark.usefixtures("served")
def test_a_reminder_goes_to_who_has_not_applied_when_it_is_planned(settings):
    submit(
        agent("bora"),
        Application(NAME, "credit", "A1", "web", "004", "110123456789", "김민수"),
        case="CALL-1",
    )
    run = plan_run(settings, NAME, entry(RunKind.REMINDER), "system:worker")
    assert set(items(settings, run)) == {"A2"}
    assert left_out(settings, run)["A1"] == "applied"
    assert check_run(settings, run.run_id).state is RunState.CHECKED


def test_a_notice_without_a_message_is_not_planned(settings, tmp_path):
    published(TEXT)
    register(console(), snapshot(tmp_path / "lines", LINES, text=TEXT), NAME)
    with pytest.raises(MakegoodError, match="MG867"):
        plan_run(settings, NAME, entry(RunKind.NOTICE), "system:worker")


@pytest.mark.usefixtures("served")
def test_what_was_chosen_is_given_the_next_morning_from_its_pool(settings):
    programme = load_text(TEXT)
    choose(agent("bora"), NAME, "pass", "A1", "music", "call_centre", case="CALL-1")
    assert [e for e in demands(programme, at(3, 7, 9)) if e.kind is RunKind.PASSES] == []
    with on(at(3, 7, 10)):
        [found] = [e for e in demands(programme, at(3, 7, 10)) if e.kind is RunKind.PASSES]
        assert found.due_at == at(3, 7, 10)
        run = plan_run(settings, NAME, found, "system:worker")
        [row] = pq.read_table(item_files(settings, run)[0]).to_pylist()
        assert (row["line_id"], row["detail"], row["customer_id"]) == ("A1", "music_pool", "C0001")
        assert left_out(settings, run)["A2"] == "not_chosen"
        chosen = choice_of(NAME, "pass", "A1")
        assert chosen
        assert chosen.state.value == "granting"
        assert check_run(settings, run.run_id).state is RunState.CHECKED
        assert [e for e in demands(programme, at(3, 7, 11)) if e.kind is RunKind.PASSES] == []


def test_messages_that_are_over_are_skipped_and_everything_else_is_made_up_for():
    from datetime import timedelta

    from makegood.runs.planning import is_over

    programme = load_text(TEXT)
    notice = next(e for e in due(programme, at(4, 30)) if e.kind is RunKind.NOTICE)
    reminder = entry(RunKind.REMINDER)
    money = next(
        e for e in due(programme, at(12, 31)) if e.kind not in {notice.kind, reminder.kind}
    )
    for each in (notice, reminder):
        assert not is_over(programme, each, each.due_at, each.due_at)
        assert not is_over(programme, each, each.due_at + timedelta(days=3), each.due_at)
        late = each.due_at + timedelta(days=3, minutes=1)
        assert is_over(programme, each, late, late)
    from makegood.runs.planning.due import closes_at

    closing = closes_at(programme, programme.measures[reminder.measure])
    assert closing
    assert is_over(programme, reminder, reminder.due_at, closing)
    assert not is_over(programme, reminder, reminder.due_at, closing - timedelta(minutes=1))
    assert not is_over(programme, money, at(12, 31), at(12, 31))
