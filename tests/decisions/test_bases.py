"""Base populations: from the lines themselves, as a forecast, from a snapshot given, or unknown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from makegood.decisions import (
    LineDecider,
    base_sources,
    diff,
    line_facts,
    open_decisions,
    verify,
)
from makegood.kernel import MakegoodError
from makegood.population import Snapshot
from makegood.programmes import Programme
from tests.decisions.outage import (
    AS_OF,
    BASE,
    HEAD,
    YEARS,
    decided,
    in_words,
    line,
    measure,
    population,
    programme,
    told,
)

EARLIER, LATER = date(2026, 2, 27), date(2026, 3, 20)
GIVEN = programme(
    measure("credit", base="customers", scope="NOT company"),
    measure("data", base="customers", exclusions={"left": "status = 'closed'"}, amount=None),
    measure("others", scope="company", amount=None),
    bases=BASE,
)


def told_all(tmp_path: Path, snapshot: Snapshot, *bases: Snapshot) -> dict[str, list[str]]:
    """Decisions in bulk, which the engine for one line must share, and which must verify."""
    decisions = decided(tmp_path / "decisions", GIVEN, snapshot, bases).decisions
    found = {name: told(decisions, GIVEN, name) for name in GIVEN.measures}
    sources = base_sources(GIVEN, snapshot.as_of, bases)
    decider = LineDecider(GIVEN, sources)
    for row in range(snapshot.rows):
        values = line_facts(snapshot, f"L{row}", sources)
        assert in_words(decider.decide(values)) == {name: found[name][row] for name in found}
    assert verify(decisions).findings == ()
    assert diff(GIVEN, GIVEN, snapshot, bases).unchanged == snapshot.rows
    return found


def origins(tmp_path: Path) -> set[str]:
    return {base.source for base in open_decisions(tmp_path / "decisions").bases}


@pytest.mark.parametrize(
    ("as_of", "origin"), [(AS_OF, "population"), (EARLIER, "population, before the day")]
)
def test_on_the_day_or_before_it_the_lines_tell_themselves(
    tmp_path: Path, as_of: date, origin: str
) -> None:
    lines = [line(), line(years=13), line(years=None), line(status="closed", years=None)]
    snapshot = population(tmp_path / "population", GIVEN, lines, as_of)
    out = "not_in_scope"
    assert told_all(tmp_path, snapshot) == {
        "credit": ["granted:automatic 5,000", out, "undetermined lacks years", out],
        "data": ["granted:automatic", out, "undetermined lacks years", out],
        "others": [out] * 4,
    }
    assert origins(tmp_path) == {origin}


def test_after_the_day_nobody_knows_without_a_snapshot_of_it(tmp_path: Path) -> None:
    lines = [line(), line(company=True), line(company=None), line(status="closed", years=None)]
    snapshot = population(tmp_path / "population", GIVEN, lines, LATER)
    unknown, out = "undetermined lacks base.customers", "not_in_scope"
    assert told_all(tmp_path, snapshot) == {
        "credit": [unknown, "not_in_scope", "undetermined lacks company base.customers", unknown],
        "data": [unknown, unknown, unknown, "excluded:left"],
        "others": [out, "granted:automatic", "undetermined lacks company", out],
    }
    assert origins(tmp_path) == {"absent"}


def test_after_the_day_a_snapshot_of_it_tells(tmp_path: Path) -> None:
    """In, out, unknown then; and a line that was not there on that day is out."""
    then = {"L0": line(), "L1": line(years=13), "L2": line(years=None), "L4": line()}
    now = [line(years=13), line(), line(), line(), line(status="closed")]
    base = population(tmp_path / "base", GIVEN, then)
    snapshot = population(tmp_path / "population", GIVEN, now, LATER)
    out, unknown = "not_in_scope", "undetermined lacks base.customers"
    paid = "granted:automatic 5,000"
    assert told_all(tmp_path, snapshot, base) == {
        "credit": [paid, out, unknown, out, paid],
        "data": ["granted:automatic", out, unknown, out, "excluded:left"],
        "others": [out] * 5,
    }
    assert origins(tmp_path) == {"given"}


def test_a_base_none_of_whose_parts_meets_those_of_the_population(tmp_path: Path) -> None:
    base = population(tmp_path / "base", GIVEN, [])
    snapshot = population(tmp_path / "population", GIVEN, [line()], LATER)
    assert told_all(tmp_path, snapshot, base)["credit"] == ["not_in_scope"]


def test_parts_of_the_base_that_lie_across_those_of_the_population(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"L{i}" for i in range(9)]
    monkeypatch.setattr("makegood.population.writer.PART_ROWS", 2)
    base = population(tmp_path / "base", GIVEN, {name: line() for name in names if name != "L4"})
    monkeypatch.setattr("makegood.population.writer.PART_ROWS", 3)
    snapshot = population(tmp_path / "population", GIVEN, [line()] * 9, LATER)
    assert (len(base.parts), len(snapshot.parts)) == (4, 3)
    paid = ["granted:automatic 5,000"] * 9
    paid[4] = "not_in_scope"
    assert told_all(tmp_path, snapshot, base)["credit"] == paid


def test_a_line_of_the_base_may_not_be_forgotten(tmp_path: Path) -> None:
    base = population(tmp_path / "base", GIVEN, [line()] * 5)
    snapshot = population(tmp_path / "population", GIVEN, {"L1": line(), "L4": line()}, LATER)
    _refused(
        tmp_path,
        GIVEN,
        snapshot,
        base,
        "MG603",
        "lacks 3 lines that the base 'customers' has (the first is L0)",
    )


def test_a_snapshot_that_no_base_asks_for(tmp_path: Path) -> None:
    base = population(tmp_path / "base", GIVEN, [line()], EARLIER)
    snapshot = population(tmp_path / "population", GIVEN, [line()], LATER)
    _refused(tmp_path, GIVEN, snapshot, base, "MG602", "as of 2026-02-27")


def test_a_population_without_a_fact_that_is_asked_for(tmp_path: Path) -> None:
    other = programme(measure("credit", scope="years < 20"))
    asks = programme(
        measure("credit", scope="yearz < 20"),
        head=HEAD.replace("  years:", "  yearz:"),
    )
    snapshot = population(tmp_path / "population", other, [line()])
    _refused(tmp_path, asks, snapshot, None, "MG604", "has no fact 'yearz'")


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("{type: money, label: {ko: 나이, en: age}}", "'years' is integer in the population"),
        ("{type: integer, max: 130, label: {ko: 나이, en: age}}", "missing for 1 lines"),
        (
            "{type: integer, max: 39, missing: unknown, label: {ko: 나이, en: age}}",
            "beyond its min or max",
        ),
    ],
)
def test_a_population_that_was_made_for_other_facts(
    tmp_path: Path, declared: str, message: str
) -> None:
    other = programme(measure("credit", scope="years < 20"))
    snapshot = population(tmp_path / "population", other, [line(), line(years=None)])
    head = HEAD.replace(YEARS, f"  years: {declared}\n")
    _refused(
        tmp_path,
        programme(measure("credit", scope="years < 20"), head=head),
        snapshot,
        None,
        "MG604",
        message,
    )


def _refused(
    tmp_path: Path,
    given: Programme,
    snapshot: Snapshot,
    base: Snapshot | None,
    code: str,
    message: str,
) -> None:
    before = sorted(tmp_path.iterdir())
    with pytest.raises(MakegoodError) as error:
        decided(tmp_path / "decisions", given, snapshot, [base] if base else [])
    (finding,) = error.value.findings
    assert finding.code == code
    assert message in finding.message
    assert finding.hint
    assert sorted(tmp_path.iterdir()) == before
