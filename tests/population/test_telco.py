"""The real extract: 7,043 customers of a carrier, as it was published."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from makegood.kernel import day_number, plus_months
from makegood.population import Snapshot, check_snapshot, read_line
from tests.population.making import AS_OF, bring_in
from tests.population.telco import FACTS, MAPPING, data


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    out = tmp_path_factory.mktemp("telco") / "s"
    return bring_in(data(), MAPPING, FACTS, out).snapshot


def test_every_customer_is_kept(imported: Snapshot) -> None:
    assert (imported.rows, imported.rejected, imported.rows_in) == (7_043, 0, 7_043)
    assert (imported.folder / "rejects.csv").read_text() == "row,line_id,code,reason\n"
    assert check_snapshot(imported) == []
    assert imported.source["name"] == "telco-customer-churn.csv"


def test_blank_totals_are_empty_and_not_zero(imported: Snapshot) -> None:
    column = imported.columns["total_charges"]
    assert column.nulls == 11
    assert column.low == 1_880


def test_every_value_is_what_the_extract_says(imported: Snapshot) -> None:
    contracts = {"Month-to-month": "month_to_month", "One year": "one_year"}
    with data().open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows[::97]:
        line = read_line(imported, row["customerID"])
        assert line is not None
        total = row["TotalCharges"].strip()
        assert line["contract"] == contracts.get(row["Contract"], "two_years")
        assert line["started_on"] == day_number(plus_months(AS_OF, -int(row["tenure"])))
        assert line["left"] is (row["Churn"] == "Yes")
        assert line["monthly_charges"] == int(Decimal(row["MonthlyCharges"]) * 100)
        assert line["total_charges"] == (int(Decimal(total) * 100) if total else None)
        assert line["senior"] is (row["SeniorCitizen"] == "1")


def test_months_are_reckoned_as_contracts_do(tmp_path: Path) -> None:
    """The engine's months and the kernel's are the same, the last days of months included."""
    source, mapping = tmp_path / "s.csv", tmp_path / "m.yaml"
    source.write_text("id,m\n" + "".join(f"{i:05d},{i}\n" for i in range(1_201)))
    mapping.write_text(
        "source: {format: csv}\nline_id: id\n"
        "facts: {started_on: {column: m, months_before_as_of: true}}\n"
    )
    facts = {"started_on": FACTS["started_on"]}
    snapshot = bring_in(source, mapping, facts, tmp_path / "s").snapshot
    for months in (0, 1, 11, 13, 1_200):
        expected = day_number(plus_months(date(2026, 1, 13), -months))
        assert read_line(snapshot, f"{months:05d}") == {"started_on": expected}
