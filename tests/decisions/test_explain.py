"""One line's decisions in words: the programme's own, in every language, with the nearest miss."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from makegood.decisions import (
    BaseOrigin,
    BaseSource,
    Explainer,
    Explanation,
    LineDecider,
    line_facts,
    supposed,
)
from makegood.kernel import MakegoodError, day_number
from makegood.programmes import Programme, load_programme
from tests.decisions.outage import (
    BASE,
    PLAIN,
    engine_facts,
    line,
    measure,
    population,
    programme,
)

ROOT = Path(__file__).parents[2]
GIVEN = programme(
    measure(
        "credit",
        scope="opened_on < outage",
        exclusions={"child": "years < 14", "company": "company"},
        automatic="status = 'in_use'",
        late="status = 'closed' AND years > 60",
        amount="fee",
    )
)


def explained(
    given: Programme, facts: dict[str, Any], language: str = "en", name: str = "credit"
) -> Explanation:
    explainer = Explainer(LineDecider(given), language)
    found = explainer.explain(engine_facts(given, facts))
    return next(each for each in found if each.decision.measure == name)


LATE = date(2026, 3, 2)
WINDOW = "Applications are taken from 2 March 2026 at 9 am to 31 March 2026 at 6 pm."
ALSO = "It is also ruled out because"


@pytest.mark.parametrize(
    ("facts", "en", "ko"),
    [
        (
            line(),
            "This line qualifies and gets it without applying. The amount is 30,000 won.",
            "대상입니다. 신청하지 않아도 받습니다. 금액은 30,000원입니다.",
        ),
        (
            line(status="closed"),
            f"This line qualifies and gets it on application. {WINDOW} The amount is 30,000 won.",
            None,
        ),
        (
            line(opened_on=LATE, status="closed", years=61, fee=0),
            "This line gets it on application with a document: certificate. The amount is 0 won.",
            None,
        ),
        (
            line(years=13),
            "This line does not qualify: because of child.",
            "child 때문입니다",
        ),
        (
            line(years=13, company=True),
            f"This line does not qualify: because of child. {ALSO}: because of company.",
            "company 때문입니다",
        ),
        (
            line(years=None, fee=None),
            "This cannot be decided yet. To be found out: age, fee.",
            "나이, 요금",
        ),
    ],
)
def test_every_disposition_in_words(facts: dict[str, Any], en: str, ko: str | None) -> None:
    assert explained(GIVEN, facts, "en").text == en
    korean = explained(GIVEN, facts, "ko").text
    assert korean
    assert ko is None or ko in korean


def test_titles_are_the_programmes() -> None:
    assert explained(GIVEN, line(), "ko").title == "credit"
    assert explained(GIVEN, line(), "en").title == "the credit"


def test_a_claim_without_an_end() -> None:
    open_ended = load_programme(ROOT / "programmes" / "kt-2025" / "programme.yaml")
    text = explained(open_ended, _kt_line(open_ended), "en", "cover").text
    assert text.endswith("Applications are taken from 1 February 2026 at 9 am.")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_words_of_an_exclusion_are_those_of_the_programme(language: str) -> None:
    given = load_programme(ROOT / "programmes" / "kt-2025" / "programme.yaml")
    left = {
        "terminated_on": date(2026, 1, 5),
        "terminated_by": "operator",
        "line_kind": "iot",
        "brand": "mvno",
        "contract_action": "new",
        "contracted_on": date(2025, 9, 1),
    }
    found = explained(given, _kt_line(given) | left, language, "penalty_waiver")
    reasons = given.measures["penalty_waiver"].exclusions
    first, *others = (reason.because[language].rstrip(".") for reason in reasons)
    assert first in found.sentences[0]
    assert all(other in said for other, said in zip(others, found.sentences[1:], strict=True))


def _kt_line(given: Programme) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, fact in given.facts.items():
        plain = fact.values[0] if fact.values else 30
        facts[name] = None if fact.missing.value == "none" else plain
    return facts | {"contracted_on": date(2025, 1, 1)}


@pytest.mark.parametrize(
    ("scope", "facts", "misses"),
    [
        (
            "opened_on >= outage",
            line(opened_on=date(2026, 2, 27)),
            ["Day of opening 27 February 2026 is 2 days before 1 March 2026."],
        ),
        (
            "opened_on >= outage",
            line(opened_on=date(2026, 2, 28)),
            ["Day of opening 28 February 2026 is 1 day before 1 March 2026."],
        ),
        (
            "opened_on < outage",
            line(opened_on=LATE),
            ["Day of opening 2 March 2026 is 2 days after 28 February 2026."],
        ),
        (
            "opened_on BETWEEN DATE '2026-01-01' AND outage",
            line(opened_on=LATE),
            ["Day of opening 2 March 2026 is 1 day after 1 March 2026."],
        ),
        (
            "NOT (opened_on < outage OR opened_on > DATE '2026-03-10')",
            line(opened_on=date(2026, 3, 12)),
            ["Day of opening 12 March 2026 is 2 days after 10 March 2026."],
        ),
        ("years >= 65", line(years=60), ["Age 60 years is 5 years below 65 years."]),
        ("65 > years", line(years=70), ["Age 70 years is 6 years above 64 years."]),
        ("fee < 20000", line(), ["Fee 30,000 won is 10,001 won above 19,999 won."]),
        ("deposit > 5000", line(), ["Deposit 5,000 won is 1 won below 5,001 won."]),
        ("status = 'closed'", line(), ["Status: in use (wanted: closed)."]),
        ("status IN ('closed')", line(), ["Status: in use (wanted: closed)."]),
        ("status <> 'in_use'", line(), ["Status: in use."]),
        ("company", line(), ["Company: no."]),
        ("closed_on >= outage", line(), ["Day of closing: none."]),
        ("closed_on IS NULL", line(closed_on=LATE), ["Day of closing: 2 March 2026."]),
        (
            "status = 'closed' AND years >= 65",
            line(),
            ["Status: in use (wanted: closed).", "Age 40 years is 25 years below 65 years."],
        ),
        (
            "status = 'closed' AND years >= 65",
            line(years=None),
            ["Status: in use (wanted: closed)."],
        ),
        (
            "years >= 65 OR years <= 30",
            line(),
            ["Age 40 years is 10 years above 30 years."],
        ),
        (
            "status = 'closed' AND years > 50 OR years >= 65",
            line(),
            ["Age 40 years is 25 years below 65 years."],
        ),
        (
            "CASE WHEN company THEN years > 50 ELSE years > 45 END",
            line(),
            ["Age 40 years is 6 years below 46 years."],
        ),
        ("days(opened_on, outage) < 10", line(), []),
    ],
)  # fmt: skip
def test_the_nearest_miss(scope: str, facts: dict[str, Any], misses: list[str]) -> None:
    given = programme(measure("credit", scope=scope))
    found = explained(given, facts)
    assert found.text == " ".join(["This line does not qualify.", *misses])
    assert list(found.misses) == misses


def test_a_miss_in_korean() -> None:
    given = programme(measure("credit", scope="opened_on >= outage AND years >= 65"))
    found = explained(given, line(opened_on=date(2026, 2, 27)), "ko")
    assert "2026년 2월 27일" in found.misses[0]
    assert "2일" in found.misses[0]
    assert "25세" in found.misses[1]


def test_outside_the_base() -> None:
    given = programme(measure("credit", base="customers", scope="years > 30"), bases=BASE)
    found = explained(given, line(status="closed"))
    assert found.text == "This line does not qualify. It is for: customers."
    both = explained(given, line(status="closed", years=20))
    assert both.misses == (
        "It is for: customers.",
        "Age 20 years is 11 years below 31 years.",
    )


def test_a_base_that_nobody_gave() -> None:
    given = programme(measure("credit", base="customers"), bases=BASE)
    sources = {"customers": BaseSource(given.bases["customers"], BaseOrigin.ABSENT)}
    explainer = Explainer(LineDecider(given, sources), "en")
    (found,) = explainer.explain(engine_facts(given, PLAIN))
    expected = "This cannot be decided yet. To be found out: customers (as of 1 March 2026)."
    assert found.text == expected


def test_the_same_facts_give_the_same_words_every_time() -> None:
    explainer = Explainer(LineDecider(GIVEN), "en")
    facts = engine_facts(GIVEN, line(opened_on=LATE))
    assert explainer.explain(facts) == explainer.explain(facts)


class TestWhatIf:
    """Facts as somebody supposes them to be."""

    def _supposed(self, *texts: str) -> dict[str, Any]:
        return supposed(GIVEN, engine_facts(GIVEN, PLAIN), texts)

    def test_facts_of_every_kind(self) -> None:
        found = self._supposed(
            "status=closed",
            "opened_on = 2026-03-02",
            "closed_on=2026-03-01",
            "years=61",
            "fee=+1000",
            "company=True",
        )
        assert found == {
            "status": "closed",
            "opened_on": day_number(LATE),
            "closed_on": day_number(date(2026, 3, 1)),
            "years": 61,
            "fee": 1_000,
            "deposit": 5_000,
            "company": True,
        }

    @pytest.mark.parametrize("empty", ["fee=", "fee=?", "fee = "])
    def test_a_fact_that_is_not_known(self, empty: str) -> None:
        assert self._supposed(empty)["fee"] is None

    def test_nothing_supposed_changes_nothing(self) -> None:
        assert self._supposed() == engine_facts(GIVEN, PLAIN)

    @pytest.mark.parametrize(
        ("text", "message", "hint"),
        [
            ("years", "'years' is no supposition", "write FACT=VALUE"),
            ("", "'' is no supposition", "write FACT=VALUE"),
            ("yeras=3", "unknown fact 'yeras'", "did you mean 'years'?"),
            ("=3", "unknown fact ''", "facts: status, opened_on"),
            ("status=", "'status' is never empty", "give it a value"),
            ("status=closd", "'closd' is not a value of 'status'", "did you mean 'closed'?"),
            ("status=?!", "'?!' is not a value of 'status'", "one of in_use, closed"),
            ("company=yes", "'company' is true or false, not 'yes'", ""),
            ("years=old", "'years' is an integer, not 'old'", "a whole number"),
            ("years=1.5", "'years' is an integer, not '1.5'", "a whole number"),
            ("fee=12.50", "'fee' is money, not '12.50'", "whole number in minor units"),
            ("fee=1,5", "'fee' is money, not '1,5'", "whole number in minor units"),
            ("fee=1,000", "'fee' is money, not '1,000'", "whole number in minor units"),
            ("fee=1_000", "'fee' is money, not '1_000'", "whole number in minor units"),
            ("years=٣", "'years' is an integer, not '٣'", "a whole number"),
            ("opened_on=1.3.2026", "'opened_on' is a date, not '1.3.2026'", "2026-01-05"),
            ("opened_on=2026-02-30", "'opened_on' is a date, not '2026-02-30'", "2026-01-05"),
            ("years=131", "'years' lies between 0 and 130, not at 131", ""),
            ("fee=-1", "'fee' lies between 0 and 1,000,000, not at -1", ""),
            ("opened_on=1899-12-31", "between 1900-01-01 and 2199-12-31", ""),
        ],
    )
    def test_what_cannot_be_supposed(self, text: str, message: str, hint: str) -> None:
        with pytest.raises(MakegoodError) as error:
            self._supposed("fee=1", text)
        (finding,) = error.value.findings
        assert finding.code == "MG609"
        assert message in finding.message
        assert hint in finding.hint

    def test_all_that_is_wrong_is_told_at_once(self) -> None:
        with pytest.raises(MakegoodError) as error:
            self._supposed("a=1", "years=x", "fee")
        assert len(error.value.findings) == 3


@pytest.mark.parametrize("name", ["L2", "", "L", "zz", "L00", "회선"])
def test_a_line_that_is_not_there(tmp_path: Path, name: str) -> None:
    snapshot = population(tmp_path / "population", GIVEN, [line(), line()])
    with pytest.raises(MakegoodError, match=f"no line '{name}' among 2") as error:
        line_facts(snapshot, name, {})
    (finding,) = error.value.findings
    assert (finding.code, finding.hint) == ("MG610", "line ids here look like 'L0'")


def test_a_line_of_a_population_without_lines(tmp_path: Path) -> None:
    snapshot = population(tmp_path / "population", GIVEN, [])
    with pytest.raises(MakegoodError, match="among 0") as error:
        line_facts(snapshot, "L0", {})
    assert error.value.findings[0].hint == ""
