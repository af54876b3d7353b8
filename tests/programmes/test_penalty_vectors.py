"""The published examples of early-termination penalties, to the won."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from makegood.kernel import plus_months
from makegood.programmes import load_text
from tests.programmes.deciding import programme_of
from tests.programmes.formulas import reckoned

BANDED, CURRENT = date(2016, 1, 10), date(2024, 1, 10)

MONTH_BASED = load_text("""\
makegood: 1
programme: by-months
title: {en: Penalties by months}
summary: {en: Rules that count whole months used.}
operator: {en: A carrier}
languages: [en]
currency: {code: KRW, minor_digits: 0}
time_zone: Asia/Seoul
facts:
  used: {type: integer, label: {en: months used}, max: 24}
  subsidy: {type: money, label: {en: subsidy}, max: 2000000}
  discount: {type: money, label: {en: monthly discount}, max: 100000}
tables:
  other_rates:
    bands:
      - {through: 6, rate: 100}
      - {through: 12, rate: 50}
      - {through: 16, rate: 30}
      - {through: 20, rate: -20}
      - {through: 24, rate: -40}
formulas:
  current_subsidy:
    # The source of the example rounds half up.
    value: CASE WHEN used <= 6 THEN subsidy ELSE prorate(subsidy, 24 - used, 18, half_up) END
  plain_subsidy:
    value: prorate(subsidy, 24 - used, 24, down)
  other_banded:
    value: prorate(discount, greatest(0, bands(used, other_rates)), 100, down)
measures:
  waiver:
    title: {en: Waiver}
    promise: {en: Penalties are waived.}
    refund: {amount: current_subsidy + plain_subsidy + other_banded, pay: {within_days: 7}}
""")


def discount_repayment(signed: date, *, monthly: int, used: int, months: int = 24) -> int:
    """KT's rule for a contract that ends in its month ``used``, on the last day of that month."""
    line: dict[str, date | int | str] = {
        "support": "monthly_discount",
        "contract_months": months,
        "contracted_on": signed,
        "terminated_on": plus_months(signed, used) - timedelta(days=1),
        "monthly_discount_won": monthly,
    }
    return reckoned(programme_of("kt-2025"), "discount_repayment", line)


@pytest.mark.parametrize(
    ("signed", "monthly", "used", "won"),
    [
        pytest.param(BANDED, 16_500, 23, 151_800, id="banded 100/60/35/-15/-40, month 23"),
        pytest.param(CURRENT, 16_500, 23, 21_083, id="current, month 23"),
        pytest.param(BANDED, 15_675, 9, 122_265, id="banded 100/60, 9 months used"),
    ],
)
def test_published_discount_repayments(signed: date, monthly: int, used: int, won: int) -> None:
    assert discount_repayment(signed, monthly=monthly, used=used) == won


@pytest.mark.parametrize(("used", "won"), [(3, 54_000), (6, 108_000), (12, 162_000), (20, 169_200)])
def test_published_repayments_of_the_other_banded_variant(used: int, won: int) -> None:
    assert reckoned(MONTH_BASED, "other_banded", {"discount": 18_000, "used": used}) == won


@pytest.mark.parametrize(("used", "won"), [(3, 600_000), (10, 466_667), (20, 133_333)])
def test_published_subsidy_clawbacks_by_months(used: int, won: int) -> None:
    assert reckoned(MONTH_BASED, "current_subsidy", {"subsidy": 600_000, "used": used}) == won


def test_published_plain_pro_rata_of_2014() -> None:
    assert reckoned(MONTH_BASED, "plain_subsidy", {"subsidy": 300_000, "used": 6}) == 225_000


# --- The rules themselves, beyond the published examples ------------------------------------------


@pytest.mark.parametrize(
    ("signed", "used", "won"),
    [
        *((BANDED, 3, 30_000), (BANDED, 9, 60_000), (BANDED, 12, 60_000)),
        *((CURRENT, 3, 30_000), (CURRENT, 4, 35_555), (CURRENT, 6, 40_000), (CURRENT, 12, 0)),
    ],
)
def test_discount_repayment_of_12_months(signed: date, used: int, won: int) -> None:
    assert discount_repayment(signed, monthly=10_000, used=used, months=12) == won


@pytest.mark.parametrize(("used", "won"), [(6, 60_000), (7, 66_111), (24, 0)])
def test_discount_repayment_of_24_months(used: int, won: int) -> None:
    assert discount_repayment(CURRENT, monthly=10_000, used=used) == won


def test_the_last_month_of_a_banded_contract_is_within_its_term() -> None:
    assert discount_repayment(BANDED, monthly=10_000, used=24) == 88_000
    assert discount_repayment(BANDED, monthly=10_000, used=12, months=12) == 60_000


@pytest.mark.parametrize("months", [12, 24])
@pytest.mark.parametrize("signed", [BANDED, CURRENT], ids=["banded", "current"])
@pytest.mark.parametrize("beyond", ["a day", "a month", "years"])
def test_a_contract_whose_term_is_over_owes_no_discount(
    signed: date, months: int, beyond: str
) -> None:
    over = plus_months(signed, months)  # the first day after the term
    ended = {"a day": over, "a month": plus_months(over, 1), "years": plus_months(over, 100)}
    line: dict[str, date | int | str] = {
        "support": "monthly_discount",
        "contract_months": months,
        "contracted_on": signed,
        "terminated_on": ended[beyond],
        "monthly_discount_won": 10_000,
    }
    assert reckoned(programme_of("kt-2025"), "discount_repayment", line) == 0


def test_the_rule_of_discounts_changes_with_the_day_the_contract_was_signed() -> None:
    before = discount_repayment(date(2018, 8, 31), monthly=16_500, used=23)
    after = discount_repayment(date(2018, 9, 1), monthly=16_500, used=23)
    assert (before, after) == (151_800, 21_083)


def subsidy_clawback(signed: date, ended: date, *, suspended: int = 0, months: int = 24) -> int:
    line: dict[str, date | int | str] = {
        "support": "device_subsidy",
        "contract_months": months,
        "contracted_on": signed,
        "terminated_on": ended,
        "subsidy_won": 550_000,
        "suspended_days": suspended,
    }
    return reckoned(programme_of("kt-2025"), "subsidy_clawback", line)


@pytest.mark.parametrize(
    ("ended", "suspended", "won"),
    [
        pytest.param(date(2025, 1, 1), 0, 550_000, id="day 1"),
        pytest.param(date(2025, 6, 29), 0, 550_000, id="day 180: still the whole subsidy"),
        pytest.param(date(2025, 6, 30), 0, 549_000, id="day 181: 549 days of 550 remain"),
        pytest.param(date(2025, 6, 30), 1, 550_000, id="day 181, a day of it in suspension"),
        pytest.param(date(2026, 12, 30), 0, 1_000, id="day 729"),
        pytest.param(date(2026, 12, 31), 0, 0, id="day 730"),
        pytest.param(date(2027, 12, 31), 0, 0, id="long after"),
    ],
)
def test_subsidy_clawback_by_days(ended: date, suspended: int, won: int) -> None:
    assert subsidy_clawback(date(2025, 1, 1), ended, suspended=suspended) == won


@pytest.mark.parametrize("months", [12, 24])
@pytest.mark.parametrize("signed", [BANDED, CURRENT], ids=["of 2014", "current"])
@pytest.mark.parametrize("beyond", [0, 1, 100])
def test_a_contract_whose_term_is_over_owes_no_subsidy(
    signed: date, months: int, beyond: int
) -> None:
    ended = plus_months(signed, months + beyond)
    assert subsidy_clawback(signed, ended, months=months) == 0


@pytest.mark.parametrize(
    ("ended", "suspended", "won"),
    [
        pytest.param(date(2025, 3, 31), 0, 550_000, id="the last day of its third month"),
        pytest.param(date(2025, 4, 1), 0, 0, id="the day after"),
        pytest.param(date(2025, 4, 1), 1, 550_000, id="the day after, prolonged by a suspension"),
    ],
)
def test_a_term_shorter_than_the_days_of_the_rule_ends_too(
    ended: date, suspended: int, won: int
) -> None:
    assert subsidy_clawback(date(2025, 1, 1), ended, suspended=suspended, months=3) == won


def test_subsidy_clawback_of_12_months_is_of_185_days() -> None:
    ended = date(2025, 6, 30)
    assert subsidy_clawback(date(2025, 1, 1), ended, months=12) == 550_000 * 184 // 185


def test_a_contract_under_the_2014_rule_is_plain_pro_rata_from_the_first_day() -> None:
    assert subsidy_clawback(date(2017, 9, 30), date(2017, 9, 30)) == 550_000 * 729 // 730
