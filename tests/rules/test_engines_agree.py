"""The engines agree over generated rules and facts, value by value, NULL by NULL."""

import pytest
from hypothesis import given

from makegood.rules import Kind, Node, may_be_null, missing_facts
from tests.rules.effort import examples
from tests.rules.engines import BITS, DuckDb, Python, rows_of
from tests.rules.written import trees

ROWS = rows_of(count=250, seed=2025)
WHOLE = (Kind.INTEGER, Kind.MONEY, Kind.DATE)


@pytest.fixture(scope="module")
def duck() -> DuckDb:
    return DuckDb(ROWS)


@examples(250)
@given(drawn=trees(*Kind))
def test_duckdb_and_python_give_the_same_values(duck, drawn):
    text, tree = drawn
    python = Python()
    for row, (value, _) in zip(ROWS, duck.values_and_masks(tree), strict=True):
        expected = python.evaluate(tree, row)
        assert (value, type(value)) == (expected, type(expected)), f"{text}\n{row}"
        assert value is not None or may_be_null(tree), text
        assert _within_bounds(tree, value), f"{text}\n{tree.type}\n{row}"


@examples(120)
@given(drawn=trees(*Kind))
def test_the_mask_names_the_missing_facts_that_matter(duck, drawn):
    text, tree = drawn
    python = Python()
    for row, (value, mask) in zip(ROWS[:60], duck.values_and_masks(tree), strict=False):
        found = missing_facts(tree, row, python.evaluate)
        assert mask == sum(BITS[name] for name in found), f"{text}\n{row}"
        assert bool(mask) is (value is None), f"{text}\n{row}"


def _within_bounds(tree: Node, value: object) -> bool:
    if value is None or tree.type.kind not in WHOLE:
        return True
    return isinstance(value, int) and tree.type.low <= value <= tree.type.high
