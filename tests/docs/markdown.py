"""The project's Markdown pages: their links, their anchors, their console blocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_UNREAD = {"demo", "build", "dist", "__pycache__"}
_LINK = re.compile(r"\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
_SOURCE = re.compile(r"(?:src|href)=\"([^\"]+)\"")
_CODE = re.compile(r"```.*?^\s*```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """A command as a page shows it, with the output that the page promises."""

    text: str
    output: str


def files_of_project() -> Iterator[Path]:
    """Every file that belongs to the project: no caches, no environments, no demo."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts[:-1])
        if path.is_file() and not hidden and not _UNREAD & set(parts):
            yield path


def pages() -> list[Path]:
    """Every Markdown file."""
    return [path for path in files_of_project() if path.suffix == ".md"]


def links(page: Path) -> list[str]:
    """The targets of a page's links and pictures that point into the project."""
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    found = [*_LINK.findall(text), *_SOURCE.findall(text)]
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    found = set()
    for heading in _HEADING.findall(text):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


def commands(page: Path) -> list[Command]:
    """What a page's console blocks run, in order: lines after ``$``, each with its output.

    A command goes on in the next line after a backslash.
    """
    found = []
    for block in _BLOCK.findall(page.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            count = 1 + next(i for i, line in enumerate(lines) if not line.endswith("\\"))
            output = "\n".join(lines[count:]).strip("\n")
            found.append(Command("\n".join(lines[:count]), output))
    return found
