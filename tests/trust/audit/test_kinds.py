"""Every kind of entry has its words, and docs/audit.md lists them all.

``MAKEGOOD_BLESS=1`` writes the table anew.
"""

import os
import re
from pathlib import Path

import pytest

from makegood.trust.audit import KINDS

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "audit.md"
MARK = "<!-- kinds -->\n"


def table() -> str:
    lines = [
        "| kind | 한국어 | English | class | activity |",
        "| --- | --- | --- | ---: | ---: |",
        *(
            f"| `{kind.name}` | {kind.ko} | {kind.en} | {kind.ocsf_class} | {kind.ocsf_activity} |"
            for kind in KINDS.values()
        ),
    ]
    return "\n".join(lines) + "\n"


def test_the_page_lists_every_kind():
    text = PAGE.read_text(encoding="utf-8")
    head, _, found = text.partition(MARK)
    if os.environ.get("MAKEGOOD_BLESS"):
        PAGE.write_text(f"{head}{MARK}\n{table()}", encoding="utf-8")
        found = f"\n{table()}"
    assert found.strip() == table().strip()


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_has_words_in_every_language_and_a_class(kind):
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", kind.name)
    assert re.search(r"[가-힣]", kind.ko)
    assert kind.en.isascii()
    assert kind.words == {"ko": kind.ko, "en": kind.en}
    assert kind.ocsf_class // 1000 in {3, 6}
    assert 0 < kind.ocsf_activity < 100


def test_every_kind_that_the_program_writes_is_declared():
    """A text that looks like a kind, given to a Record in the source, is one."""
    written = {
        name
        for path in (ROOT / "src" / "makegood").rglob("*.py")
        for name in re.findall(r"Record\(\s*(?:kind=)?\"([a-z_]+\.[a-z_]+)\"", path.read_text())
    }
    assert written <= set(KINDS)
