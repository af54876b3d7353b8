"""The expected penalty: the published examples to the won, and how each is reckoned."""

from datetime import date, timedelta

import pytest

from makegood.dues import penalty_on, penalty_question
from makegood.dues.reckoning import penalty_measures, penalty_window, reckoned
from makegood.dues.telling import Telling
from makegood.kernel import MakegoodError, day_number, plus_months
from makegood.redress.serving import decision_of
from tests.dues.kt import BEFORE, NAME, OPEN
from tests.programmes.deciding import programme_of
from tests.redress.claims.relief import at

BANDED, CURRENT = date(2016, 1, 10), date(2024, 1, 10)
DISCOUNT = {"support": "monthly_discount", "contract_months": 24, "suspended_days": 0}


def reckoning(line, programme="kt-2025", language="en"):
    """How a line's penalty is reckoned; dates as dates."""
    telling = Telling.of(programme_of(programme), language, OPEN)
    values = {k: day_number(v) if isinstance(v, date) else v for k, v in line.items()}
    (measure,) = penalty_measures(telling.programme)
    return reckoned(telling, measure, values)


def in_month(signed: date, month: int) -> date:
    """The last day of a contract's month, counted from 1."""
    return plus_months(signed, month) - timedelta(days=1)


@pytest.mark.usefixtures("lasting")
@pytest.mark.parametrize(
    ("signed", "monthly", "used", "won"),
    [
        pytest.param(BANDED, 16_500, 23, 151_800, id="banded 100/60/35/-15/-40, month 23"),
        pytest.param(CURRENT, 16_500, 23, 21_083, id="current, month 23"),
        pytest.param(BANDED, 15_675, 9, 122_265, id="banded 100/60, 9 months used"),
    ],
)
def test_published_discount_repayments(signed: date, monthly: int, used: int, won: int) -> None:
    line = {**DISCOUNT, "contracted_on": signed, "monthly_discount_won": monthly}
    found = reckoning({**line, "terminated_on": in_month(signed, used)})
    assert found.amount == won
    figures = {step.label: step.figure for step in found.steps}
    assert figures["months of the contract used"] == str(used)
    assert figures["discount repayment"] == f"{won:,} won"
    assert found.steps[-1].figure == f"{won:,} won"
    assert found.steps[-1].label == "early-termination penalty"


@pytest.mark.usefixtures("lasting")
@pytest.mark.parametrize("programme", ["kt-2025", "skt-2025"])
def test_a_subsidy_is_paid_back_whole_first_and_then_by_what_is_left(programme: str) -> None:
    signed = date(2024, 1, 10)
    line = {
        "support": "device_subsidy",
        "contract_months": 24,
        "contracted_on": signed,
        "subsidy_won": 600_000,
        "suspended_days": 0,
    }
    whole = reckoning({**line, "terminated_on": in_month(signed, 3)}, programme)
    assert whole.amount == 600_000
    later = reckoning({**line, "terminated_on": signed + timedelta(days=607)}, programme)
    assert later.amount == 600_000 * (730 - 608) // (730 - 180)
    (clawback,) = [step for step in later.steps if step.label == "subsidy clawback"]
    assert "÷ (days of contract − 180), rounded down" in clawback.how
    assert "2014" not in str(later)


@pytest.mark.usefixtures("lasting")
def test_what_does_not_matter_is_not_told() -> None:
    line = {**DISCOUNT, "contracted_on": CURRENT, "monthly_discount_won": 16_500}
    found = reckoning({**line, "terminated_on": in_month(CURRENT, 23)})
    assert "device subsidy received" not in dict(found.facts)
    assert "days of the contract used" not in [step.label for step in found.steps]


@pytest.mark.usefixtures("lasting")
def test_a_missing_fact_is_named_and_no_amount_is_made_up() -> None:
    found = reckoning({**DISCOUNT, "contracted_on": None, "terminated_on": date(2026, 1, 5)})
    assert found.amount is None
    assert found.missing == ("day of contract",)


@pytest.mark.usefixtures("kt")
def test_a_line_in_use_sees_what_ending_it_would_cost_and_whether_it_is_paid_back() -> None:
    with at(BEFORE):
        inside = penalty_on("L00002", date(2026, 1, 5), "ko")
        outside = penalty_on("L00002", date(2026, 1, 14), "ko")
        asked = penalty_question("L00002", "ko")
        assert decision_of(NAME, "L00002").of("penalty_waiver").amount is None
    assert inside.amount_text == "126,545원"
    assert inside.sentences[-1] == "금액은 126,545원입니다."
    assert (inside.first_day, inside.last_day) == (date(2025, 9, 1), date(2026, 1, 13))
    assert outside.amount_text == "116,727원"
    assert outside.sentences[0] == "대상이 아닙니다."
    assert outside.sentences[1].endswith("2026년 1월 13일보다 1일 늦습니다.")
    assert asked.proposed == date(2026, 1, 13)
    assert (asked.first_text, asked.last_text) == ("2025년 9월 1일", "2026년 1월 13일")


@pytest.mark.usefixtures("kt")
def test_of_a_line_that_has_ended_it_is_said_that_it_ended() -> None:
    from django.template.loader import render_to_string

    def heading(line: str, day: date, language: str) -> str:
        penalty = penalty_on(line, day, language)
        return render_to_string("dues/penalty.html", {"penalty": penalty}).partition("</h2>")[0]

    ended, other = date(2026, 1, 5), date(2026, 1, 6)
    with at(BEFORE):
        assert "The line ended on 5 January 2026" in heading("L00001", ended, "en")
        assert "2026년 1월 5일에 해지한 회선" in heading("L00001", ended, "ko")
        assert "If the line ends on 6 January 2026" in heading("L00001", other, "en")
        assert "If the line ends on 5 January 2026" in heading("L00002", ended, "en")


@pytest.mark.usefixtures("kt")
def test_a_brand_that_is_not_covered_still_sees_its_penalty() -> None:
    with at(BEFORE):
        found = penalty_on("L00004", date(2026, 1, 5), "en")
    assert found.amount_text == "126,545 won"
    assert found.sentences == ("This line does not qualify: the line is with an MVNO.",)


@pytest.mark.usefixtures("kt")
def test_what_cannot_be_reckoned_is_refused() -> None:
    with at(BEFORE):
        with pytest.raises(MakegoodError, match="MG650"):
            penalty_on("L00002", date(2026, 1, 5), "ko", measure="data")
        with pytest.raises(MakegoodError, match="MG609"):
            penalty_on("L00002", date(1999, 1, 5), "ko")


@pytest.mark.parametrize("name", ["kt-2021", "rogers-2022"])
def test_a_programme_without_such_a_day_has_no_penalty(name: str) -> None:
    assert penalty_measures(programme_of(name)) == ()


def test_the_window_is_that_of_the_rule() -> None:
    (measure,) = penalty_measures(programme_of("skt-2025"))
    assert penalty_window(measure) == (date(2025, 4, 19), date(2025, 7, 14))
