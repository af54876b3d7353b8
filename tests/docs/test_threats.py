"""Every defence of the threat model names a test, and every test that it names is there."""

import re
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT

PAGE = ROOT / "docs" / "threats.md"
TEXT = PAGE.read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("| ") and "test_" in line]
STRIDE = (
    "Spoofing",
    "Tampering",
    "Repudiation",
    "Information disclosure",
    "Denial of service",
    "Elevation of privilege",
)


def named_tests() -> list[tuple[Path, str]]:
    found = []
    for row in ROWS:
        for path, names in re.findall(r"\]\(([^)]+\.py)\)((?:,? `test_\w+`)+)", row):
            found += [
                ((PAGE.parent / path).resolve(), name) for name in re.findall(r"`(\w+)`", names)
            ]
    return found


@pytest.mark.parametrize("kind", STRIDE)
def test_every_kind_of_threat_is_thought_of(kind):
    section = TEXT.split(f"## {kind}\n")[1].split("\n## ")[0]
    assert section.count("\n| ") >= 4


def test_every_row_names_a_test():
    rows = [line for line in TEXT.splitlines() if line.startswith("| ")]
    defences = [row for row in rows if not re.match(r"\| (threat|---)", row)]
    assert [row for row in defences if row not in ROWS] == []


@pytest.mark.parametrize(
    ("path", "name"), named_tests(), ids=lambda value: getattr(value, "name", value)
)
def test_a_test_that_is_named_is_there(path, name):
    assert f"def {name}(" in path.read_text(encoding="utf-8")
