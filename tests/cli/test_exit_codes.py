"""Every command ends as the one table in docs/commands.md says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from makegood.cli.exit_codes import FINDING, WRONG_USE, WRONG_USE_CODES
from makegood.cli.output import failed
from makegood.kernel import Finding, MakegoodError
from tests.cli.operating import ROOT, Operator
from tests.docs.test_commands import section
from tests.errors.test_pages import codes_in_source

CLI = ROOT / "src" / "makegood" / "cli"


def test_the_page_lists_the_errors_that_are_wrong_use() -> None:
    told = section("Exit codes").partition("Of the [errors]")[2].partition("With `--json`")[0]
    assert set(re.findall(r"MG\d{3}", told)) == WRONG_USE_CODES
    assert codes_in_source() >= WRONG_USE_CODES


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        (["MG870"], WRONG_USE),
        (["MG878"], FINDING),
        (["MG870", "MG840"], WRONG_USE),
        (["MG870", "MG878"], FINDING),
    ],
)
def test_wrong_use_only_where_every_error_is(
    codes: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failed(MakegoodError([Finding(each, "something") for each in codes])) == code
    capsys.readouterr()


@pytest.mark.parametrize("file", sorted(CLI.rglob("*.py")), ids=lambda path: path.name)
def test_no_command_ends_with_a_number_of_its_own(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    found = re.findall(r"(?:typer\.Exit|sys\.exit)\((\d+)\)", text)
    # 130 is the keyboard's; a reader of the output that went away is nobody's fault.
    assert set(found) <= {"130"} | ({"1"} if file.name == "application.py" else set())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["work", "--once", "--until-idle"], "--once and --until-idle exclude each other"),
        (["work", "--once", "--until-idle", "--json"], "exclude each other; give one"),
        (["work", "--json"], "an answer in JSON needs an end"),
    ],
)
def test_options_that_exclude_each_other_say_so(
    operator: Operator, words: list[str], says: str
) -> None:
    said = operator.types(*words)
    assert said.code == WRONG_USE
    assert says in said.err
