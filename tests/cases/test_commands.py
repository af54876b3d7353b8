"""The commands: cases at the console, and what was written is not shown there."""

import json

import pytest
from typer.testing import CliRunner

from makegood.cli.application import application
from makegood.cli.output import failed
from makegood.kernel import MakegoodError
from tests.cases.desk import MORNING, SAID, opened_desk
from tests.redress.claims.relief import NAME, at
from tests.staff_people import installed, member


@pytest.fixture(autouse=True)
def desk(database, monkeypatch):
    for name, value in database.environment.items():
        if "_DATABASE_" in name:
            monkeypatch.setenv(name, value)
    with installed(database, monkeypatch), at(MORNING):
        opened_desk()
        yield


def ran(*words):
    return CliRunner().invoke(application, ["case", *words])


def answer(*words):
    result = ran(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_case_is_opened_noted_handed_over_and_closed() -> None:
    member("hana.kim", "supervisor")
    opened = answer("open", NAME, "complaint", "--customer", "L0001", "--note", SAID)["case"]
    number = opened["number"]
    assert (opened["state"], opened["team"]) == ("open", "call_centre_agent")
    answer("note", number, "편지에 답함")
    assert answer("hand-over", number, "--to", "hana.kim")["case"]["team"] == "supervisor"
    assert [each["number"] for each in answer("list", "--kind", "complaint")["cases"]] == [number]
    assert answer("close", number, "--outcome", "answered")["case"]["state"] == "done"
    assert answer("list", "--state", "open")["cases"] == []
    shown = answer("show", number)
    assert [event["note"] for event in shown["history"]] == [True, True, False, False]
    plain = ran("show", number).output
    assert SAID not in plain
    assert "2 notes are shown on the pages for staff" in " ".join(plain.split())


def test_what_is_wrong_is_told_with_its_exit_code(capsys) -> None:
    number = answer("open", NAME, "question")["case"]["number"]
    for words, code, exit_code in (
        (["show", "K7RM-29QX"], "MG660", 2),
        (["note", number, "010-1234-5678로"], "MG661", 1),
        (["close", number, "--outcome", "answerd"], "MG668", 2),
        (["hand-over", number], "MG668", 2),
        (["hand-over", number, "--team", "nobody"], "MG667", 1),
        (["list", "--state", "nowhere"], "MG668", 2),
    ):
        result = ran(*words)
        assert isinstance(result.exception, MakegoodError)
        assert result.exception.findings[0].code == code
        assert failed(result.exception) == exit_code
        assert "010-1234" not in str(result.exception)
    capsys.readouterr()
