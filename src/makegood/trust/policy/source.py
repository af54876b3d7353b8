"""Policies as text: files cut into statements, so that each error has a place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from makegood.kernel import Finding, MakegoodError, Place

SCHEMA = "schema.cedarschema"
SUFFIX = ".cedar"
FILE_BYTES_MAX = 1_000_000

# One token: a comment, a string, the end of a statement, white space, or anything else.
_TOKEN = re.compile(r"//[^\n]*|\"(?:[^\"\\]|\\.)*\"|(?P<end>;)|(?P<space>\s+)|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the folder: its name, its text, and the path that findings show."""

    name: str
    text: str
    file: str

    def place(self, offset: int, width: int = 1) -> Place:
        """Where the character at ``offset`` stands."""
        before = self.text[:offset]
        line = before.count("\n") + 1
        start = before.rfind("\n") + 1
        end = self.text.find("\n", offset)
        whole = self.text[start:] if end < 0 else self.text[start:end]
        return Place(self.file, line, offset - start + 1, width, whole)


@dataclass(frozen=True, slots=True)
class Statement:
    """One policy's text and where in its file it begins."""

    source: Source
    offset: int
    text: str

    def place(self, *words: str) -> Place:
        """Where the first of the words that occurs stands; else where the statement begins."""
        for word in words:
            found = self.text.find(word) if word else -1
            if found >= 0:
                return self.source.place(self.offset + found, len(word))
        return self.source.place(self.offset)


@dataclass(frozen=True, slots=True)
class Folder:
    """All texts of a folder of policies, and their version."""

    path: Path
    schema: Source
    policies: tuple[Source, ...]

    @property
    def version(self) -> str:
        """SHA-256 over names, lengths and texts of the schema and all policies, in hex."""
        digest = sha256()
        for source in (self.schema, *self.policies):
            content = source.text.encode()
            digest.update(f"{source.name}\n{len(content)}\n".encode())
            digest.update(content)
        return digest.hexdigest()


def read_folder(path: Path) -> Folder:
    """The schema and the policies, by name. Raises MakegoodError MG760 if they cannot be read."""
    files = sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else []
    if not files or not (path / SCHEMA).is_file():
        lacking = f"no {SCHEMA}" if files else f"no file *{SUFFIX}"
        lacking = lacking if path.is_dir() else "no such folder"
        hint = "name the folder of the policies in MAKEGOOD_POLICIES, or leave it to the default"
        raise MakegoodError(Finding("MG760", f"{path}: {lacking}", hint))
    policies = tuple(_read(file) for file in files)
    return Folder(path, _read(path / SCHEMA), policies)


def _read(path: Path) -> Source:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
        if len(content) > FILE_BYTES_MAX:
            why = f"more than {FILE_BYTES_MAX:,} bytes"
            raise MakegoodError(Finding("MG760", f"{path}: {why}", "cut it into several files"))
        return Source(path.name, content.decode("utf-8"), str(path))
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        hint = "let the program's account read it"
        raise MakegoodError(Finding("MG760", f"{path}: {why}", hint)) from error
    except UnicodeDecodeError as error:
        raise MakegoodError(
            Finding("MG760", f"{path}: not UTF-8 at byte {error.start}", "save it as UTF-8")
        ) from error


def statements(source: Source) -> Iterator[Statement]:
    """The policies of a file, one by one, comments before them left out.

    What stands after the last ``;`` is a statement too, so that a parser can complain about it.
    """
    begin: int | None = None
    for token in _TOKEN.finditer(source.text):
        if token["space"] or token[0].startswith("//"):
            continue
        begin = token.start() if begin is None else begin
        if token["end"]:
            yield Statement(source, begin, source.text[begin : token.end()])
            begin = None
    if begin is not None:
        yield Statement(source, begin, source.text[begin:].rstrip())
