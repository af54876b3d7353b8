"""Each programme over tables of lines: what it promised, in cases anybody can check."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.programmes.deciding import FILES, Case, Facts, cases, decided, programme_of


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.programme}: {case.name}")
def test_a_line_gets_what_was_promised(case: Case) -> None:
    unknown = set(case.facts) - set(programme_of(case.programme).facts)
    assert {name for name in unknown if not name.startswith("base.")} == set()
    found = decided(case.programme, case.facts)
    assert {name: found[name] for name in case.gives} == case.gives


@pytest.mark.parametrize("name", FILES)
def test_every_measure_of_a_programme_has_a_case(name: str) -> None:
    proved = {measure for case in cases() if case.programme == name for measure in case.gives}
    assert proved == set(programme_of(name).measures)


INCIDENT = programme_of("kt-2025").section.dates["incident"]
LEFT_IN_TIME = next(case for case in cases() if case.name == "left before the window was announced")
RULED_OUT_BY: dict[str, Facts] = {
    "contracted_after_incident": {"contract_action": "recontract", "contracted_on": INCIDENT},
    "mvno": {"brand": "mvno"},
    "iot": {"line_kind": "iot"},
    "terminated_by_operator": {"terminated_by": "operator"},
}
COMBINED = [c for size in range(1, 5) for c in combinations(RULED_OUT_BY, size)]


@pytest.mark.parametrize("reasons", COMBINED, ids=" ".join)
def test_the_first_exclusion_that_applies_is_the_reason(reasons: tuple[str, ...]) -> None:
    facts = dict(LEFT_IN_TIME.facts)
    for reason in reasons:
        facts |= RULED_OUT_BY[reason]
    first, *further = reasons
    expected = f"excluded:{first}" + (f" also {' '.join(further)}" if further else "")
    assert decided("kt-2025", facts)["penalty_waiver"] == expected
