"""``access …`` at the console: reviewed, looked at, told; each itself in the log."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from makegood.cli.access import commands
from makegood.kernel import MakegoodError
from makegood.trust.access import look_up, reveal
from tests.trust.access.visitors import agent, entries

CLAIM: dict[str, Any] = {"purpose": "claim_handling", "case": "CALL-17"}


@pytest.fixture(autouse=True)
def installation(vault, monkeypatch):
    for name in ("MAKEGOOD_HOME", "MAKEGOOD_DATABASE_URL", "MAKEGOOD_DATABASE_OWNER_URL"):
        monkeypatch.setenv(name, vault.environment[name])
    monkeypatch.setenv("COLUMNS", "200")
    look_up(agent(), phone="010-1234-5678", **CLAIM)
    reveal(agent(), "C0001", ["phone"], **CLAIM)


def types(*words):
    result = CliRunner().invoke(commands, [str(word) for word in words])
    if isinstance(result.exception, MakegoodError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_month_is_reviewed_and_the_page_written(tmp_path):
    page = tmp_path / "review.html"
    told = types("review", "--month", "2026-11", "--out", page, "--lang", "en")
    assert "2026-11: 3 accesses by 1 members to 2 people; 0 refused" in told
    assert "nothing was unusual" in told
    assert "last verified as a whole: never" in told
    assert "Review of accesses" in page.read_text(encoding="utf-8")
    (entry,) = entries("access.reviewed")
    assert entry["actor"].startswith("console:")


def test_colleagues_are_told_from_a_file_and_a_finding_is_looked_at(tmp_path):
    file = tmp_path / "colleagues.txt"
    file.write_text("C0001\nC0500\n", encoding="utf-8")
    options = ("--colleagues", file, "--json")
    answer = json.loads(types("review", "--month", "2026-11", *options))
    (finding,) = answer["findings"]
    assert (finding["rule"], finding["about"]) == ("colleague", "C0001")
    assert finding["looked_at"] is None
    said = ("--verdict", "explained", "--note", "the member's own contract")
    mark = json.loads(types("look-at", finding["finding"], *said, *options))
    assert (mark["verdict"], mark["note"]) == ("explained", "the member's own contract")
    again = json.loads(types("review", "--month", "2026-11", *options))
    assert again["not_looked_at"] == 0


def test_who_had_access_to_a_customer_is_told():
    told = types("log", "--person", "C0001", "--from", "2026-11-17", "--to", "2026-11-17")
    assert "2 accesses to C0001" in told
    # A narrow terminal breaks the cells of the table.
    assert {"revealed", "phone", "claim_handling", "CALL-17"} <= set(told.split())
    answer = json.loads(types("log", "--person", "C0002", "--json"))
    assert [one["kind"] for one in answer] == ["personal_data.looked_up"]
    assert json.loads(types("log", "--person", "C0001", "--to", "2026-11-16", "--json")) == []


@pytest.mark.parametrize("month", ["2026-13", "November", "2027-01"])
def test_a_month_that_is_none_is_told(month):
    with pytest.raises(MakegoodError) as error:
        types("review", "--month", month)
    assert error.value.findings[0].code == "MG778"


def test_the_console_that_reviews_sees_no_personal_data(tmp_path):
    page = tmp_path / "review.html"
    types("review", "--month", "2026-11", "--out", page)
    text = page.read_text(encoding="utf-8")
    assert not [secret for secret in ("김민수", "1234-5678", "12345678") if secret in text]
