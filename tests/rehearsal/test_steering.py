"""An officer gives a run up, and has it planned again: what the program says to that."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from makegood.kernel import Finding, MakegoodError
from makegood.rehearsal.draws import Draws
from makegood.rehearsal.steering import Steering, give_up

DAY = date(2026, 1, 14)


@pytest.fixture
def given_up(monkeypatch):
    """Gives a run up at a moment, where nothing of it can be tried again; the run's id is noted."""

    def nothing(*_):
        raise MakegoodError(Finding("MG879", "nothing could be tried again", "wait"))

    for name in ("cancel", "propose_release"):
        monkeypatch.setattr(
            f"makegood.runs.{name}", lambda *_: SimpleNamespace(proposal_id=uuid4())
        )
    monkeypatch.setattr("makegood.runs.retry", nothing)

    def give(kind, at, follows=None):
        run: Any = SimpleNamespace(
            run_id=uuid4(), kind=kind, measure="waiver", period="once", due_on=DAY, follows=follows
        )
        play: Any = SimpleNamespace(settings=None, now=at, steering=Steering(Draws(1, "steering")))
        staff: Any = SimpleNamespace(visitor=lambda role: role, approve=lambda *_: None)
        give_up(play, staff, run)
        return run.run_id in play.steering.cancelled

    return give


LATE, AFTER_MIDNIGHT = (
    datetime(2026, 1, 14, 23, 50, tzinfo=UTC),
    datetime(2026, 1, 15, 0, 10, tzinfo=UTC),
)


@pytest.mark.parametrize("kind", ["pay_out", "top_up"])
def test_what_was_of_a_day_goes_into_the_next_when_that_is_over(given_up, kind):
    assert given_up(kind, AFTER_MIDNIGHT)


@pytest.mark.parametrize("kind", ["bill", "notice", "reminder"])
def test_what_the_calendar_brings_must_be_planned_once_more(given_up, kind):
    with pytest.raises(MakegoodError, match="MG879"):
        given_up(kind, AFTER_MIDNIGHT)


def test_while_its_day_lasts_it_must_be_planned_once_more(given_up):
    with pytest.raises(MakegoodError, match="MG879"):
        given_up("pay_out", LATE)


def test_what_a_follow_up_gave_back_must_be_tried_again(given_up):
    with pytest.raises(MakegoodError, match="MG879"):
        given_up("pay_out", AFTER_MIDNIGHT, follows=uuid4())
