"""The plan shows every run there was, also one that no date of the file brings, or no more."""

import json
from datetime import timedelta

import pytest

from makegood.programmes import load_text
from makegood.redress.quotes import measures_with_promises
from makegood.runs import CalendarEntry, RunKind, RunState, Stage, plan_run, timetable
from makegood.runs.rows import execute, run_of, runs
from tests.programme_text import changed
from tests.redress.outage_lines import published
from tests.redress.test_commands import said
from tests.runs.planning import gift
from tests.runs.planning.gift import on
from tests.runs.planning.test_amended import close
from tests.runs.planning.test_quoted import (
    BILL_DAY,
    NEXT_DAY,
    TEXT,
    added_next_day,
    billed_after_it_was_shown,
    top_ups_of_quotes,
    upheld_and_closed,
    upheld_by_two,
    worked,
)
from tests.staff_people import installed


@pytest.fixture(autouse=True)
def settings(database, monkeypatch):
    with installed(database, monkeypatch):
        yield database.settings


@pytest.fixture
def bill(settings, tmp_path):
    """L01 was shown 50,000 won and gets 40,000 by facts that were corrected since."""
    return billed_after_it_was_shown(settings, tmp_path, "L01")


Told = tuple[str, int | None, int | None, RunState | Stage | None]


def entries(settings, text: str = TEXT) -> list[CalendarEntry]:
    return [each for each in timetable(settings, load_text(text), None) if each.due]


def told(settings, kind: RunKind, text: str = TEXT) -> list[Told]:
    """When, heads, amount and what became of all entries of a kind, in their order."""
    return [
        (
            f"{each.at:%m-%d %H:%M}",
            each.heads,
            each.amount,
            each.due.run.state if each.due and each.due.run else each.stage,
        )
        for each in entries(settings, text)
        if each.kind == kind
    ]


def cancelled(run) -> None:
    execute("UPDATE runs_run SET state = 'cancelled' WHERE run_id = %s", [run.run_id])


def test_what_was_upheld_stands_in_the_plan_before_and_after_it_is_planned(settings, bill):
    with on(BILL_DAY):
        upheld_by_two(settings, bill)
        worked(settings)
        # The bill has not come to its end: nothing of it can be said to be missing.
        assert told(settings, RunKind.TOP_UP) == []
        close(settings, bill)
    with on(NEXT_DAY.replace(hour=8)):
        assert told(settings, RunKind.TOP_UP) == [("03-02 09:00", 1, 10_000, Stage.TO_COME)]
    with on(NEXT_DAY):
        assert told(settings, RunKind.TOP_UP) == [("03-02 09:00", 1, 10_000, Stage.NOT_PLANNED)]
        worked(settings)
        assert told(settings, RunKind.TOP_UP) == [("03-02 09:00", 1, 10_000, RunState.CHECKED)]
        [added] = top_ups_of_quotes()
        cancelled(added)
        # Planned anew on the day after, as the worker does.
        assert told(settings, RunKind.TOP_UP) == [
            ("03-02 09:00", 1, 10_000, RunState.CANCELLED),
            ("03-03 09:00", 1, 10_000, Stage.TO_COME),
        ]
    with on(NEXT_DAY + timedelta(days=1)):
        worked(settings)
        assert [row[-1] for row in told(settings, RunKind.TOP_UP)] == ["cancelled", "checked"]


def test_who_looks_at_the_plan_settles_nothing(settings, bill):
    upheld_and_closed(settings, bill)
    added = added_next_day(settings)
    with on(NEXT_DAY):
        close(settings, added)
        # All of it has arrived: the next round of work settles it, and no reader before that.
        assert told(settings, RunKind.TOP_UP) == [("03-02 09:00", 1, 10_000, RunState.CLOSED)]
        assert measures_with_promises(gift.NAME) == ["credit"]
        worked(settings)
        assert measures_with_promises(gift.NAME) == []


def test_while_nobody_can_say_how_much_is_missing_the_plan_says_so(settings, bill):
    upheld_and_closed(settings, bill)
    execute("DELETE FROM serving_current")
    with on(NEXT_DAY):
        assert told(settings, RunKind.TOP_UP) == [("03-02 09:00", None, None, Stage.NOT_PLANNED)]


def test_a_run_because_something_waited_is_in_the_plan_in_its_place(settings, bill):
    """As passes, claims of a day without a row, and months that an amended version makes up for."""
    later = gift.at(3, 5, 9)
    with on(later):
        execute("UPDATE runs_run SET due_at = %s WHERE run_id = %s", [later, bill.run_id])
        found = entries(settings)
        assert told(settings, RunKind.BILL) == [
            ("03-01 09:00", None, None, Stage.NOT_PLANNED),
            ("03-05 09:00", bill.items, bill.total, RunState.CHECKED),
        ]
        assert [each.at for each in found] == sorted(each.at for each in found)


def test_a_run_of_a_date_that_an_amended_version_moved_is_in_the_plan_yet(settings, bill):
    moved = changed("bill: 2026-03", "bill: 2026-04", TEXT)
    cancelled(bill)
    with on(NEXT_DAY):
        published(moved)
        assert told(settings, RunKind.BILL, moved) == [
            ("03-01 09:00", bill.items, bill.total, RunState.CANCELLED),
            ("04-01 09:00", None, None, Stage.TO_COME),
        ]


def test_what_was_cancelled_and_planned_anew_is_in_the_plan_twice(settings, bill):
    with on(BILL_DAY):
        cancelled(bill)
        [entry] = [each.due.due for each in entries(settings) if each.kind == "bill" and each.due]
        again = plan_run(settings, gift.NAME, entry, "console:root", again=True)
        states = [row[-1] for row in told(settings, RunKind.BILL)]
        assert states == [RunState.CANCELLED, RunState.PLANNED]
        by_run = {each.due.run.run_id for each in entries(settings) if each.due and each.due.run}
        assert by_run == {bill.run_id, again.run_id}


def test_no_first_run_of_the_list_is_missing_in_what_the_command_tells(
    settings, bill, database, monkeypatch
):
    for name, value in database.environment.items():
        monkeypatch.setenv(name, value)
    upheld_and_closed(settings, bill)
    with on(NEXT_DAY):
        worked(settings)
        calendar = json.loads(said("plan", gift.NAME, "--json", "--quiet"))["calendar"]
    listed = {str(each.run_id) for each in runs("WHERE follows IS NULL")}
    assert listed == {each["run"] for each in calendar if each["run"]}
    [added] = [each for each in calendar if each["kind"] == "top_up"]
    assert (added["period"], added["state"], added["amount"]) == ("once", "checked", 10_000)
    assert run_of(bill.run_id).state is RunState.CLOSED
