"""The real extract, and the facts that the example reads out of it."""

from pathlib import Path

import pytest

from makegood.rules import Fact, Kind, Missing

ROOT = Path(__file__).parents[2]
MAPPING = ROOT / "examples" / "telco-churn" / "mapping.yaml"
DATA = ROOT.parent / "shared" / "data" / "telco-customer-churn.csv"

_PAYMENTS = ("electronic_check", "mailed_check", "bank_transfer", "credit_card")

FACTS = {
    fact.name: fact
    for fact in (
        Fact.bounded("contract", Kind.ENUM, ("month_to_month", "one_year", "two_years")),
        Fact.bounded("started_on", Kind.DATE),
        Fact.bounded("left", Kind.BOOLEAN),
        Fact.bounded("monthly_charges", Kind.MONEY),
        Fact.bounded("total_charges", Kind.MONEY, missing=Missing.UNKNOWN),
        Fact.bounded("senior", Kind.BOOLEAN),
        Fact.bounded("payment", Kind.ENUM, _PAYMENTS),
        Fact.bounded("internet", Kind.ENUM, ("none", "dsl", "fiber")),
    )
}


def data() -> Path:
    """The extract; it is not part of the project, and a test that needs it is skipped without."""
    if not DATA.is_file():
        pytest.skip("the real data is not beside the clone: ../shared/data")
    return DATA
