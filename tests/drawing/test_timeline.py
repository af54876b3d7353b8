"""A timeline: a mark at its day, its height by how far it is, a line where today is."""

import re
from datetime import date

from makegood.drawing import MarkState, TimelineRow, timeline

BOX = re.compile(r'd="M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)')


def test_marks_stand_at_their_days_and_are_as_high_as_they_are_far() -> None:
    marks = (
        (date(2026, 1, 1), MarkState.DONE),
        (date(2026, 1, 16), MarkState.UNDER_WAY),
        (date(2026, 1, 31), MarkState.TO_COME),
    )
    picture = str(timeline([TimelineRow("Data", marks)], date(2026, 1, 16), "today", "one thing"))
    assert 'aria-label="one thing"' in picture
    assert "style=" not in picture
    assert ">Data<" in picture
    assert ">today<" in picture
    found = [tuple(map(float, box)) for box in BOX.findall(picture)]
    places = {x: height for x, _y, width, height in found if width == 7}
    assert len(places) == 3
    first, middle, last = sorted(places)
    assert first == 0
    assert middle - first == (last - first) / 2
    assert places[first] > places[middle] > places[last]


def test_a_row_of_one_day_and_many_years_can_be_drawn() -> None:
    one = TimelineRow(
        "A very long name of a measure " * 4, ((date(2026, 2, 28), MarkState.STOPPED),)
    )
    assert timeline([one], date(2026, 2, 28), "today", "one")
    marks = tuple((date(year, 1, 31), MarkState.DONE) for year in range(2026, 2040))
    assert str(timeline([TimelineRow("Cover", marks)], date(2026, 1, 1), "today", "many"))
