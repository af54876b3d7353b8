"""Times to be called, by the hours that the programme names."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from makegood.cases import Callback, open_day, windows
from makegood.cases.opening_hours import checked_callback
from makegood.kernel import MakegoodError
from makegood.programmes import load_text
from tests.redress.claims.relief import TEXT

SEOUL = ZoneInfo("Asia/Seoul")
THURSDAY = datetime(2026, 1, 15, 10, 0, tzinfo=SEOUL)
OPEN = """\
time_zone: Asia/Seoul
centre:
  phone: "1588-0000"
  hours: {ko: 매일, en: every day}
  open:
    - {days: [sat, sun], from: 10:00, until: 13:00}
    - {days: [mon, thu], from: 09:30, until: 20:00}
"""


def with_hours(hours: str = OPEN):
    return load_text(TEXT.replace("time_zone: Asia/Seoul\n", hours))


def test_times_are_offered_on_the_days_that_are_named() -> None:
    offered = windows(with_hours(), THURSDAY)
    days = list(dict.fromkeys(window.since.date().isoformat() for window in offered))
    assert days == ["2026-01-15", "2026-01-17", "2026-01-18", "2026-01-19", "2026-01-22"]
    first = [f"{each.since:%H:%M}-{each.until:%H:%M}" for each in offered[:4]]
    assert first == ["11:30-13:30", "13:30-15:30", "15:30-17:30", "17:30-20:00"]
    [saturday] = [each for each in offered if each.since.day == 17]
    assert f"{saturday.since:%H:%M}-{saturday.until:%H:%M}" == "10:00-13:00"


def test_without_hours_weekdays_count() -> None:
    programme = load_text(TEXT)
    assert open_day(programme, THURSDAY.date())
    assert open_day(programme, (THURSDAY + timedelta(days=2)).date()) is None
    assert windows(programme, THURSDAY.replace(hour=23))[0].since.day == 16


def test_every_time_that_is_offered_is_taken() -> None:
    programme = with_hours()
    for window in windows(programme, THURSDAY):
        checked_callback(programme, Callback(window.since, window.until), THURSDAY)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("until: 13:00", "until: 09:00", "MG107"),
        ("[sat, sun]", "[saturday]", "MG"),
        ("from: 10:00", "from: noon", "MG"),
        ("[sat, sun]", "[]", "MG"),
    ],
)
def test_hours_that_cannot_be_are_told(old: str, new: str, code: str) -> None:
    with pytest.raises(MakegoodError) as error:
        with_hours(OPEN.replace(old, new))
    assert error.value.findings[0].code.startswith(code)
    assert error.value.findings[0].place
