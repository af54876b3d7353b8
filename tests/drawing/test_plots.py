"""Columns, areas and lines: what is drawn is what is given, to the pixel."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from makegood.drawing import Plot, Series, lines, stacked_areas, stacked_columns

SVG = "{http://www.w3.org/2000/svg}"


def plot(*rows: tuple[str, tuple[int, ...]], places: tuple[str, ...] = ("1", "2", "3")) -> Plot:
    return Plot("What it shows", places, tuple(Series(*row) for row in rows), str)


def read(picture: object) -> ElementTree.Element:
    return ElementTree.fromstring(str(picture))  # noqa: S314 - our own


def boxes(tree: ElementTree.Element, number: int) -> list[float]:
    """The heights of the boxes of a row, without that of the legend."""
    found = [box for box in tree.iter(f"{SVG}rect") if box.get("class") == f"plot-{number}"]
    return [float(box.get("height", "")) for box in found if box.get("width") != "12"]


def test_heights_of_columns_are_as_the_numbers() -> None:
    tree = read(stacked_columns(plot(("a", (10, 20, 0)), ("b", (30, 20, 40)))))
    # The axis goes to 40; 190 pixels are as high as it.
    assert boxes(tree, 1) == [47.5, 95.0]
    assert boxes(tree, 2) == [142.5, 95.0, 190.0]


def test_areas_stand_upon_each_other() -> None:
    tree = read(stacked_areas(plot(("a", (10, 20, 40)), ("b", (30, 20, 0)))))
    first, second = [
        [float(point.split(",")[1]) for point in area.get("points", "").split()]
        for area in tree.iter(f"{SVG}polygon")
    ]
    assert second[3:] == first[:3][::-1]
    assert len(set(second[:3])) == 1


def test_lines_have_their_own_dashes_and_are_named_in_order() -> None:
    tree = read(lines(plot(("first", (1, 2, 3)), ("second", (3, 2, 1)))))
    drawn = list(tree.iter(f"{SVG}polyline"))
    assert [line.get("stroke-dasharray") for line in drawn] == [None, "6 3"]
    words = [text.text for text in tree.iter(f"{SVG}text")]
    assert words[-2:] == ["first", "second"]


@pytest.mark.parametrize("draw", [stacked_columns, stacked_areas, lines])
def test_one_place_none_or_nothing_but_zeros_can_be_drawn(draw) -> None:
    assert list(read(draw(plot(("a", (5,)), places=("1",)))).iter(f"{SVG}rect"))
    for empty in (plot(("a", (0, 0, 0))), plot(("a", ()), places=()), plot(places=())):
        assert read(draw(empty)).get("aria-label") == "What it shows"


def test_words_below_leave_each_other_room() -> None:
    places = tuple(f"2026-01-{day:02}" for day in range(1, 32))
    tree = read(stacked_columns(plot(("a", tuple(range(31))), places=places)))
    below = [text for text in tree.iter(f"{SVG}text") if str(text.text).startswith("2026")]
    at = [float(text.get("x", "")) for text in below]
    assert len(below) > 1
    assert min(b - a for a, b in pairwise(at)) > 65


def test_texts_are_escaped_and_nothing_carries_a_style() -> None:
    picture = str(stacked_columns(plot(('<b onclick="x">', (1, 2, 3)), ("&", (1, 1, 1)))))
    assert "<b" not in picture
    assert not re.search(r"\s(?:style|on\w+)=", picture.replace("&lt;b onclick=", ""))


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="for each place"):
        plot(("a", (1, 2)))
    with pytest.raises(ValueError, match="for each place"):
        plot(("a", (1, -2, 3)))
    with pytest.raises(ValueError, match="told apart"):
        plot(*[(str(number), (1, 2, 3)) for number in range(9)])
