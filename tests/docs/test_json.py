"""The JSON keys on the pages are those that the commands answer with."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from makegood.cli.application import application
from tests.docs.markdown import ROOT
from tests.docs.test_commands import section

PROGRAMME = ROOT / "programmes" / "kt-2025" / "programme.yaml"
LINE = "L00011G3RY"
TABLE = re.compile(r"^\| (?:JSON )?key \| meaning \|\n\| --- .*\n((?:\|.*\n)+)", re.MULTILINE)
FREE = {"facts", "words", "source", "reject_reasons"}


def keys(value: object, at: str = "", *, free: bool = False) -> set[str]:
    """Every key of an answer with the way to it; ``[]`` for a list, ``…`` for any key."""
    if isinstance(value, list):
        return {key for item in value for key in keys(item, f"{at}[]")} or {at}
    if not isinstance(value, dict) or (free and not value):
        return {at}
    found = set()
    for name, item in value.items():
        here = "…" if free else name
        inside = name in FREE and not free
        found |= keys(item, f"{at}.{here}" if at else here, free=inside)
    return found or {at}


def on_page(text: str) -> set[str]:
    """The keys of the tables that list JSON keys."""
    found: set[str] = set()
    for table in TABLE.findall(text):
        for row in table.splitlines():
            found |= set(re.findall(r"`([^`]+)`", row.split("|")[1]))
    return found


def plain(found: set[str]) -> set[str]:
    """Without what a page describes as one: a finding, a source, lists of plain values."""
    short = (re.sub(r"^(.*findings|source|reject_reasons)([\[.].*)?$", r"\1", key) for key in found)
    return {key.removesuffix("[]") for key in short}


def answer(*words: object) -> Any:
    """What a command answers, in this process."""
    result = CliRunner().invoke(application, [*(str(word) for word in words), "--json"])
    assert result.stdout, result.exception
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("json")
    population, later, decisions = folder / "population", folder / "later", folder / "decisions"
    changed, tampered = folder / "changed.yaml", folder / "tampered"
    text = PROGRAMME.read_text(encoding="utf-8").replace("holder_age >= 65", "holder_age >= 60")
    changed.write_text(text, encoding="utf-8")

    def made(out: Path, as_of: str) -> Any:
        size = ("--lines", 3000, "--seed", 2025)
        return answer("population", "make", PROGRAMME, *size, "--as-of", as_of, "--out", out)

    found = {"population make": made(population, "2026-01-13")}
    made(later, "2026-03-01")
    given = ("--population", population)
    found["check"] = answer("check", PROGRAMME)
    found["describe"] = answer("describe", PROGRAMME)
    found["population show"] = answer("population", "show", population)
    found["population show --line"] = answer("population", "show", population, "--line", LINE)
    inputs = ("--population", later, "--base", population)
    found["decide"] = answer("decide", PROGRAMME, *inputs, "--out", decisions)
    unsure = ("--population", later, "--out", folder / "unsure")
    found["decide, unsure"] = answer("decide", PROGRAMME, *unsure)
    found["explain"] = answer("explain", PROGRAMME, *given, "--line", LINE)
    found["diff"] = answer("diff", PROGRAMME, changed, *given)
    found["verify"] = answer("verify", decisions, "--sample", 100)
    found["report"] = answer("report", decisions, "--out", folder / "report.html")
    shutil.copytree(decisions, tampered)
    with (tampered / "part-00000.parquet").open("ab") as file:
        file.write(b"x")
    found["a finding"] = answer("verify", tampered)["findings"][0]
    return found


@pytest.mark.parametrize("title", ["check", "describe", "explain", "diff", "verify", "report"])
def test_a_command_answers_with_the_keys_of_its_section(answers, title):
    assert plain(keys(answers[title])) == plain(on_page(section(title)))


def test_a_population_answers_with_the_keys_of_its_section(answers):
    documented = plain(on_page(section("population make")))
    assert plain(keys(answers["population make"])) == documented
    assert plain(keys(answers["population show"])) == documented - {"written"}
    assert keys(answers["population show --line"]) == on_page(section("population show"))


def test_decide_answers_with_its_manifest(answers):
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    manifest = on_page(page.split("## The manifest")[1].split("\n## ")[0])
    own = on_page(section("decide"))
    told = plain(keys(answers["decide, unsure"])) - {"measures[].lacking"}
    assert told == {key.removesuffix("[]") for key in manifest | own}
    assert plain(keys(answers["decide"])) - {"measures[].lacking"} <= told


def test_a_finding_has_the_keys_of_the_page(answers):
    assert set(answers["a finding"]) == on_page(section("Exit codes"))


def test_keys_are_told_with_their_way():
    value = {"a": [{"b": 1}], "facts": {"x": {"type": "date"}}, "c": {"d": None}}
    assert keys(value) == {"a[].b", "facts.….type", "c.d"}
