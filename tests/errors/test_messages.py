"""Every mistake is told with its place, what is wrong and what to do.

``MAKEGOOD_BLESS=1`` writes the golden outputs anew; read the difference before keeping it.
"""

import re
from pathlib import Path

import pytest

from makegood.programmes import check_text
from tests.errors.cases import Case, bless, cases
from tests.golden import BLESSING

SOURCE = Path(__file__).parents[2] / "src" / "makegood"
HERE = [SOURCE / "kernel", SOURCE / "rules", SOURCE / "programmes"]
# What is wrong with a file as a file cannot be a change of the small programme: test_files.py.
OF_FILES = {"MG101"}
# Nor what is wrong with messages: tests/programmes/messages.
OF_MESSAGES = {f"MG{number}" for number in range(332, 340)}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.path.stem)
def test_a_mistake_is_told_in_these_words(case: Case):
    _, findings = check_text(case.text)
    told = "".join(f"{finding.render()}\n" for finding in findings)
    if BLESSING:
        bless(case, told)
    assert case.code in {finding.code for finding in findings}
    assert told == case.findings or BLESSING


def test_every_code_has_a_case():
    raised = {
        code
        for folder in HERE
        for path in folder.rglob("*.py")
        for code in re.findall(r"\"(MG\d{3})\"", path.read_text(encoding="utf-8"))
    }
    assert {case.code for case in cases()} | OF_FILES | OF_MESSAGES == raised


def test_every_finding_says_what_to_do():
    for case in cases():
        for finding in check_text(case.text)[1]:
            told = finding.hint or "but must" in finding.message
            assert told, f"{case.path.name}: {finding.render()}"
            assert finding.place
