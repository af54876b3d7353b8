"""Cases of mistakes: what is changed in the small programme, and what is then said.

A case is a text file named after its code. Its changes are pairs ``--- instead of`` and
``--- write``; its golden output, all findings, follows ``--- findings``.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.programme_text import PROGRAMME, changed

FOLDER = Path(__file__).parent / "cases"
_PART = re.compile(r"^--- (instead of|write|findings)\n", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One mistake and what is said about it."""

    path: Path
    text: str
    findings: str

    @property
    def code(self) -> str:
        """The code it is about, by its file's name."""
        return self.path.name.split("-")[0]


def cases() -> list[Case]:
    """All cases, in the order of their codes."""
    return [read_case(path) for path in sorted(FOLDER.glob("MG*.txt"))]


def read_case(path: Path) -> Case:
    """The case of a file."""
    parts = _PART.split(path.read_text(encoding="utf-8"))[1:]
    text, findings, old = PROGRAMME, "", ""
    for name, content in zip(parts[::2], parts[1::2], strict=True):
        if name == "instead of":
            old = content.removesuffix("\n")
        elif name == "write":
            text = changed(old, content.removesuffix("\n"), text)
        else:
            findings = content
    return Case(path, text, findings)


def bless(case: Case, findings: str) -> None:
    """Write the golden output of a case anew."""
    before = case.path.read_text(encoding="utf-8").split("--- findings\n")[0]
    case.path.write_text(f"{before}--- findings\n{findings}", encoding="utf-8")
