"""A real extract from end to end: imported, decided, proved, and counted again independently."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from makegood.decisions import Decisions, Explainer, LineDecider, decide, line_facts, verify
from makegood.kernel import FixedClock
from makegood.population import Snapshot, import_population
from makegood.programmes import Programme, load_programme
from tests.population.telco import data

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "telco-churn"
CLOCK = FixedClock(datetime(2026, 11, 2, 9, tzinfo=UTC))
AS_OF = date(2026, 11, 1)
SLOWDOWN = date(2026, 6, 30)

Row = dict[str, str]


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load_programme(EXAMPLE / "programme.yaml")


@pytest.fixture(scope="module")
def snapshot(programme: Programme, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return import_population(
        data(),
        EXAMPLE / "mapping.yaml",
        programme.facts,
        programme=programme.identifier,
        programme_sha256=programme.sha256,
        minor_digits=programme.currency.minor_digits,
        as_of=AS_OF,
        out=tmp_path_factory.mktemp("telco") / "population",
        clock=CLOCK,
    ).snapshot


@pytest.fixture(scope="module")
def decisions(
    programme: Programme, snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> Decisions:
    out = tmp_path_factory.mktemp("decided") / "decisions"
    return decide(programme, snapshot, [], out, clock=CLOCK).decisions


@pytest.fixture(scope="module")
def decided(decisions: Decisions) -> dict[str, dict[str, Any]]:
    """Every line's row, by its id."""
    tables = [parquet.read_table(path) for path in decisions.part_paths()]
    return {row["line_id"]: row for row in pa.concat_tables(tables).to_pylist()}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """The extract as Python's own reader has it."""
    with data().open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cents(text: str, part: Decimal, rounding: str) -> int | None:
    """A part of an amount of dollars in whole cents; None for a blank."""
    if not text.strip():
        return None
    return int((Decimal(text) * 100 * part).to_integral_value(rounding))


def refund_on_leaving(row: Row) -> tuple[str, int | None]:
    if row["Churn"] != "Yes" or row["Contract"] == "Month-to-month":
        return "not_in_scope", None
    amount = cents(row["TotalCharges"], Decimal("0.1"), ROUND_FLOOR)
    if amount is None:
        return "undetermined", None
    by_itself = row["SeniorCitizen"] == "1" or "(automatic)" in row["PaymentMethod"]
    return ("granted:automatic" if by_itself else "granted:on_application"), amount


def loyalty_credit(row: Row) -> tuple[str, int | None]:
    if row["Churn"] == "Yes":
        return "not_in_scope", None
    amount = cents(row["TotalCharges"], Decimal("0.01"), ROUND_FLOOR)
    return ("undetermined" if amount is None else "granted:automatic"), amount


def slowdown_credit(row: Row) -> tuple[str, int | None]:
    if row["InternetService"] != "Fiber optic" or row["Churn"] == "Yes":
        return "not_in_scope", None
    # The first of November less so many months; after 30 June 2026 means fewer than five.
    if int(row["tenure"]) < (AS_OF.month - SLOWDOWN.month):
        return "excluded:started_later", None
    return "granted:automatic", cents(row["MonthlyCharges"], Decimal("0.1"), ROUND_CEILING)


MEASURES = {
    "refund_on_leaving": refund_on_leaving,
    "loyalty_credit": loyalty_credit,
    "slowdown_credit": slowdown_credit,
}


def counted_again(rows: list[Row], name: str) -> Iterator[tuple[str, str, int | None]]:
    for row in rows:
        yield (row["customerID"], *MEASURES[name](row))


@pytest.mark.parametrize("name", MEASURES)
def test_every_total_agrees_with_an_independent_count(
    decisions: Decisions, rows: list[Row], name: str
) -> None:
    lines: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for _, label, amount in counted_again(rows, name):
        lines[label] += 1
        amounts[label] += amount or 0
    found = decisions.measures[name]
    labels = {c: ":".join(filter(None, (c.disposition, c.way or c.reason))) for c in found.counts}
    assert {labels[count]: count.lines for count in found.counts if count.lines} == lines
    granted = {key: sum_ for key, sum_ in amounts.items() if key.startswith("granted")}
    assert {
        labels[c]: c.amount for c in found.counts if c.amount is not None and c.lines
    } == granted
    assert found.lines == 7_043


@pytest.mark.parametrize("name", MEASURES)
def test_every_line_agrees(decided: dict[str, dict[str, Any]], rows: list[Row], name: str) -> None:
    again = {line: amount for line, _, amount in counted_again(rows, name)}
    assert {line: row[f"amount_of_{name}"] for line, row in decided.items()} == again


def test_whoever_left_under_contract_gets_a_part_back(
    decisions: Decisions, rows: list[Row]
) -> None:
    found = decisions.measures["refund_on_leaving"]
    under_contract = ("One year", "Two year")
    left = [r for r in rows if r["Churn"] == "Yes" and r["Contract"] in under_contract]
    charged = sum((Decimal(row["TotalCharges"]) for row in left), Decimal(0))
    granted = sum(count.lines for count in found.counts if count.disposition == "granted")
    assert granted == len(left) == 214
    assert found.amount is not None
    # Each is rounded down to the cent, so that less than a cent each is lost.
    assert 0 <= charged * 10 - found.amount < len(left)


def test_the_eleven_blank_amounts_are_undetermined_and_not_zero(
    decisions: Decisions, decided: dict[str, dict[str, Any]], rows: list[Row]
) -> None:
    blank = {row["customerID"] for row in rows if not row["TotalCharges"].strip()}
    assert len(blank) == 11
    lacking = decisions.measures["loyalty_credit"].lacking
    assert [(each.facts, each.lines) for each in lacking] == [(("total_charges",), 11)]
    undetermined = {line for line, row in decided.items() if row["loyalty_credit"] == 4}
    assert undetermined == blank
    assert {decided[line]["amount_of_loyalty_credit"] for line in blank} == {None}


def test_what_is_told_to_one_of_them(
    programme: Programme, snapshot: Snapshot, rows: list[Row]
) -> None:
    blank = next(row["customerID"] for row in rows if not row["TotalCharges"].strip())
    explainer = Explainer(LineDecider(programme), "en")
    told = {e.decision.measure: e.text for e in explainer.explain(line_facts(snapshot, blank, {}))}
    expected = "This cannot be decided yet. To be found out: total charges so far."
    assert told["loyalty_credit"] == expected


def test_it_verifies(decisions: Decisions) -> None:
    found = verify(decisions)
    assert (found.findings, found.recomputed) == ((), 7_043)
