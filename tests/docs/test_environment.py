"""Every variable that the program, its tests or its bench reads is documented.

``MAKEGOOD_BLESS=1`` writes the rows of the settings anew.
"""

import os
import re

from makegood.configuration import described, described_rows
from tests.docs.markdown import ROOT

_PAGE = ROOT / "docs" / "operating.md"
_VARIABLE = re.compile(r"\b(MAKEGOOD_[A-Z]+(?:_[A-Z]+)*)\b")
_FIRST_ROW = "| `MAKEGOOD_HOME`"
_AFTER = "| `MAKEGOOD_SETTINGS`"
# Names that only stand for others, or are wrong on purpose.
_NOT_READ = {"MAKEGOOD_WEB_ADRESS"}


def read_in(*folders: str) -> set[str]:
    """The names of the variables in the source of some folders."""
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    found = {name for p in paths for name in _VARIABLE.findall(p.read_text(encoding="utf-8"))}
    return found - _NOT_READ


def table() -> str:
    return _PAGE.read_text(encoding="utf-8").split("## Variables")[1].split("\n## ")[0]


def test_every_variable_is_documented():
    """Settings are read by the names of their fields."""
    assert set(_VARIABLE.findall(table())) == read_in("src", "tests", "bench") | set(described())


def test_the_rows_of_the_settings_are_those_of_the_fields():
    page = _PAGE.read_text(encoding="utf-8")
    before, rest = page.split(_FIRST_ROW, 1)
    shown, after = (_FIRST_ROW + rest).split(_AFTER, 1)
    rows = "".join(f"{row}\n" for row in described_rows())
    if os.environ.get("MAKEGOOD_BLESS"):
        _PAGE.write_text(f"{before}{rows}{_AFTER}{after}", encoding="utf-8")
    else:
        assert shown == rows, "run with MAKEGOOD_BLESS=1"
