"""No fault of one thing that was upheld is another's: the others reach their lines all the same."""

from datetime import date

import pytest

from makegood.programmes import load_text
from makegood.redress.quotes import is_promised
from makegood.redress.serving import programme_in_force
from makegood.runs import RunKind, WorkDone, check_run, due, plan_run, prepare
from makegood.runs.folders import folder_of, items_file
from makegood.runs.planning.upheld import _reckoned as reckoned
from makegood.runs.planning.upheld import upheld_due
from makegood.runs.planning.upholding import uphold_agreed
from makegood.trust.clock import now
from makegood.trust.proposals import State, proposals
from tests.programme_text import changed
from tests.redress.outage_lines import published
from tests.runs.planning import gift
from tests.runs.planning.test_amended import close
from tests.runs.planning.test_quoted import (
    BILL_DAY,
    NEXT_DAY,
    SHOWN_AT,
    TEXT,
    shown,
    top_ups_of_quotes,
    upheld_by_two,
    worked,
)
from tests.staff_people import installed
from tests.trust.access.visitors import at as on

_CREDIT = TEXT[TEXT.index("  credit:\n") : TEXT.index("notices:")]
# The same once more under a name that comes before it.
TWO = changed(_CREDIT, _CREDIT.replace("  credit:\n", "  bonus:\n") + _CREDIT, TEXT)


@pytest.fixture(autouse=True)
def settings(database, monkeypatch):
    with installed(database, monkeypatch):
        yield database.settings


def billed_less(settings, tmp_path, text, *lines):
    """Lines were shown 50,000 won of each measure, and their bills bring 40,000; the bills."""
    with on(SHOWN_AT):
        published(text)
        gift.lines(tmp_path, text=text)
        for line in lines:
            shown(line)
    with on(BILL_DAY):
        gift.lines(tmp_path, date(2026, 2, 25), text, **{line: {"fee": 40_000} for line in lines})
        entries = [each for each in due(load_text(text), BILL_DAY) if each.kind is RunKind.BILL]
        planned = [plan_run(settings, gift.NAME, each, "console:root") for each in entries]
        return [check_run(settings, run.run_id) for run in planned]


def test_a_fault_in_one_approval_leaves_the_others_to_be_taken_up(settings, tmp_path, monkeypatch):
    [bill] = billed_less(settings, tmp_path, TEXT, "L01", "L07")
    with on(BILL_DAY):
        first, other = upheld_by_two(settings, bill)

        def broken(agreed):
            if agreed.proposal_id == first.proposal_id:
                raise ArithmeticError("a secret of somebody")
            return is_promised(agreed)

        monkeypatch.setattr("makegood.runs.planning.upholding.is_promised", broken)
        taken_up, [words] = uphold_agreed(settings)
        assert taken_up == 1
        assert words.startswith(f"proposal {first.proposal_id}: a fault of the program")
        assert "secret" not in words
        monkeypatch.undo()
        assert uphold_agreed(settings) == (1, [])
        assert {used.proposal_id for used in proposals(State.USED)} >= {
            first.proposal_id,
            other.proposal_id,
        }


def both_upheld(settings, tmp_path):
    """Of two measures two persons agreed on what was shown, and the bills came to their end."""
    bonus, credit = billed_less(settings, tmp_path, TWO, "L01")
    assert (bonus.measure, credit.measure) == ("bonus", "credit")
    with on(BILL_DAY):
        for bill in (bonus, credit):
            upheld_by_two(settings, bill)
        assert worked(settings).upheld == 2
        for bill in (bonus, credit):
            close(settings, bill)
    return bonus, credit


def test_what_is_missing_of_one_measure_is_planned_though_of_another_nobody_can_tell(
    settings, tmp_path, monkeypatch
):
    both_upheld(settings, tmp_path)
    with on(NEXT_DAY):

        def broken(settings, programme, measure):
            if measure.name == "bonus":
                raise ArithmeticError("a secret of somebody")
            return reckoned(settings, programme, measure)

        monkeypatch.setattr("makegood.runs.planning.upheld._reckoned", broken)
        done = WorkDone()
        prepare(settings, done)
        [words] = done.faults
        assert words.startswith("gift-2026 top_up bonus: a fault of the program")
        assert (done.troubles, done.planned) == ([words], 1)
        assert [run.measure for run in top_ups_of_quotes()] == ["credit"]
        monkeypatch.undo()
        worked(settings)
        assert sorted(run.measure for run in top_ups_of_quotes()) == ["bonus", "credit"]


def test_what_is_missing_of_one_measure_is_found_though_of_another_the_items_are_lost(
    settings, tmp_path
):
    bonus, credit = both_upheld(settings, tmp_path)
    with on(NEXT_DAY):
        items_file(folder_of(settings, bonus.run_id), 1).unlink()
        told: list[str] = []
        found = upheld_due(settings, programme_in_force(gift.NAME), now(), told.append)
        assert [each.measure for each in found] == [credit.measure]
        assert [words[:11] for words in told] == ["error MG618"]
