"""docs/commands.md names every command, argument and option of the program, and no others."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.main import get_command

from makegood.cli.application import application
from tests.docs.markdown import ROOT

PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def leaves(command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield " ".join(path), command
        return
    for name, child in below.items():
        yield from leaves(child, (*path, name))


COMMANDS = dict(leaves(get_command(application)))


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found, f"docs/commands.md has no section '{title}'"
    return found[1]


def documented(title: str) -> dict[str, str]:
    """By argument or option what the table of a section says of its default."""
    table = section(title).partition("| argument, option | meaning | default |\n")[2]
    rows = table.split("\n\n")[0].splitlines()[1:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {name: row[-1] for row in cells for name in re.findall(r"`([^`]+)`", row[0])}


def names_of(parameter) -> list[str]:
    if parameter.param_type_name == "argument":
        return [str(parameter.metavar).rstrip(".")]
    return [*parameter.opts, *parameter.secondary_opts]


def test_every_command_has_its_section():
    headings = set(re.findall(r"^## (.+)$", PAGE, re.MULTILINE))
    assert headings - {"Exit codes"} == set(COMMANDS)


@pytest.mark.parametrize("title", COMMANDS)
def test_every_argument_and_option_is_documented(title):
    parameters = [p for p in COMMANDS[title].params if p.name != "help"]
    assert set(documented(title)) == {name for p in parameters for name in names_of(p)}


@pytest.mark.parametrize("title", COMMANDS)
def test_defaults_are_those_of_the_program(title):
    said = documented(title)
    for parameter in COMMANDS[title].params:
        default = parameter.default
        if parameter.name == "help" or parameter.required or default is None:
            continue
        shown = ("on" if default else "off") if isinstance(default, bool) else str(default)
        assert shown in said[names_of(parameter)[0]].strip("`"), parameter.name


@pytest.mark.parametrize("title", COMMANDS)
def test_a_required_option_is_in_the_usage_and_has_no_default(title):
    usage = section(title).split("`")[1]
    assert usage.startswith(f"makegood {title}")
    for parameter in COMMANDS[title].params:
        if parameter.required:
            name = names_of(parameter)[0]
            assert name in usage
            assert documented(title)[name] == ""


def test_the_application_is_a_typer_application():
    assert isinstance(application, typer.Typer)
