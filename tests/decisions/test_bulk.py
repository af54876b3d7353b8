"""Whole snapshots decided: every kind of disposition, what decides first, and what is kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from makegood.decisions import LineDecider, diff, verify
from makegood.programmes import Programme
from tests.decisions.outage import (
    BASE,
    HEAD,
    decided,
    engine_facts,
    ids,
    in_words,
    line,
    measure,
    population,
    programme,
    told,
)

Line = dict[str, Any]


def rows(tmp_path: Path, given: Programme, *lines: Line) -> dict[str, list[str]]:
    """By measure the decisions of some lines, which the engine for one line must share."""
    snapshot = population(tmp_path / "population", given, lines)
    decisions = decided(tmp_path / "decisions", given, snapshot).decisions
    found = {name: told(decisions, given, name) for name in given.measures}
    one_by_one = [in_words(LineDecider(given).decide(engine_facts(given, each))) for each in lines]
    assert found == {name: [each[name] for each in one_by_one] for name in given.measures}
    return found


def test_every_kind_of_disposition(tmp_path: Path) -> None:
    given = programme(
        measure(
            "credit",
            scope="opened_on < outage",
            exclusions={"child": "years < 14", "over": "status = 'closed'"},
            automatic="company",
            amount="fee",
        )
    )
    lines = {
        "not_in_scope": line(opened_on=date(2026, 3, 1)),
        "granted:automatic 30,000": line(company=True),
        "granted:on_application 0": line(fee=0),
        "excluded:child": line(years=13, status="closed"),
        "excluded:over": line(status="closed", fee=None, company=None),
        "undetermined lacks years": line(years=None),
        "undetermined lacks fee": line(fee=None),
        "undetermined lacks company": line(company=None),
        "undetermined lacks years fee company": line(years=None, fee=None, company=None),
    }
    assert rows(tmp_path, given, *lines.values()) == {"credit": list(lines)}


def test_a_late_window_asks_for_a_document(tmp_path: Path) -> None:
    given = programme(measure("credit", scope="opened_on < outage", late="company AND years > 60"))
    after = date(2026, 4, 1)
    assert rows(
        tmp_path,
        given,
        line(),
        line(opened_on=after, company=True, years=61),
        line(opened_on=after, company=True, years=60),
        line(opened_on=after, company=None, years=61),
        line(opened_on=after, company=None, years=60),
        line(company=True, years=61),
    ) == {
        "credit": [
            "granted:on_application 5,000",
            "granted:with_document 5,000",
            "not_in_scope",
            "undetermined lacks company",
            "not_in_scope",
            "granted:on_application 5,000",
        ]
    }


def test_in_scope_or_late_but_nobody_knows_which(tmp_path: Path) -> None:
    given = programme(measure("credit", scope="years < 30", late="company"))
    found = rows(tmp_path, given, line(years=None, company=True), line(years=None, company=False))
    assert found == {"credit": ["undetermined lacks years"] * 2}


def test_what_is_known_decides_whatever_else_is_missing(tmp_path: Path) -> None:
    given = programme(
        measure(
            "credit",
            scope="years >= 14",
            exclusions={"company": "company", "over": "status = 'closed'", "dear": "fee > 50000"},
            amount="fee",
        )
    )
    assert rows(
        tmp_path,
        given,
        line(years=13, company=None, fee=None),
        line(years=None, company=True, fee=None),
        line(years=None, company=None, status="closed", fee=None),
        line(company=None, fee=60_000),
        line(company=None, fee=50_000),
        line(years=None, company=False, fee=50_000),
        line(years=None, company=None, fee=None),
    ) == {
        "credit": [
            "not_in_scope",
            "excluded:company",
            "excluded:over",
            "excluded:dear",
            "undetermined lacks company",
            "undetermined lacks years",
            "undetermined lacks years fee company",
        ]
    }


def test_none_is_an_answer_and_unknown_is_not(tmp_path: Path) -> None:
    given = programme(
        measure("left", scope="closed_on >= outage", amount=None),
        measure("stayed", scope="closed_on IS NULL OR closed_on > outage", amount=None),
        measure("grown_up", scope="NOT (years < 20)", amount=None),
    )
    on_the_day = date(2026, 3, 1)
    granted, out = "granted:automatic", "not_in_scope"
    assert rows(tmp_path, given, line(), line(closed_on=on_the_day, years=None)) == {
        "left": [out, granted],
        "stayed": [granted, out],
        "grown_up": [granted, "undetermined lacks years"],
    }


def test_the_first_exclusion_that_applies_is_the_reason(tmp_path: Path) -> None:
    first = {"child": "years < 14", "company": "company", "over": "status = 'closed'"}
    last = dict(reversed(first.items()))
    given = programme(measure("one", exclusions=first), measure("two", exclusions=last))
    assert rows(tmp_path, given, line(years=5, company=True, status="closed")) == {
        "one": ["excluded:child"],
        "two": ["excluded:over"],
    }


def test_formulas_are_reckoned_wherever_they_stand(tmp_path: Path) -> None:
    """In conditions, in amounts, in both, in each other, in several measures."""
    formulas = """\
formulas:
  daily: {value: 'prorate(fee, 1, 30, down)'}
  owed: {value: 'daily * 3 + deposit'}
  grown_up: {value: years >= 20}
  part: {value: "CASE WHEN grown_up THEN owed ELSE prorate(owed, 1, 2, up) END"}
"""
    given = programme(
        measure("credit", scope="grown_up", exclusions={"dear": "owed > 20000"}, amount="owed"),
        measure("half", scope="status = 'closed'", amount="part", automatic="daily > 1000"),
        measure("deposit_back", scope="company", amount="greatest(owed, deposit)"),
        formulas=formulas,
    )
    assert rows(
        tmp_path,
        given,
        line(),
        line(fee=150_031),
        line(fee=None),
        line(years=None, status="closed"),
        line(years=19, status="closed", fee=45_000, company=True),
        line(years=19, status="closed", fee=None, company=True),
        line(years=None, fee=None, company=None, status="closed"),
    ) == {
        "credit": [
            "granted:automatic 8,000",
            "excluded:dear",
            "undetermined lacks fee",
            "undetermined lacks years",
            "not_in_scope",
            "not_in_scope",
            "undetermined lacks years fee",
        ],
        "half": [
            "not_in_scope",
            "not_in_scope",
            "not_in_scope",
            "undetermined lacks years",
            "granted:automatic 4,750",
            "undetermined lacks fee",
            "undetermined lacks years fee",
        ],
        "deposit_back": [
            "not_in_scope",
            "not_in_scope",
            "not_in_scope",
            "not_in_scope",
            "granted:automatic 9,500",
            "undetermined lacks fee",
            "undetermined lacks fee company",
        ],
    }


def test_a_formula_that_something_known_stands_in_for(tmp_path: Path) -> None:
    """What is missing in it matters to nobody there, but elsewhere it does."""
    formulas = "formulas:\n  both: {value: fee + deposit}\n  more: {value: both + deposit}\n"
    asked = measure("credit", amount="coalesce(more, 0)")
    alone = programme(asked, formulas=formulas)
    lines = [line(), line(fee=None)]
    expected = ["granted:automatic 40,000", "granted:automatic 0"]
    assert rows(tmp_path / "alone", alone, *lines) == {"credit": expected}
    beside = programme(asked, measure("other", amount="both"), formulas=formulas)
    assert rows(tmp_path / "beside", beside, *lines) == {
        "credit": expected,
        "other": ["granted:automatic 35,000", "undetermined lacks fee"],
    }


def test_large_amounts_are_summed_without_loss(tmp_path: Path) -> None:
    """Sums of amounts go beyond 64 bits before a number of lines does."""
    given = programme(measure("credit", amount="deposit * 4000000000000"))
    snapshot = population(tmp_path / "population", given, [line(deposit=1_000_000)] * 5)
    decisions = decided(tmp_path / "decisions", given, snapshot).decisions
    assert decisions.measures["credit"].amount == 20_000_000_000_000_000_000


def test_a_base_in_the_lines_own_facts(tmp_path: Path) -> None:
    given = programme(
        measure("credit", base="customers", scope="NOT company", amount=None), bases=BASE
    )
    assert rows(
        tmp_path,
        given,
        line(),
        line(status="closed", years=None),
        line(years=None),
        line(years=None, company=True),
    ) == {
        "credit": [
            "granted:automatic",
            "not_in_scope",
            "undetermined lacks years",
            "not_in_scope",
        ]
    }


def test_no_lines_at_all(tmp_path: Path) -> None:
    given = programme(measure("credit", amount="fee"), measure("data", amount=None))
    snapshot = population(tmp_path / "population", given, [])
    outcome = decided(tmp_path / "decisions", given, snapshot)
    assert outcome.written
    credit = outcome.decisions.measures["credit"]
    assert (outcome.decisions.rows, credit.lines, credit.amount) == (0, 0, 0)
    assert ids(outcome.decisions) == []
    assert not decided(tmp_path / "decisions", given, snapshot).written


def test_as_many_facts_and_exclusions_as_a_decision_holds(tmp_path: Path) -> None:
    """The last bit of the mask, and the last code."""
    facts = "".join(
        f"  f{i}: {{type: integer, missing: unknown, max: 9, label: {{ko: f, en: f{i}}}}}\n"
        for i in range(60)
    )
    head = _head_with(facts)
    exclusions = {f"x{i}": f"f{i % 60} = {i // 60 + 1}" for i in range(100)}
    given = programme(measure("credit", exclusions=exclusions), head=head)
    nothing = {f"f{i}": 0 for i in range(60)}
    lines: list[Line] = [
        nothing | {"deposit": 7},
        nothing | {"deposit": 7, "f39": 2},
        nothing | {"deposit": 7, "f59": None},
        dict.fromkeys(nothing) | {"deposit": 7},
    ]
    snapshot = population(tmp_path / "population", given, lines)
    decisions = decided(tmp_path / "decisions", given, snapshot).decisions
    everything = " ".join(nothing)
    expected = [
        "granted:automatic 7",
        "excluded:x99",
        "undetermined lacks f59",
        f"undetermined lacks {everything}",
    ]
    assert told(decisions, given, "credit") == expected
    decider = LineDecider(given)
    assert [in_words(decider.decide(each))["credit"] for each in lines] == expected


def _head_with(facts: str) -> str:
    start, _, _ = HEAD.partition("facts:\n")
    deposit = "  deposit: {type: money, max: 1000000, label: {ko: 보증금, en: deposit}}\n"
    return f"{start}facts:\n{deposit}{facts}"


@pytest.mark.parametrize("name", ["status=closed", "it's [1]", "a*b?", "회선 폴더"])
def test_the_name_of_a_folder_is_no_fact(tmp_path: Path, name: str) -> None:
    """A lake names folders ``status=closed``; an engine must not take that for a column."""
    given = programme(measure("credit", scope="status = 'in_use'", exclusions={"x": "years < 14"}))
    folder = tmp_path / name
    snapshot = population(folder / "population", given, [line(), line(years=13), line(years=None)])
    decisions = decided(folder / "decisions", given, snapshot).decisions
    expected = ["granted:automatic 5,000", "excluded:x", "undetermined lacks years"]
    assert told(decisions, given, "credit") == expected
    assert verify(decisions).findings == ()
    assert diff(given, given, snapshot).unchanged == 3
