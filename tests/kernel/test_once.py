"""The pay-once key: the same in Python and in SQL, short enough for a bank, and never shared."""

import re

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.kernel import KEY_LETTERS, ONCE, pay_once_key, pay_once_key_sql

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)
ISO_20022_IDENTIFICATION_LETTERS = 35


def in_duckdb(*parts: str) -> str:
    marks = pay_once_key_sql("$1", "$2", "$3", "$4", "$5")
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT {marks}", list(parts)).fetchone()
    assert found
    return str(found[0])


@settings(deadline=None)
@given(NAMES, NAMES, NAMES, NAMES, NAMES)
def test_both_engines_say_the_same(
    programme: str, measure: str, line: str, contract: str, period: str
) -> None:
    parts = (programme, measure, line, contract, period)
    assert in_duckdb(*parts) == pay_once_key(*parts)


def test_with_an_attempt_it_fits_an_identification_of_a_payment() -> None:
    key = pay_once_key("kt-2025", "penalty_waiver", "L00000000001", "", ONCE)
    assert len(key) == KEY_LETTERS
    assert len(f"{key}01") <= ISO_20022_IDENTIFICATION_LETTERS
    assert re.fullmatch(r"MG[0-9A-F]{30}", key)


def test_it_does_not_change() -> None:
    """Banks and partners hold these keys: another way to make them would pay everybody again."""
    key = pay_once_key("kt-2025", "data", "L1", "", "2026-02")
    assert key == "MGA0A00EF735926A59B9D297DA9306DB"


def test_each_part_tells_apart() -> None:
    same = ("kt-2025", "data", "L1", "2025-09-02", "2026-02")
    keys = {pay_once_key(*same)}
    for place in range(5):
        parts = list(same)
        parts[place] += "x"
        keys.add(pay_once_key(*parts))
    assert len(keys) == 6


def test_what_moves_from_one_part_to_the_next_is_another_key() -> None:
    assert pay_once_key("a", "bc", "d", "", "e") != pay_once_key("ab", "c", "d", "", "e")
