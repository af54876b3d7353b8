"""The limit finds what the machine can do; estimates come true within bounds."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.portal.waiting.control import (
    LIMIT_MAX,
    LIMIT_MIN,
    Measured,
    burst_of,
    next_limit,
    refilled,
)
from makegood.portal.waiting.estimates import again_after, ahead_of, seconds_until, smoothed
from makegood.portal.waiting.values import Limits
from tests.portal.waiting.people import Day, Visitor

PERIODS = 300


@dataclass(frozen=True)
class Machine:
    """Pages are in time while no more than so many are inside."""

    bears: int

    def answers(self, inside: int) -> tuple[int, int]:
        asked = inside
        too_slow = asked if inside > self.bears else asked // 50
        return asked, too_slow


@settings(max_examples=30)
@given(bears=st.integers(20, 20_000))
def test_the_limit_settles_near_what_the_machine_bears(bears: int):
    machine, found, limits = Machine(bears), Measured(), []
    for _ in range(PERIODS):
        inside = int(found.limit)
        answers, slow = machine.answers(inside)
        found = next_limit(found, inside=inside, is_binding=True, answers=answers, slow=slow)
        limits.append(found.limit)

    settled = limits[PERIODS // 2 :]
    assert max(settled) <= bears * 1.05 + 5
    assert median(settled) >= bears * 0.7


@given(
    limit=st.floats(LIMIT_MIN, LIMIT_MAX),
    is_starting=st.booleans(),
    inside=st.integers(0, 200_000),
    answers=st.integers(0, 10_000),
    slow=st.integers(0, 10_000),
    is_binding=st.booleans(),
)
def test_a_limit_stays_in_bounds_and_moves_only_for_a_reason(
    limit: float, is_starting: bool, inside: int, answers: int, slow: int, is_binding: bool
):
    slow = min(slow, answers)
    before = Measured(limit, is_starting)
    after = next_limit(before, inside=inside, is_binding=is_binding, answers=answers, slow=slow)
    assert LIMIT_MIN <= after.limit <= LIMIT_MAX
    if slow <= 0.05 * answers:
        assert after.limit >= before.limit
        assert is_binding or after == before
    elif answers >= 20:
        assert after.limit <= max(LIMIT_MIN, before.limit)
        assert not after.is_starting


@given(
    a_minute=st.floats(1, 10_000),
    steps=st.lists(st.tuples(st.floats(0, 120), st.integers(0, 500)), max_size=50),
)
def test_tokens_let_in_no_more_than_were_earned(a_minute: float, steps: list[tuple[float, int]]):
    tokens, entered, seconds = burst_of(a_minute), 0, 0.0
    for passed, wanted in steps:
        tokens = refilled(tokens, a_minute, passed)
        seconds += passed
        enter = min(int(tokens), wanted)
        tokens, entered = tokens - enter, entered + enter
        assert tokens >= 0
    assert entered <= burst_of(a_minute) + a_minute * seconds / 60 + 1e-6


@given(st.sets(st.integers(0, 10_000), max_size=300), st.integers(0, 10_000), st.integers(1, 7))
def test_a_place_is_never_better_than_it_is_and_off_by_less_than_a_step(
    waiting: set[int], number: int, step: int
):
    ordered = sorted(waiting)
    told = ahead_of(number, ordered[::step], step, len(ordered))
    real = sum(1 for other in ordered if other < number)
    assert real <= told < real + step


def test_an_estimate_fills_what_is_empty_first_and_then_goes_by_who_leaves():
    assert seconds_until(9, empty=20, a_second=2, flow=0.5) == 5
    assert seconds_until(29, empty=20, a_second=2, flow=0.5) == 10 + 20
    assert seconds_until(0, empty=0, a_second=0, flow=1) is None
    assert seconds_until(0, empty=0, a_second=1, flow=0) is None
    assert smoothed(1.0, 5, 0.0) == 1.0


def test_pages_ask_often_near_the_front_and_once_a_minute_far_back():
    near = [again_after(10, 1, number) for number in range(21)]
    far = [again_after(3600, 5000, number) for number in range(21)]
    middle = [again_after(180, 90, number) for number in range(21)]
    assert set(near) == {3}
    assert max(far) == 60
    assert min(far) >= 54
    assert len(set(middle)) > 3


@pytest.mark.usefixtures("database")
def test_estimates_come_true_within_bounds():
    """Of 60 who come at once to 10 places, each told again and again while it changes."""
    day = Day(Limits(inside_max=10, admissions_a_minute=60), processes=2)
    for number in range(60):
        day.comes(Visitor(comes=number * 0.02, stays=40 + number * 7 % 41))
    day.run(until=3600)

    late = []
    for visitor in day.people:
        assert visitor.entered is not None
        # In the first half minute nothing was measured yet.
        for at, estimate in visitor.told:
            if estimate is not None and at > 180:
                late.append((visitor.entered - at, estimate))
    assert len(late) > 30
    for actual, estimate in late:
        assert abs(actual - estimate) <= 0.5 * actual + 30
