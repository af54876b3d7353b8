from __future__ import annotations

from pathlib import Path

import pytest

from makegood.cli import output
from tests.cli.operating import Operator
from tests.decisions.outage import decided, line, measure, population, programme


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    monkeypatch.setitem(output._STATE, "json", False)
    return Operator(monkeypatch, capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A programme file, a population of three lines, and their decisions."""
    given = programme(
        measure("credit", scope="opened_on < outage", exclusions={"child": "years < 14"}),
        measure("data", scope="company", amount=None),
    )
    (tmp_path / "programme.yaml").write_text(given.text, encoding="utf-8")
    lines = [line(), line(years=13), line(years=None, company=True)]
    snapshot = population(tmp_path / "population", given, lines)
    decided(tmp_path / "decisions", given, snapshot)
    return tmp_path
