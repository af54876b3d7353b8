"""Amounts that are written as numbers are minor units."""

import pytest

from makegood.programmes import check_text, load_text
from tests.programme_text import changed

OLD = "amount: daily_fee + prorate(fee, bands(3, rates), 10000, down)"


@pytest.mark.parametrize(
    "amount", ["10050", "CASE WHEN status = 'closed' THEN 1000 ELSE 500 END", "least(10, 20) * 3"]
)
def test_a_flat_amount(amount: str) -> None:
    assert load_text(changed(OLD, f"amount: {amount}")).measures["credit"].amount is not None


def test_a_number_of_days_is_no_amount() -> None:
    text = changed(OLD, "amount: days(outage, outage) * 3 + coalesce(holder_age, 0)")
    _, findings = check_text(text)
    assert [finding.code for finding in findings] == ["MG306"]
