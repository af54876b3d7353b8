"""Every variable that the program, its tests or its bench reads is documented."""

import re

from tests.docs.markdown import ROOT

_VARIABLE = re.compile(r"\b(MAKEGOOD_[A-Z]+(?:_[A-Z]+)*)\b")


def read_in(*folders: str) -> set[str]:
    """The names of the variables in the source of some folders."""
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return {name for p in paths for name in _VARIABLE.findall(p.read_text(encoding="utf-8"))}


def test_every_variable_is_documented():
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    documented = set(_VARIABLE.findall(page.split("## Variables")[1].split("\n## ")[0]))
    assert documented == read_in("src", "tests", "bench")
