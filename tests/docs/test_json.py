"""The JSON keys on the pages are those that the commands answer with."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT
from tests.docs.running import output_of, reader_folder
from tests.docs.test_commands import section

PROGRAMME = "programmes/kt-2025/programme.yaml"
FREE = {"facts", "words", "source", "reject_reasons"}
MAKE = f"population make {PROGRAMME} --seed 2025 --out population --quiet"


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
    for table in re.findall(r"^\| (?:JSON )?key \| meaning \|\n\| --- .*\n((?:\|.*\n)+)", text, re.M):
        for row in table.splitlines():
            found |= set(re.findall(r"`([^`]+)`", row.split("|")[1]))
    return found


def plain(found: set[str]) -> set[str]:
    """Without what a page describes as one: a finding, a source, lists of plain values."""
    short = (re.sub(r"^(.*findings|source|reject_reasons)([\[.].*)?$", r"\1", key) for key in found)
    return {key.removesuffix("[]") for key in short}


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("json")
    environment = reader_folder(folder)

    def answer(command: str) -> object:
        return json.loads(output_of(f"makegood {command} --json", folder, environment))

    found = {"population make": answer(f"{MAKE} --lines 3000 --as-of 2026-01-13")}
    later = MAKE.replace("population --q", "later --q")
    answer(f"{later} --lines 3000 --as-of 2026-03-01")
    line = "L00011G3RY"
    given = f"{PROGRAMME} --population population"
    changed = (ROOT / PROGRAMME).read_text("utf-8").replace("holder_age >= 65", "holder_age >= 60")
    (folder / "changed.yaml").write_text(changed, encoding="utf-8")
    found["check"] = answer(f"check {PROGRAMME}")
    found["describe"] = answer(f"describe {PROGRAMME}")
    found["population show"] = answer("population show population")
    found["population show --line"] = answer(f"population show population --line {line}")
    with_base = f"{PROGRAMME} --population later --base population --out decisions --quiet"
    found["decide"] = answer(f"decide {with_base}")
    found["explain"] = answer(f"explain {given} --line {line}")
    found["diff"] = answer(f"diff {PROGRAMME} changed.yaml --population population --quiet")
    found["verify"] = answer("verify decisions --sample 100 --quiet")
    shutil.copytree(folder / "decisions", folder / "tampered")
    with (folder / "tampered" / "part-00000.parquet").open("ab") as file:
        file.write(b"x")
    told = output_of("makegood verify tampered --json --quiet 2>/dev/null", folder, environment)
    found["a finding"] = json.loads(told)
    found["report"] = answer("report decisions --out report.html --quiet")
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
    assert plain(keys(answers["decide"])) == {key.removesuffix("[]") for key in manifest | own}


def test_a_finding_has_the_keys_of_the_page(answers):
    finding = answers["a finding"]["findings"][0]
    assert set(finding) == on_page(section("Exit codes"))


def test_keys_are_told_with_their_way():
    value = {"a": [{"b": 1}], "facts": {"x": {"type": "date"}}, "c": {"d": None}}
    assert keys(value) == {"a[].b", "facts.….type", "c.d"}


def test_the_readme_tour_needs_no_more_than_a_clone(tmp_path: Path):
    environment = reader_folder(tmp_path)
    assert "check" in output_of("makegood --help", tmp_path, environment)
