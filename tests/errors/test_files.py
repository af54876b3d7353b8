"""Files that are no programme at all, and texts that are awkward to point into."""

from pathlib import Path

import pytest

from makegood.kernel import Finding
from makegood.programmes import check_programme, check_text
from tests.programme_text import PROGRAMME, changed


def told(text: str) -> list[str]:
    return [finding.render() for finding in check_text(text)[1]]


def pointed_at(finding: Finding) -> str:
    """The stretch of the line over the carets."""
    assert finding.place
    start = finding.place.column - 1
    return finding.place.text[start : start + finding.place.width]


def refused(path: Path) -> str:
    programme, findings = check_programme(path, "programme.yaml")
    assert programme is None
    assert len(findings) == 1
    return findings[0].render()


def test_a_folder_is_no_programme(tmp_path):
    assert refused(tmp_path) == (
        "programme.yaml:1:1: error MG101: cannot read the file: is a directory\n"
        "      = name a file in it"
    )


def test_a_file_that_is_not_there_is_no_programme(tmp_path):
    assert refused(tmp_path / "absent.yaml") == (
        "programme.yaml:1:1: error MG101: cannot read the file: no such file or directory\n"
        "      = check the path and who may read it"
    )


def test_a_large_file_is_no_programme(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_bytes(b"# " + b"x" * 6_000_000)
    assert refused(path) == (
        "programme.yaml:1:1: error MG101: the file has more than 1,000,000 bytes\n"
        "      = a programme is a text people review; keep data out of it"
    )


def test_a_binary_file_is_no_programme(tmp_path):
    path = tmp_path / "binary.yaml"
    path.write_bytes(b"makegood: 1\nPK\x03\x04\xff\xfe")
    assert refused(path) == (
        "programme.yaml:1:1: error MG101: the file is not UTF-8 (line 2, byte 17)\n"
        "      = save it as UTF-8"
    )


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "hello", "- a\n- b\n", "---\n..."])
def test_a_text_without_keys_is_no_programme(text):
    assert "error MG102: the file holds no keys" in told(text)[0]


@pytest.mark.parametrize("text", ["a: " + "[" * 2000 + "]" * 2000, "{a: " * 2000, "- " * 4000])
def test_a_text_that_nests_without_end_is_refused(text):
    assert "MG102" in told(text)[0]


def test_a_control_character_is_pointed_at_and_not_sent_to_the_terminal():
    text = changed("  outage: 2026-03-01", "  outage: 2026-03-01 \x1b[2J")
    assert "\n\n".join(told(text)) == (
        "programme.yaml:10:22: error MG102: a text has no character 0x001b\n"
        "   10 |   outage: 2026-03-01 \N{REPLACEMENT CHARACTER}[2J\n"
        "      |                      ^\n"
        "      = take it out"
    )


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_change_nothing(break_, mark):
    wrong = changed("for: opened_on < outage", "for: opened_at < outage")
    assert check_text(mark + PROGRAMME.replace("\n", break_))[1] == []
    assert told(mark + wrong.replace("\n", break_)) == told(wrong)


@pytest.mark.parametrize(
    ("written", "line", "column"),
    [
        ("for: opened_at < outage", 49, 10),
        ("for: 'opened_at < outage'", 49, 11),
        ("for: 'status = ''in_use'' AND opened_at < outage'", 49, 35),
        ('for: "opened_at < outage"', 49, 11),
        ('for: "fee > 0 AND\\topened_at < outage"', 49, 24),
        ('for: "fee \\u003e 0 AND \\x6fpened_on < outage AND opened_at < outage"', 49, 54),
        ('for: "fee > 0\\\n      \\ AND opened_at < outage"', 50, 13),
        ("for: |\n      fee > 0\n      AND opened_at < outage", 51, 11),
        ("for: | # two lines\n\n      fee > 0\n\n      AND opened_at < outage", 53, 11),
        ("for: |2-\n      fee > 0\n        AND  opened_at < outage", 51, 14),
        ("for: >\n      fee > 0\n      AND opened_at < outage", 51, 11),
        ("for: >-\n      fee > 0\n\n      AND opened_at < outage", 52, 11),
        ("for: fee > 0\n      AND opened_at < outage", 50, 11),
        ("for: 'fee > 0\n\n      AND opened_at < outage'", 51, 11),
        ("for: &scope opened_at < outage", 49, 17),
        ("for: !!str opened_at < outage", 49, 16),
        ("for: status <> '이용 중' AND opened_at < outage", 49, 31),
    ],
)
def test_an_unknown_name_is_pointed_at_however_the_text_is_written(written, line, column):
    _, findings = check_text(changed("for: opened_on < outage", written))
    finding = next(finding for finding in findings if finding.code == "MG203")
    assert finding.place
    assert pointed_at(finding) == "opened_at"
    assert (finding.place.line, finding.place.column) == (line, column)


def test_the_caret_stands_under_the_word_behind_wide_characters_and_tabs():
    written = "for: |\n      status = '이용 중' AND \topened_at < outage"
    text = changed("for: opened_on < outage", written)
    unknown = next(words for words in told(text) if "MG203" in words)
    line, carets = unknown.split("\n")[1:3]
    before = line[: line.index("opened_at")]
    wide = sum(character in "이용중" for character in before)
    assert "\t" in carets
    assert carets.count("^") == len("opened_at")
    assert carets.index("^") == len(before) + wide


def test_ten_mistakes_are_told_at_once_in_the_order_of_the_file():
    text = PROGRAMME
    for old, new in [
        ("time_zone: Asia/Seoul", "time_zone: Asia/Soul"),
        ("  outage: 2026-03-01", "  outage: 2026-02-30"),
        ("      closed: {ko: 해지, en: closed}", "      closed: {ko: 해지}"),
        ("    max: 130", "    maximum: 130"),
        ("{through: 12, rate: 50}", "{through: 5, rate: 50}"),
        ("prorate(fee, 1, 30, down)", "fee / 30"),
        ("    as_of: 2026-03-01\n", ""),
        ("opened_on < outage", "opend_on < outage"),
        ("when: holder_age < 14", "when: fee < 'x'"),
        ("through: [web]", "through: [webb]"),
    ]:
        text = changed(old, new, text)
    _, findings = check_text(text)
    codes = [finding.code for finding in findings]
    lines = [finding.place.line for finding in findings if finding.place]
    assert lines == sorted(lines)
    assert codes == [
        "MG107", "MG106", "MG112", "MG104", "MG117",
        "MG208", "MG105", "MG203", "MG204", "MG107",
    ]  # fmt: skip
