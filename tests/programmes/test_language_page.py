"""docs/language.md holds every key, function, rounding and reserved word, and its examples hold."""

import re
from pathlib import Path

import pytest

from makegood.kernel import day_of
from makegood.programmes import check_text
from makegood.programmes.declarations import RESERVED
from makegood.programmes.reference import heading, keys_of, sections, written
from makegood.rules import FUNCTIONS, Band, Bands, Kind, Names, evaluator, read_expression

PAGE = (Path(__file__).parents[2] / "docs" / "language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `(\w+\(.*\))` \| ([\d-]+) \|$", PAGE, re.MULTILINE)
REPAYMENT = Bands("repayment", (Band(6, 100), Band(12, 60)))


def part(section: str) -> str:
    """What stands under the heading of a section."""
    found = re.search(rf"^### {section}\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"no heading '### {section}'"
    return found[1]


def test_the_tables_are_made_from_the_code():
    assert written(PAGE) == PAGE, (
        "write them anew: python -m makegood.programmes.reference docs/language.md"
    )


@pytest.mark.parametrize("section", list(sections()), ids=heading)
def test_every_key_of_a_section_has_its_row_and_an_example(section):
    text = part(heading(section))
    example = "\n".join(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL))
    for key in keys_of(section):
        assert f"| `{key}` |" in text
        assert re.search(rf"(^|[ {{#]){key}:", example, re.MULTILINE), f"no example of '{key}'"


def test_whole_programmes_on_the_page_check_clean():
    whole = [t for t in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "makegood: 1" in t]
    assert whole
    for text in whole:
        assert check_text(text)[1] == []


def test_every_function_and_reserved_word_is_there():
    for function in FUNCTIONS.values():
        assert f"| `{function.signature}` | {function.means} |" in PAGE
    assert {call.split("(")[0] for call, _ in EXAMPLES} == set(FUNCTIONS)
    assert all(f"`{word}`" in PAGE for word in RESERVED)


@pytest.mark.parametrize(("call", "result"), EXAMPLES)
def test_a_call_gives_what_the_page_says(call, result):
    tree, problems = read_expression(call, Names(tables={"repayment": REPAYMENT}))
    assert tree, problems
    value = evaluator(tree, [])()
    assert str(day_of(value) if tree.type.kind is Kind.DATE else value) == result


def test_links_to_headings_lead_somewhere():
    titles = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    headings = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
    assert set(re.findall(r"\(#([\w-]+)\)", PAGE)) <= headings
