"""The place that somebody is told: never a better one than it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from makegood.portal.waiting.values import ALIVE_SECONDS, Limits, Outlook, Pass, Waits
from tests.portal.waiting.people import BEGIN, Day, Visitor, empty_gate
from tests.portal.waiting.test_outage import store_away
from tests.store_fixture import Database

pytestmark = pytest.mark.usefixtures("database")
ONE = Limits(inside_max=1, admissions_a_minute=600)
MANY = 37


def comes(day: Day, process: int, seconds: float, held: Pass | None = None) -> Waits:
    """Somebody asks after so many seconds; they have to wait."""
    instant = BEGIN + timedelta(seconds=seconds)
    ruling = day.rooms[process].rule(held, "", instant, submits=False)
    assert isinstance(ruling, Waits)
    return ruling


@pytest.mark.parametrize("processes", [1, 2])
def test_who_comes_right_after_many_is_not_told_to_be_next(processes: int) -> None:
    """All within a second: no process has looked at the queue since the first of them came."""
    empty_gate()
    day = Day(ONE, processes)
    day.rooms[0].rule(None, "", BEGIN, submits=False)
    # Every process has looked at the queue before, and somebody waits at each but one.
    for process in range(1, processes):
        comes(day, process, 0.01)
    told = [
        comes(day, number % processes, 0.1 + number / 100).outlook.ahead
        for number in range(MANY + 1)
    ]
    assert told == list(range(processes - 1, processes + MANY))


def test_who_asks_again_at_once_keeps_the_place() -> None:
    empty_gate()
    day = Day(ONE)
    day.rooms[0].rule(None, "", BEGIN, submits=False)
    people = [comes(day, 0, 0.1 + number / 100) for number in range(MANY)]
    again = [comes(day, 0, 0.6 + number / 100, one.held) for number, one in enumerate(people)]
    later = [comes(day, 0, 3 + number / 100, one.held) for number, one in enumerate(people)]
    assert [one.outlook.ahead for one in again] == list(range(MANY))
    assert [one.outlook.ahead for one in later] == list(range(MANY))


def test_in_an_outage_nobody_is_told_a_place_that_nobody_knows(database: Database) -> None:
    empty_gate()
    day = Day(ONE, processes=2)
    for process in range(2):
        day.rooms[process].rule(None, "", BEGIN, submits=False)
    before = comes(day, 0, 1)
    with store_away(database):
        during = [comes(day, number % 2, 10 + number / 10) for number in range(6)]
    after = comes(day, 0, 12, during[-1].held)
    assert before.outlook.ahead == 1
    assert {one.outlook.ahead for one in (*during, after)} == {None}
    # Each asks again and again, and some time after all have the queue is known.
    for seconds in (14, 22, 30, 38):
        known = [
            comes(day, number % 2, seconds + number / 10, one.held)
            for number, one in enumerate(during)
        ]
    assert [one.outlook.ahead for one in known] == [2, 3, 4, 5, 6, 7]


class Honest(Day):
    """A day on which everybody's place is compared with who waits before them."""

    def told(self, visitor: Visitor, outlook: Outlook) -> None:
        assert visitor.held
        before = sum(
            other.held.number < visitor.held.number
            for other in self.people
            if other is not visitor and other.held is not None and other.is_waiting
            if self.seconds - other.asked < ALIVE_SECONDS
            if other.held.number not in self.called()
        )
        assert outlook.ahead is None or outlook.ahead >= before


people = st.builds(
    Visitor,
    comes=st.integers(0, 4_000).map(lambda thousandths: thousandths / 1000),
    stays=st.integers(0, 30).map(float),
    gives_up=st.none() | st.integers(1, 60).map(float),
)


@settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    visitors=st.lists(people, min_size=2, max_size=12),
    processes=st.integers(1, 3),
    death=st.none() | st.tuples(st.integers(0, 6), st.integers(0, 2)),
)
def test_no_place_is_told_better_than_it_is(
    visitors: list[Visitor], processes: int, death: tuple[int, int] | None
) -> None:
    empty_gate()
    day = Honest(ONE, processes)
    for one in visitors:
        day.comes(Visitor(one.comes, one.stays, one.gives_up))
    if death:
        day.dies(*death)
    day.run(until=900)
