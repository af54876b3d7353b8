"""Whatever somebody does to a programme's text, it is checked, or told what is wrong with it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kernel import Severity
from makegood.programmes import check_text
from tests.programme_text import PROGRAMME
from tests.rules.effort import examples

KT = (Path(__file__).parents[2] / "programmes/kt-2025/programme.yaml").read_text(encoding="utf-8")
AWKWARD = [
    "", " ", "\t", "\n", "'", '"', "{", "}", "[", "]", "(", ")", ":", ": ", "- ", "#", "|", ">",
    "&a ", "*a", "!t ", "<<: ", "? ", "%", "@", "`", "~", "null", "true", "no", "0", "-1", "02",
    "0x1F", "1e400", ".nan", ".inf", "1_000", "12:30:45", "9" * 30, "9" * 5000, "2026-02-30",
    "2026-01-13", "0001-01-01", "9999-12-31", "2026-01-13T09:00+09:00", "NOT ", " AND ", " = ",
    " < ", "/ 0", " * ", "NULL", "DATE ''", "CASE WHEN ", " END", "greatest(", "bands(",
    "prorate(", "down", "\\", "\x00", "\ufeff", "\u2028", "\x85", "한", "é", "𝟙", "²", "line_id",
    "base",
]  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn, text: str) -> str:
    """The text with up to four lines or words deleted, doubled, exchanged or replaced."""
    for _ in range(draw(st.integers(1, 4))):
        pieces = text.split("\n") if draw(st.booleans()) else text.split(" ")
        sep = "\n" if "\n".join(pieces) == text else " "
        at = draw(st.integers(0, len(pieces) - 1))
        other = draw(st.sampled_from([*AWKWARD, pieces[draw(st.integers(0, len(pieces) - 1))]]))
        match draw(st.integers(0, 5)):
            case 0:
                del pieces[at]
            case 1:
                pieces.insert(at, pieces[at])
            case 2:
                pieces[at] = other
            case 3:
                pieces.insert(at, other)
            case 4:
                cut = draw(st.integers(0, len(pieces[at])))
                pieces[at] = pieces[at][:cut] + other + pieces[at][cut:]
            case _:
                pieces[at] = pieces[at].replace("=", other).replace(",", other, 1)
        text = sep.join(pieces)
    return text


def assert_told(text: str) -> None:
    programme, findings = check_text(text)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    assert bool(errors) is (programme is None)
    for finding in findings:
        assert finding.place
        assert finding.render().isprintable() or "\n" in finding.render()
        assert 1 <= finding.place.column <= len(finding.place.text) + 1


@examples(120)
@given(text=spoilt(PROGRAMME))
def test_a_spoilt_small_programme_is_told(text):
    assert_told(text)


@examples(25)
@given(text=spoilt(KT))
def test_a_spoilt_reference_programme_is_told(text):
    assert_told(text)


@examples(60)
@given(text=st.one_of(st.text(), st.lists(st.sampled_from(AWKWARD)).map("".join)))
def test_any_text_at_all_is_told(text):
    assert_told(text)


@examples(80)
@given(pieces=st.lists(st.sampled_from([*AWKWARD, "fee", "status", "opened_on", "daily_fee"])))
def test_any_expression_at_all_is_told(pieces):
    text = " ".join(pieces).replace("\n", " ").replace("'", "''")
    assert_told(PROGRAMME.replace("opened_on < outage", f"'{text}'"))


@pytest.mark.parametrize("text", ["a: 1", "measures: 3", "facts: {a: 1}", "dates: x"])
def test_groups_of_the_wrong_shape_are_told(text):
    assert_told(text)
