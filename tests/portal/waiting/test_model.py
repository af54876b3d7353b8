"""Whatever people and processes do: order and bound hold, and everybody gets in."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from makegood.portal.waiting.values import ALIVE_SECONDS, Limits
from tests.portal.waiting.people import Day, Visitor, empty_gate, taken

pytestmark = pytest.mark.usefixtures("database")

STAY_MAX, AWAY_MAX = 90, 300
SLACK_SECONDS = 120

visitors = st.builds(
    Visitor,
    comes=st.integers(0, 60_000).map(lambda thousandths: thousandths / 1000),
    stays=st.integers(0, STAY_MAX).map(float),
    gives_up=st.none() | st.integers(1, 60).map(float),
    looks_away=st.none() | st.tuples(st.integers(0, 60), st.integers(60, AWAY_MAX)),
)


class Watched(Day):
    """A day on which everybody who enters is looked at."""

    def entered(self, visitor: Visitor) -> None:
        assert taken(self.instant) <= self.limits.inside_max
        called = self.called()
        for other in self.people:
            # Who looked away longer than anybody waits for is passed over until they ask again.
            asks = other.is_waiting and self.seconds - other.asked < ALIVE_SECONDS
            if other is visitor or not asks or other.comes >= visitor.comes:
                continue
            assert other.held
            has_looked_away = other.looks_away is not None
            assert other.held.number in called or has_looked_away, "nobody jumps"


@settings(
    max_examples=25,
    deadline=None,
    # A smaller example is not worth minutes: this one is small, and each run takes a second.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    people=st.lists(visitors, min_size=1, max_size=10),
    inside_max=st.integers(1, 3),
    a_minute=st.sampled_from((6, 60, 600)),
    processes=st.integers(1, 3),
    deaths=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 2)), max_size=3),
)
def test_the_order_and_the_bound_hold_and_everybody_enters(
    people: list[Visitor],
    inside_max: int,
    a_minute: int,
    processes: int,
    deaths: list[tuple[int, int]],
):
    empty_gate()
    day = Watched(Limits(inside_max, a_minute), processes)
    for visitor in people:
        # Values that Hypothesis makes are used again; what happens to them is this day's.
        day.comes(Visitor(visitor.comes, visitor.stays, visitor.gives_up, visitor.looks_away))
    for at, process in deaths:
        day.dies(at, process)

    day.run(until=24 * 3600)

    for place, visitor in enumerate(sorted(day.people, key=lambda one: one.comes)):
        note(f"{visitor}")
        gave_up = visitor.gives_up is not None and visitor.entered is None
        assert visitor.entered is not None or gave_up
        if visitor.entered is not None and visitor.looks_away is None:
            # Each who is before may stay, be gone with a place kept, and hold one up by a token.
            each = STAY_MAX + ALIVE_SECONDS + 60 / a_minute + AWAY_MAX
            assert visitor.entered - visitor.comes <= place * each + SLACK_SECONDS


def test_a_day_that_is_quiet_shows_nobody_the_queue():
    day = Day(Limits(inside_max=50, admissions_a_minute=600))
    for number in range(40):
        day.comes(Visitor(comes=number * 0.1, stays=30))
    last = Visitor(comes=100, stays=0)
    day.comes(last)

    day.run(until=600)

    assert all(visitor.told == [] for visitor in day.people)
    # All others have left, and their places are free.
    assert taken(day.instant) == 1
