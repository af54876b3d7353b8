"""The example programme over the real extract: 7,043 lines, 11 of them without a total."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal

import pytest

from makegood.decisions import LineDecision
from makegood.kernel import day_number, plus_months
from tests.population.making import AS_OF
from tests.population.telco import data
from tests.programmes.deciding import decider_of

Row = dict[str, str]

CONTRACTS = {"Month-to-month": "month_to_month", "One year": "one_year", "Two year": "two_years"}
PAYMENTS = {
    "Electronic check": "electronic_check",
    "Mailed check": "mailed_check",
    "Bank transfer (automatic)": "bank_transfer",
    "Credit card (automatic)": "credit_card",
}
INTERNET = {"No": "none", "DSL": "dsl", "Fiber optic": "fiber"}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with data().open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def decisions(rows: list[Row]) -> dict[str, dict[str, LineDecision]]:
    decider = decider_of("telco-churn")
    return {
        row["customerID"]: {d.measure: d for d in decider.decide(values_of(row))} for row in rows
    }


def values_of(row: Row) -> dict[str, int | str | bool | None]:
    started = plus_months(AS_OF, -int(row["tenure"]))
    return {
        "contract": CONTRACTS[row["Contract"]],
        "started_on": day_number(started),
        "left": row["Churn"] == "Yes",
        "monthly_charges": cents(row["MonthlyCharges"]),
        "total_charges": cents(row["TotalCharges"]),
        "senior": row["SeniorCitizen"] == "1",
        "payment": PAYMENTS[row["PaymentMethod"]],
        "internet": INTERNET[row["InternetService"]],
    }


def cents(text: str) -> int | None:
    return int(Decimal(text) * 100) if text.strip() else None


def test_the_11_blank_amounts_are_undetermined_and_not_zero(
    rows: list[Row], decisions: dict[str, dict[str, LineDecision]]
) -> None:
    blank = {row["customerID"] for row in rows if not row["TotalCharges"].strip()}
    assert len(blank) == 11
    credited = {line: found["loyalty_credit"] for line, found in decisions.items()}
    undetermined = {line for line, d in credited.items() if d.meaning.label == "undetermined"}
    assert undetermined == blank
    assert all(credited[line].amount is None for line in blank)
    assert all(credited[line].missing == ("total_charges",) for line in blank)


def test_whoever_left_under_contract_gets_a_tenth_back(
    rows: list[Row], decisions: dict[str, dict[str, LineDecision]]
) -> None:
    left = [r for r in rows if r["Churn"] == "Yes" and r["Contract"] != "Month-to-month"]
    due = {r["customerID"]: (cents(r["TotalCharges"]) or 0) // 10 for r in left}
    refunds = {line: found["refund_on_leaving"] for line, found in decisions.items()}
    granted = {line: d.amount for line, d in refunds.items() if d.amount is not None}
    assert granted == due
    assert len(due) == 214


def test_every_measure_counts_every_line_once(
    decisions: dict[str, dict[str, LineDecision]],
) -> None:
    for measure in ("refund_on_leaving", "loyalty_credit", "slowdown_credit"):
        counts = Counter(found[measure].disposition for found in decisions.values())
        assert counts.total() == 7_043
