"""The report's small arithmetic: shares, classes of amounts, ticks, lines of words."""

from itertools import pairwise

import pytest

from makegood.decisions.report.amounts import CLASSES_MAX, amount_classes
from makegood.decisions.report.words import Words
from makegood.drawing import round_ticks, text_width, wrapped
from tests.decisions.outage import measure, programme

WORDS = {language: Words(programme(measure("credit")), language) for language in ("ko", "en")}


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 10, "0%"),
        (10, 10, "100%"),
        (1, 3, "33.3%"),
        (2, 3, "66.7%"),
        (1, 1_000_000, "< 0.1%"),
        (999_999, 1_000_000, "> 99.9%"),
        (13_000_000, 10_000_000, "130%"),
        (0, 0, "–"),
    ],
)
def test_a_share_is_never_nothing_or_all_where_it_is_not(part, whole, said):
    assert WORDS["en"].share(part, whole) == said


@pytest.mark.parametrize(
    ("amount", "korean", "english"),
    [
        (0, "0", "0"),
        (500, "500", "500"),
        (5_000, "5,000", "5k"),
        (15_000, "1.5만", "15k"),
        (200_000, "20만", "200k"),
        (20_000_000, "2,000만", "20M"),
        (4_500_000_000_000, "4.5조", "4,500bn"),
    ],
)
def test_round_amounts_are_short_on_an_axis(amount, korean, english):
    assert WORDS["ko"].money_short(amount) == korean
    assert WORDS["en"].money_short(amount) == english


@pytest.mark.parametrize(
    ("least", "greatest", "unit", "zero"),
    [
        (1, 1, 1, False),
        (1, 10**12, 1, True),
        (705, 778_000, 1, True),
        (99, 101, 100, False),
        (100, 99_999, 100, True),
        (50_000, 50_001, 1, False),
        (0, 0, 1, True),
    ],
)
def test_classes_hold_every_amount_once(least, greatest, unit, zero):
    classes = amount_classes(least, greatest, unit, zero=zero)
    assert len(classes) <= CLASSES_MAX
    assert all(low < high for low, high in classes)
    assert all(one[1] <= two[0] for one, two in pairwise(classes))
    for amount in {least, greatest, (least + greatest) // 2} | ({0} if zero else set()):
        assert sum(low <= amount < high for low, high in classes) == 1, amount
    assert zero is (classes[0] == (0, 1))


@pytest.mark.parametrize("greatest", [0, 1, 5, 6, 7, 99, 101, 12_345, 10**12 + 1])
def test_ticks_are_round_and_reach_over_all(greatest):
    ticks = round_ticks(greatest)
    assert 2 <= len(ticks) <= 6
    assert ticks[-1] >= greatest
    assert str(ticks[1]).rstrip("0") in ("1", "2", "5")


def test_long_reasons_are_wrapped_and_lose_nothing():
    reason = "2025년 9월 1일 이후 신규·기기변경·재약정한 회선이며 다른 사유도 있는 회선입니다"
    lines = wrapped(reason, 200)
    assert len(lines) > 1
    assert " ".join(lines) == reason
    assert all(text_width(each) <= 200 for each in lines)
    word = "가" * 100
    assert "".join(wrapped(word, 200)) == word
    assert max(text_width(each) for each in wrapped(word, 200)) <= 200
