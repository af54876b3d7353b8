"""The examples on the pages of MG760 to MG767 are what is really told."""

import shutil
from pathlib import Path

import pytest

from makegood.kernel import MakegoodError
from makegood.trust.policy import PolicySet, check_cases, read_cases
from tests.golden import assert_golden
from tests.trust.policy.asked import FOLDER

WORDS = '@because_ko("한국어") @because_en("English.")\n'
HEAD = f'@id("extra")\n{WORDS}forbid (principal, action, resource)\n'
PAGES = FOLDER.parent / "docs" / "errors"

EXTRA = {
    "MG761": f"{HEAD}unless {{ ;",
    "MG762": f"{HEAD}unless {{ context.devise == 1 }};",
    "MG763": '@id("extra")\n@because_en("English.")\nforbid (principal, action, resource)\n'
    "unless { context.approved };",
    "MG764": f'@id("device_known")\n{WORDS}forbid (principal, action, resource)\n'
    "unless { context.approved };",
}


def assert_example(code: str, told: str) -> None:
    """What is told is the page's example."""
    page = PAGES / f"{code}.md"
    head, _, rest = page.read_text(encoding="utf-8").partition("```\n")
    assert_golden(head + "```\n" + told + "\n```" + rest.partition("\n```")[2], page)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(FOLDER, "policies")
    return Path("policies")


def told(folder) -> str:
    with pytest.raises(MakegoodError) as error:
        PolicySet.load(folder)
    return str(error.value)


@pytest.mark.parametrize("code", EXTRA)
def test_an_example_of_a_policy(folder, code):
    (folder / "extra.cedar").write_text(EXTRA[code], encoding="utf-8")
    assert_example(code, told(folder))


def test_the_example_of_a_folder(folder):
    shutil.rmtree(folder)
    assert_example("MG760", told(folder))


def test_the_example_of_a_schema(folder):
    schema = folder / "schema.cedarschema"
    text = schema.read_text(encoding="utf-8")
    schema.write_text(text.replace("action reveal,", "action reveal, peek,"), encoding="utf-8")
    assert_example("MG765", told(folder))


def test_the_example_of_a_case(folder):
    policies = PolicySet.load(folder).without("consent_given")
    cases = [c for c in read_cases(FOLDER, PolicySet.load(folder)) if c.number < 50]
    findings = check_cases(policies, cases)
    shown = findings[0].render().replace(f"{FOLDER}/", "policies/")
    assert_example("MG766", shown)
