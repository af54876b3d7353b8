"""A shape that does not fit is refused with everything that is wrong, each at its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from makegood.kernel import MakegoodError
from tests.population.kt_facts import FACTS
from tests.population.making import SHAPE, make


def _findings(tmp_path: Path, old: str, new: str, **changed: object) -> str:
    text = SHAPE.read_text(encoding="utf-8")
    assert old in text
    shape = tmp_path / "shape.yaml"
    shape.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(MakegoodError) as error:
        make(FACTS, tmp_path / "s", shape=shape, **changed)
    assert [path.name for path in tmp_path.iterdir()] == ["shape.yaml"]
    return str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("  brand: {", "  brnd: {", "MG431", "did you mean 'brand'?"),
        ("  brand: {attribute: operator}\n", "", "MG432", "the fact 'brand' has no shape"),
        ("attribute: operator", "attribute: operatr", "MG433", "did you mean 'operator'?"),
        ("attribute: operator", "attribute: opened_on", "MG433", "is date, the fact enum"),
        ("attribute: operator", "attribute: network", "MG433", "'mobile' is no value of the fact"),
        (
            "attribute: status}",
            "attribute: status, missing_per_million: 1}",
            "MG433",
            "the fact never is",
        ),
        ("  operator: {own: 870", "  operater: {own: 870", "MG434", "did you mean 'operator'?"),
        ("own: 870", "owm: 870", "MG434", "did you mean 'own'?"),
        ("{own: 870, mvno: 130}", "{own: 0, mvno: 0}", "MG434", "every weight of 'operator' is 0"),
        ("  minor:\n", "  minors:\n", "MG434", "'holder_age' says nothing of 'minor'"),
        ("to: 2026-01-13", "to: 2025-12-30", "MG435", "ends before it begins"),
        ("of_lines: 24000000", "of_lines: 1000", "MG435", "more lines depart than there are"),
        ("lines: 312902", "lines: many", "MG106", "must be a whole number"),
        ("{33000: 8,", "{free: 8,", "MG434", "'free' is no fee"),
        ("2026-01-01: 8", "2026-02-01: 8", "MG435", "has no day '2026-02-01'"),
        ("opened_until:", "opened_untill:", "MG104", "did you mean 'opened_until'?"),
    ],
)
def test_what_does_not_fit(tmp_path: Path, old: str, new: str, code: str, says: str) -> None:
    found = _findings(tmp_path, old, new)
    assert code in found
    assert says in found
    assert "shape.yaml:" in found


def test_a_date_before_the_last_opening(tmp_path: Path) -> None:
    found = _findings(tmp_path, "carrier/1", "carrier/1", as_of=date(2025, 12, 30))
    assert "MG436" in found
