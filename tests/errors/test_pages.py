"""Every code that can be told has a page, and every page a code; the index lists them all.

``MAKEGOOD_BLESS=1`` writes the index anew.
"""

import re
from pathlib import Path

import pytest

from makegood.cli.output import failed
from makegood.kernel import Finding, MakegoodError
from tests.errors.cases import cases
from tests.golden import assert_golden

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "errors"
TITLE = re.compile(r"# (MG\d{3}): (.+)")
GROUPS = {
    "1": "The file and its declarations",
    "2": "Expressions",
    "3": "What a programme means",
    "4": "Facts coming in",
    "5": "Populations",
    "6": "Decisions and publications",
    "7": "Store, personal data, staff, policies, log",
    "8": "Channels, claims, runs, ledger, rehearsal",
}


def codes_in_source() -> set[str]:
    """As they are raised, ``"MG203"``, or numbered in the list of reasons, ``COLUMNS = 451``."""
    texts = {
        path: path.read_text(encoding="utf-8") for path in (ROOT / "src" / "makegood").rglob("*.py")
    }
    raised = {code for text in texts.values() for code in re.findall(r"\"(MG\d{3})\"", text)}
    reasons = {
        f"MG{number}"
        for path, text in texts.items()
        if path.name == "reasons.py"
        for number in re.findall(r"^    [A-Z_]+ = (\d{3})$", text, re.MULTILINE)
    }
    return raised | reasons


def pages() -> dict[str, str]:
    return {
        path.stem: path.read_text(encoding="utf-8") for path in sorted(PAGES.glob("MG[0-9]*.md"))
    }


def index() -> str:
    """The index, made from the pages' titles."""
    lines = [
        "# Errors",
        "",
        "What is wrong is told as `file:line:column: error CODE: what`, then the line with a caret",
        "under the place, then what to do; everything that is wrong with a file at once, in its",
        "order. A warning refuses nothing.",
    ]
    group = ""
    for code, text in pages().items():
        if code[2] != group:
            group = code[2]
            lines += ["", f"## MG{group}xx: {GROUPS[group]}", ""]
            lines += ["| code | meaning |", "| --- | --- |"]
        title = TITLE.match(text)
        assert title, f"{code}.md does not begin with '# {code}: …'"
        lines.append(f"| [{code}]({code}.md) | {title[2]} |")
    return "\n".join(lines) + "\n"


def test_every_code_has_a_page_and_every_page_a_code():
    assert set(pages()) == codes_in_source()


@pytest.mark.parametrize("code", sorted(pages()))
def test_a_page_says_what_it_means_and_what_to_do(code):
    text = pages()[code]
    title = TITLE.match(text)
    assert title
    assert title[1] == code
    assert "\n**What to do.** " in text


def test_the_example_of_a_page_is_what_a_case_tells():
    golden = {case.code: set[str]() for case in cases()}
    for case in cases():
        golden[case.code].add(case.findings)
    for code, told in golden.items():
        example = re.search(r"```\n(.*?)```", pages()[code], re.DOTALL)
        assert example, code
        assert example[1] in told, code


@pytest.mark.parametrize("code", sorted(pages()))
def test_a_page_says_the_exit_code_of_its_error(code, capsys):
    said = re.search(r"^Told by .*exit code ([12])", pages()[code], re.MULTILINE)
    if said:
        assert int(said[1]) == failed(MakegoodError(Finding(code, "something")))
    capsys.readouterr()


def test_the_index_lists_every_page():
    assert_golden(index(), PAGES / "README.md")
