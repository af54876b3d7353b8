"""Laws of the language, each against an independent and slower definition."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from math import ceil, floor

from hypothesis import assume, given
from hypothesis import strategies as st

from makegood.kernel import Rounding, age_on, months_between, plus_months
from makegood.rules import (
    TRUE,
    Call,
    Fact,
    IsEmpty,
    Kind,
    Missing,
    Names,
    evaluator,
    facts_of,
    read_condition,
    read_expression,
    satisfiable,
    walk,
)
from tests.rules.effort import examples
from tests.rules.engines import Python, rows_of
from tests.rules.vocabulary import FACTS, UNKNOWN
from tests.rules.written import trees

ROWS, FULL = rows_of(60, seed=7), rows_of(60, seed=8)
DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))


@examples(150)
@given(drawn=trees(Kind.BOOLEAN))
def test_learning_a_missing_fact_never_changes_a_known_verdict(drawn):
    text, tree = drawn
    # IS NULL and coalesce ask whether a fact is there: their answer does change.
    asked = [n for n in walk(tree) if isinstance(n, IsEmpty) or _is_coalesce(n)]
    unknown = [n for n, fact in facts_of(tree).items() if fact.missing is UNKNOWN]
    assume(not any(name in facts_of(node) for node in asked for name in unknown))
    python = Python()
    for row, full in zip(ROWS, FULL, strict=True):
        learnt = {
            name: full[name] if value is None and FACTS[name].missing is UNKNOWN else value
            for name, value in row.items()
        }
        before, after = python.evaluate(tree, row), python.evaluate(tree, learnt)
        assert before is None or before == after, f"{text}\n{row}\n{learnt}"


def _is_coalesce(node: object) -> bool:
    return isinstance(node, Call) and not node.function.strict


@examples(200)
@given(
    amount=st.integers(0, 10**9),
    part=st.integers(0, 10**6),
    whole=st.integers(1, 10**6),
    rounding=st.sampled_from(Rounding),
)
def test_prorate_rounds_the_exact_share(amount, part, whole, rounding):
    text = f"prorate({amount}, {part}, {whole}, {rounding.value})"
    tree, problems = read_expression(text, Names())
    assert tree, problems
    share = Fraction(amount * part, whole)
    expected = {
        Rounding.DOWN: floor(share),
        Rounding.UP: ceil(share),
        Rounding.HALF_UP: floor(share + Fraction(1, 2)),
        Rounding.HALF_EVEN: round(share),
    }
    assert evaluator(tree, [])() == expected[rounding]


@examples(200)
@given(start=DAYS, days=st.integers(0, 4000))
def test_months_are_those_whose_day_has_been_reached(start, days):
    end = start + timedelta(days)
    completed = 0
    while plus_months(start, completed + 1) <= end:
        completed += 1
    assert months_between(start, end) == completed
    assert months_between(end, start) == -completed


@examples(200)
@given(day=DAYS, months=st.integers(-120, 120))
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(day, months):
    later = plus_months(day, months)
    step = 1 if months >= 0 else -1
    month, year = day.month, day.year
    for _ in range(abs(months)):
        month += step
        if month in (0, 13):
            month, year = (12, year - 1) if month == 0 else (1, year + 1)
    assert (later.year, later.month) == (year, month)
    assert later.day == day.day or (
        later.day < day.day and (later + timedelta(1)).month != later.month
    )


@examples(200)
@given(born=DAYS, days=st.integers(0, 20_000))
def test_age_counts_birthdays(born, days):
    day = born + timedelta(days)
    birthdays = 0
    for year in range(born.year + 1, day.year + 1):
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        moved = (born.month, born.day) == (2, 29) and not leap
        birthday = date(year, 3, 1) if moved else date(year, born.month, born.day)
        birthdays += birthday <= day
    assert age_on(born, day) == birthdays


FIRST, LAST = date(2026, 1, 13), date(2026, 1, 15)
SMALL = {
    fact.name: fact
    for fact in (
        Fact.bounded("flag", Kind.BOOLEAN, missing=UNKNOWN),
        Fact.bounded("count", Kind.INTEGER, low=0, high=3),
        Fact.bounded("other", Kind.INTEGER, low=-1, high=2, missing=UNKNOWN),
        Fact.bounded("left_on", Kind.DATE, low=FIRST, high=LAST, missing=Missing.NONE),
        Fact.bounded("brand", Kind.ENUM, ("own", "mvno", "both"), missing=Missing.NONE),
    )
}
ATOMS = (
    "flag", "NOT flag", "count = {n}", "count > {n}", "other < {n}", "other <> {n}",
    "count < other", "count = other", "count + other > {n}", "left_on >= DATE '2026-01-1{n}'",
    "left_on IS NULL", "left_on BETWEEN DATE '2026-01-13' AND DATE '2026-01-1{n}'",
    "brand = 'own'", "brand IS NOT NULL", "brand IN ('mvno', 'both')",
    "coalesce(other, {n}) = count", "CASE WHEN flag THEN count = {n} ELSE flag END",
)  # fmt: skip
CONDITIONS = st.recursive(
    st.builds(lambda atom, n: atom.format(n=n), st.sampled_from(ATOMS), st.integers(0, 4)),
    lambda below: st.one_of(
        st.tuples(below, below).map("({0[0]} AND {0[1]})".format),
        st.tuples(below, below).map("({0[0]} OR {0[1]})".format),
        below.map("NOT ({})".format),
    ),
    max_leaves=4,
)


def _everyone() -> list[tuple[object, ...]]:
    domains: list[list[object]] = []
    for fact in SMALL.values():
        values: list[object] = list(range(fact.low, fact.high + 1))
        if fact.kind is Kind.BOOLEAN:
            values = [False, True]
        if fact.kind is Kind.ENUM:
            values = list(fact.values)
        empty: list[object] = [] if fact.missing is Missing.NEVER else [None]
        domains.append([*values, *empty])
    return list(product(*domains))


LINES = _everyone()


@examples(150)
@given(wanted=CONDITIONS, within=CONDITIONS, unless=st.lists(CONDITIONS, max_size=2))
def test_nobody_is_only_said_where_there_is_nobody(wanted, within, unless):
    read = [read_condition(text, Names(SMALL)) for text in (wanted, within, *unless)]
    assume(not any(p.code == "MG301" for _, problems in read for p in problems))
    nodes = [tree for tree, _ in read if tree is not None]
    assert len(nodes) == len(read), read
    if satisfiable(nodes[0], within=nodes[1], unless=nodes[2:]):
        return
    run = [evaluator(node, list(SMALL.values())) for node in nodes]
    for line in LINES:
        found = run[0](*line) is True and run[1](*line) is not False
        assert not found or any(other(*line) is True for other in run[2:]), line


def test_enums_that_are_compared_with_each_other_try_all_their_values():
    words = ("v1", "v2", "v3", "v4")
    facts = {name: Fact.bounded(name, Kind.ENUM, words) for name in "abc"}
    for text in ("a = b AND b NOT IN ('v1', 'v2')", "a <> b AND b <> c AND a <> c"):
        tree, problems = read_condition(text, Names(facts))
        assert tree is not None, problems
        assert satisfiable(tree, within=TRUE), text


def test_surely_takes_nothing_as_free():
    tree, _ = read_condition("count = 3 OR count * other > 5", Names(SMALL))
    plain, _ = read_condition("count = 3", Names(SMALL))
    assert tree is not None
    assert plain is not None
    assert satisfiable(tree, within=TRUE)
    assert not satisfiable(tree, within=TRUE, surely=True)
    assert satisfiable(plain, within=TRUE, surely=True)


def test_somebody_is_found_where_only_one_value_will_do():
    for text, expected in [
        ("count = 3 AND other = 2", True),
        ("count = 3 AND other > 2", False),
        ("left_on > DATE '2026-01-14' AND left_on < DATE '2026-01-15'", False),
        ("count < other AND other < count", False),
        ("brand <> 'own' AND brand <> 'mvno' AND brand <> 'both' AND brand IS NOT NULL", False),
        ("flag AND NOT flag", False),
        ("left_on IS NULL AND left_on > DATE '2026-01-13'", False),
    ]:
        tree, _ = read_condition(text, Names(SMALL))
        assert tree is not None
        assert satisfiable(tree, within=TRUE) is expected, text
