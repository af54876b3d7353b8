"""The page of figures says what was measured, and every figure that has a bar is on it."""

import json
from typing import Any

from bench.table import Result, markdown
from tests.docs.markdown import ROOT

PAGE = ROOT / "docs" / "figures.md"


def rows_of(results: list[dict[str, Any]]) -> list[str]:
    return markdown([Result(**each) for each in results]).splitlines()[2:]


def test_the_page_of_figures_is_what_was_measured() -> None:
    results = json.loads((ROOT / "bench" / "results.json").read_text(encoding="utf-8"))
    shown = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "][2:]
    assert shown
    assert [row for row in shown if row not in rows_of(results)] == []
    judged = [each for each in results if each["bar"] is not None]
    assert [row for row in rows_of(judged) if row not in shown] == []
