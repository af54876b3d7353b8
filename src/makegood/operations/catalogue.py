"""The pages' words: Korean beside English in a file for each room, compiled without other programs.

A room with pages has its words in ``locale/ko/LC_MESSAGES/django.po``; a package within it that has
such a folder of its own is a catalogue of its own. ``python -m makegood.operations.catalogue``
writes every ``django.mo`` from its ``django.po``, in the form of GNU gettext (its manual, "The
Format of GNU MO Files"), and tells what is not in step. A test holds that all are, and that every
text of a page has its Korean.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
_WORDS = Path("locale") / "ko" / "LC_MESSAGES"
# Rooms whose words stand in another room's file: those of the staff's site.
_BESIDE: Mapping[str, tuple[str, ...]] = {"operations": ("centre", "trust/staff")}
_MAGIC = 0x950412DE
_HEADER_BYTES, _PAIR_BYTES = 28, 8

_TAG = re.compile(r"""\{%\s*translate\s+(?:"([^"]+)"|'([^']+)')\s*(?:as\s+\w+\s*)?%\}""")
_BLOCK = re.compile(r"\{%\s*blocktranslate[^%]*%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.DOTALL)
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_CALLS = frozenset({"_", "gettext", "gettext_lazy"})


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words of one room, and of the rooms whose words stand beside them."""

    room: Path

    @property
    def name(self) -> str:
        """The room's place in the package, such as ``portal/acts``."""
        return self.room.relative_to(PACKAGE).as_posix()

    @property
    def written_file(self) -> Path:
        """Korean beside English, as people write it."""
        return self.room / _WORDS / "django.po"

    @property
    def compiled_file(self) -> Path:
        """The same, as the program reads it."""
        return self.room / _WORDS / "django.mo"

    def texts(self) -> set[str]:
        """Every text of its pages and code that is shown to people, in English."""
        found: set[str] = set()
        for room in (self.room, *(PACKAGE / name for name in _BESIDE.get(self.name, ()))):
            apart = [other for other in _rooms() if other != room and room in other.parents]
            for path in (*room.rglob("*.html"), *room.rglob("*.py")):
                if any(other in path.parents for other in apart):
                    continue
                text = path.read_text("utf-8")
                found.update(_of_code(text) if path.suffix == ".py" else _of_template(text))
        return found

    def written(self) -> dict[str, str]:
        """The Korean of each English text; the file's head stands under the empty text."""
        return read(self.written_file)

    def compile(self) -> None:
        """Write what the program reads from what people write."""
        self.compiled_file.write_bytes(compiled(self.written()))


def catalogues() -> list[Catalogue]:
    """All there are, by name."""
    return [Catalogue(room) for room in _rooms()]


def _rooms() -> list[Path]:
    files = PACKAGE.rglob((_WORDS / "django.po").as_posix())
    return sorted(path.parents[3] for path in files)


def _of_template(text: str) -> Iterator[str]:
    for double, single in _TAG.findall(text):
        yield double or single
    for block in _BLOCK.findall(text):
        lines = [line.strip() for line in block.strip().splitlines()]
        yield _VARIABLE.sub(r"%(\1)s", " ".join(lines))


def _of_code(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in _CALLS and node.args and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


def read(path: Path) -> dict[str, str]:
    """The Korean of each English text of a ``.po`` file; its head stands under the empty text."""
    entries: dict[str, str] = {}
    key, parts = "", {"msgid": "", "msgstr": ""}
    for line in [*path.read_text("utf-8").splitlines(), 'msgid ""']:
        word, _, rest = line.partition(" ")
        if word in parts:
            if word == "msgid" and key:
                entries[parts["msgid"]] = parts["msgstr"]
            key, parts[word] = word, ast.literal_eval(rest)
        elif line.startswith('"'):
            parts[key] += ast.literal_eval(line)
    return entries


def compiled(entries: dict[str, str]) -> bytes:
    """The entries as a ``.mo`` file: sorted by their English, without a hash table."""
    pairs = sorted((key.encode(), value.encode()) for key, value in entries.items() if value)
    count = len(pairs)
    start = _HEADER_BYTES + 2 * count * _PAIR_BYTES
    tables: list[bytes] = []
    texts_of: list[bytes] = []
    for side in (0, 1):
        for pair in pairs:
            text = pair[side]
            tables.append(struct.pack("<II", len(text), start))
            texts_of.append(text + b"\0")
            start += len(text) + 1
    values = _HEADER_BYTES + count * _PAIR_BYTES
    head = struct.pack("<7I", _MAGIC, 0, count, _HEADER_BYTES, values, 0, values + count * 8)
    return head + b"".join(tables) + b"".join(texts_of)


def _main() -> None:
    for each in catalogues():
        each.compile()
        texts, written = each.texts(), each.written()
        told = {"no Korean": texts - {key for key, korean in written.items() if korean}}
        told["in no page"] = set(written) - {""} - texts
        for what, found in told.items():
            for text in sorted(found):
                sys.stdout.write(f"{each.name}: {what}: {text}\n")


if __name__ == "__main__":
    _main()
