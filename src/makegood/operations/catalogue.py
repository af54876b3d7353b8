"""The pages' words: Korean beside English in one file, compiled without any other program.

``python -m makegood.operations.catalogue`` writes ``django.mo`` from ``django.po``, in the form of
GNU gettext (its manual, "The Format of GNU MO Files"). A test holds that both are in step and
that every text of a page has its Korean.
"""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterator
from pathlib import Path

ROOM = Path(__file__).parent
FOLDER = ROOM / "locale" / "ko" / "LC_MESSAGES"
SOURCES = (ROOM, ROOM.parent / "centre", ROOM.parent / "trust" / "staff")
_MAGIC = 0x950412DE
_HEADER_BYTES, _PAIR_BYTES = 28, 8

_TAG = re.compile(r"""\{%\s*translate\s+(?:"([^"]+)"|'([^']+)')\s*%\}""")
_BLOCK = re.compile(r"\{%\s*blocktranslate[^%]*%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.DOTALL)
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_CALLS = frozenset({"_", "gettext", "gettext_lazy"})


def texts() -> set[str]:
    """Every text of pages and code that is shown to people, in English."""
    found: set[str] = set()
    for room in SOURCES:
        for template in room.glob("templates/**/*.html"):
            found.update(_of_template(template.read_text("utf-8")))
        for module in room.glob("*.py"):
            found.update(_of_code(module.read_text("utf-8")))
    return found


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


if __name__ == "__main__":
    (FOLDER / "django.mo").write_bytes(compiled(read(FOLDER / "django.po")))
