"""Nobody is woken."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.channels.messages import may_leave_at

SEOUL = ZoneInfo("Asia/Seoul")
TORONTO = ZoneInfo("America/Toronto")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        ("2026-01-19T10:00", "2026-01-19T10:00"),
        ("2026-01-19T08:00", "2026-01-19T08:00"),
        ("2026-01-19T07:59:59", "2026-01-19T08:00"),
        ("2026-01-19T20:59:59", "2026-01-19T20:59:59"),
        ("2026-01-19T21:00", "2026-01-20T08:00"),
        ("2026-12-31T23:30", "2027-01-01T08:00"),
        ("2026-01-19T00:00", "2026-01-19T08:00"),
    ],
)
def test_from_nine_to_eight_nothing_leaves(moment: str, leaves: str):
    assert may_leave_at(at(moment), SEOUL) == at(leaves)


def test_what_is_urgent_leaves_at_night_and_advertising_never():
    night = at("2026-01-19T23:00")
    assert may_leave_at(night, SEOUL, urgent=True) == night
    morning = at("2026-01-20T08:00")
    assert may_leave_at(night, SEOUL, advertising=True, urgent=True) == morning


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(TORONTO))  # noqa: DTZ001


@given(MOMENTS, st.sampled_from([SEOUL, TORONTO]))
def test_it_is_the_first_moment_by_day_whatever_the_clocks_do(moment: datetime, zone: ZoneInfo):
    leaves = may_leave_at(moment, zone)
    assert leaves >= moment
    assert 8 <= leaves.astimezone(zone).hour < 21
    assert leaves.timestamp() - moment.timestamp() <= timedelta(hours=12).total_seconds()
    if leaves != moment:
        before = datetime.fromtimestamp(leaves.timestamp() - 1, zone)
        assert not 8 <= before.hour < 21
