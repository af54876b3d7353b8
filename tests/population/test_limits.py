"""The limits that an operator gives on the command line."""

from __future__ import annotations

from pathlib import Path

from makegood.cli.population import _LINES_MAX
from makegood.population.synthetic.ids import INDEX_MAX
from tests.cli.operating import started
from tests.population.telco import MAPPING

EXTRACT = """\
customerID,SeniorCitizen,tenure,InternetService,Contract,PaymentMethod,MonthlyCharges,TotalCharges,Churn
a,0,1,DSL,One year,Mailed check,19.85,100,No
b,0,1,DSL,Ten years,Mailed check,19.85,100,No
c,0,1,DSL,Ten years,Mailed check,19.85,100,No
"""


def test_the_command_allows_as_many_lines_as_can_be_made() -> None:
    assert _LINES_MAX == INDEX_MAX


def test_more_rejects_than_allowed(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(EXTRACT, encoding="utf-8")
    files = ("--map", MAPPING, "--programme", MAPPING.with_name("programme.yaml"))
    words = ("population", "import", tmp_path / "c.csv", *files, "--as-of", "2026-01-01")
    with started(*words, "--out", tmp_path / "s", "--rejects-max", "1") as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, b"")
    assert b"error MG418: 2 rows were rejected, more than the 1 allowed" in err
    assert b"MG456 'contract' is none of" in err
    assert [path.name for path in tmp_path.iterdir()] == ["c.csv"]
    with started(*words, "--out", tmp_path / "s", "--rejects-max", "2") as process:
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"3 rows in = 1 kept + 2 rejected" in out
