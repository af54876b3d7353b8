"""Whole numbers are reckoned in 64 bits, however narrow their columns are."""

import duckdb
import pytest

from makegood.rules import (
    DUCKDB,
    Fact,
    Kind,
    Names,
    SqlWriter,
    evaluator,
    facts_of,
    read_expression,
)

FACTS = {
    "many": Fact.bounded("many", Kind.INTEGER),
    "flag": Fact.bounded("flag", Kind.BOOLEAN),
}
MOST = 1_000_000_000


def _formula(text: str) -> Names:
    tree, problems = read_expression(text, Names(FACTS))
    assert tree is not None, problems
    return Names(FACTS, formulas={"alias": tree})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("many * many", MOST * MOST),
        ("alias * alias", MOST * MOST),
        ("alias + alias + alias", 3 * MOST),
        ("CASE WHEN flag THEN many ELSE 0 END * 3", 3 * MOST),
        ("least(many, alias) * greatest(many, 2)", MOST * MOST),
        ("coalesce(many, 1) * many", MOST * MOST),
        (
            "CASE WHEN flag THEN 2000000000 ELSE 1 END + CASE WHEN flag THEN 2000000000 ELSE 1 END",
            4 * MOST,
        ),
        ("prorate(many, alias, 7, half_up)", (2 * MOST * MOST + 7) // 14),
    ],
)
def test_a_result_beyond_32_bits(text: str, expected: int) -> None:
    tree, problems = read_expression(text, _formula("many"))
    assert tree is not None, problems
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE lines (many INTEGER, flag BOOLEAN)")
        connection.execute("INSERT INTO lines VALUES (?, TRUE)", [MOST])
        found = connection.execute(f"SELECT {SqlWriter(DUCKDB).write(tree)} FROM lines").fetchone()
    values = {"many": MOST, "flag": True}
    facts = list(facts_of(tree).values())
    assert found == (expected,)
    assert evaluator(tree, facts)(*(values[fact.name] for fact in facts)) == expected
