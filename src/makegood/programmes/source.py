"""A YAML file with the place of every key and value, and its validation against a model.

Positions are why this reads YAML nodes itself: an error in a programme must point at the spot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, Event
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from makegood.kernel import Finding, MakegoodError, Place
from makegood.programmes.complaints import finding_of
from makegood.programmes.scalars import offsets_of, scalar_value

FILE_BYTES_MAX = 1_000_000
# A star before a name, as an alias has it; one between spaces multiplies.
_PERHAPS_ALIAS = re.compile(r"(?:^|[\s,\[{])\*[^\s*,\[\]{}]", re.MULTILINE)
_TOO_DEEP = "the file nests too deep to be read"

Path_ = tuple[str | int, ...]
ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(slots=True)
class Document:
    """A YAML file as plain values, with the nodes they came from.

    ``data`` holds str, int, bool, float, date, datetime, None, list and dict.
    """

    file: str
    text: str
    data: Any
    nodes: dict[Path_, Node] = field(default_factory=dict)
    keys: dict[Path_, Node] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def sha256(self) -> str:
        """The hash of the text, line ends and byte order mark aside: a programme's version."""
        return sha256(self.text.encode()).hexdigest()

    def line(self, number: int) -> str:
        """The text of a line, counted from 1; empty past the end."""
        lines = self.text.split("\n")
        found = lines[number - 1] if 0 < number <= len(lines) else ""
        # Shown in terminals: what would move the cursor there is shown as a mark.
        return "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in found)

    def at(self, line: int, column: int, width: int = 1) -> Place:
        """A place in this file; line and column count from 1."""
        return Place(self.file, line, column, width, self.line(line))

    def place(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """Where the value (or the key) at a path stands; the nearest parent where it is absent."""
        trail = tuple(path)
        while trail:
            node = (self.keys if key else self.nodes).get(trail) or self.keys.get(trail)
            if node is not None:
                return self.of(node)
            trail, key = trail[:-1], True
        return self.at(1, 1)

    def of(self, node: Node) -> Place:
        """Where a node stands; its first line where it has several."""
        return self.between(int(node.start_mark.index), int(node.end_mark.index))

    def between(self, start: int, end: int) -> Place:
        """The stretch of the text from an offset to one past its last, on its first line."""
        before = self.text.rfind("\n", 0, start) + 1
        break_at = self.text.find("\n", start)
        last = min(end, break_at if break_at >= 0 else len(self.text))
        line = self.text.count("\n", 0, start) + 1
        return self.at(line, start - before + 1, max(1, len(self.text[start:last].rstrip())))

    def inside(self, path: Sequence[str | int], start: int, end: int) -> Place:
        """Where the characters ``start`` to ``end`` of a text value stand in the file."""
        node = self.nodes.get(tuple(path))
        offsets = offsets_of(self.text, node) if isinstance(node, ScalarNode) else []
        if not offsets:
            return self.place(path)
        final = len(offsets) - 1
        first, last = offsets[min(start, final)], offsets[min(max(end - 1, start), final)]
        return self.between(first, last + 1)


def read_document(path: Path, name: str | None = None) -> Document:
    """Read a YAML file. Raises MakegoodError (MG101, MG102) where it is none."""
    file = name or str(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(FILE_BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        hint = "name a file in it" if path.is_dir() else "check the path and who may read it"
        raise _unusable("MG101", f"cannot read the file: {reason}", hint, file) from error
    return parse_content(content, file)


def parse_content(content: bytes, file: str) -> Document:
    """Parse the bytes of a YAML file. Raises MakegoodError (MG101, MG102) where they are none."""
    if len(content) > FILE_BYTES_MAX:
        hint = "a programme is a text people review; keep data out of it"
        raise _unusable("MG101", f"the file has more than {FILE_BYTES_MAX:,} bytes", hint, file)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"the file is not UTF-8 (line {line}, byte {error.start + 1:,})"
        raise _unusable("MG101", message, "save it as UTF-8", file) from error
    return parse_document(text, file)


def _unusable(code: str, message: str, hint: str, file: str) -> MakegoodError:
    return MakegoodError(Finding(code, message, hint, Place(file, 1, 1)))


def parse_document(text: str, file: str) -> Document:
    """Parse YAML text; ``file`` is the name that errors show. Raises MakegoodError (MG102)."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    document = Document(file, text, None)
    root = _composed(document)
    if not isinstance(root, MappingNode):
        hint = "a file starts with 'key: value' lines; see docs/language.md"
        raise MakegoodError(Finding("MG102", "the file holds no keys", hint, document.at(1, 1)))
    try:
        document.data = _plain(root, (), document)
    except RecursionError:
        raise _unusable("MG102", _TOO_DEEP, "a programme is flat", file) from None
    return document


def _composed(document: Document) -> Node | None:
    yaml, text = YAML(typ="safe", pure=True), document.text
    try:
        # An alias would let a short file stand for a boundless one, and errors point elsewhere.
        if _PERHAPS_ALIAS.search(text):
            for event in yaml.parse(text):
                if isinstance(event, AliasEvent):
                    raise _not_yaml("an alias is not read here", "write it out", document, event)
        root: Node | None = yaml.compose(text)
        return root  # noqa: TRY300 - what is caught is caught of this line too
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        start = min(int(mark.index), len(text)) if mark else 0
        problem = str(error.problem or error.context or "cannot be read")
        hint = "indent with spaces" if "\\t" in problem else "mind indentation and quotes"
        place = document.between(start, start + 1)
        raise MakegoodError(Finding("MG102", f"not valid YAML: {problem}", hint, place)) from error
    except ReaderError as error:
        start = int(error.position)
        message = f"a text has no character {ord(text[start]):#06x}"
        place = document.between(start, start + 1)
        raise MakegoodError(Finding("MG102", message, "take it out", place)) from error
    except (YAMLError, ValueError, RecursionError) as error:
        problem = _TOO_DEEP if isinstance(error, RecursionError) else f"not valid YAML: {error}"
        raise _unusable("MG102", problem, "a programme is flat", document.file) from error


def _not_yaml(message: str, hint: str, document: Document, at: Event | Node) -> MakegoodError:
    return MakegoodError(_misread(message, hint, document, at))


def _misread(message: str, hint: str, document: Document, at: Event | Node) -> Finding:
    place = document.between(int(at.start_mark.index), int(at.end_mark.index))
    return Finding("MG102", message, hint, place)


def _plain(node: Node, path: Path_, document: Document) -> object:
    document.nodes[path] = node
    tag = str(node.tag or "")
    if tag.startswith("!") and tag != "!":
        document.findings.append(
            _misread(f"the tag '{tag}' means nothing here", "take it out", document, node)
        )
    if isinstance(node, MappingNode):
        return _mapping(node, path, document)
    if isinstance(node, SequenceNode):
        return [_plain(item, (*path, i), document) for i, item in enumerate(node.value)]
    return scalar_value(node) if isinstance(node, ScalarNode) else None


def _mapping(node: MappingNode, path: Path_, document: Document) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, ScalarNode):
            hint = "braces and lists are values; a text with braces goes in quotes"
            document.findings.append(_misread("a key is one word", hint, document, key_node))
            continue
        key = str(key_node.value)
        here = (*path, key)
        if key in result:
            first = document.of(document.keys[here]).line
            message = f"the key '{key}' stands here twice"
            hint = f"it stands first in line {first}; keep one"
            document.findings.append(Finding("MG103", message, hint, document.of(key_node)))
            continue
        document.keys[here] = key_node
        result[key] = _plain(value_node, here, document)
    return result


def validate(document: Document, model: type[ModelT]) -> tuple[ModelT | None, list[Finding]]:
    """Check a document against a model: the model where it fits, and every finding with its place.

    The findings of reading (a key that stands twice) come first.
    """
    findings = list(document.findings)
    try:
        return model.model_validate(document.data), findings
    except ValidationError as error:
        findings.extend(_translated(document, model, error))
        return None, sorted_findings(findings)


def _translated(
    document: Document, model: type[BaseModel], error: ValidationError
) -> Iterable[Finding]:
    complained: set[Path_] = set()
    for detail in error.errors():
        absent = detail["type"] == "missing"
        path = _existing(document, detail["loc"], absent=absent)
        # Where several types are allowed, each complains of the same value: one is enough.
        if absent or path not in complained:
            yield finding_of(document, model, path, detail)
        complained.add(path)


def _existing(document: Document, location: Sequence[str | int], *, absent: bool) -> Path_:
    """Pydantic's location without the parts that name union branches, as a path in the file."""
    path: Path_ = ()
    for position, part in enumerate(location):
        longer = (*path, part)
        if longer in document.nodes or (absent and position == len(location) - 1):
            path = longer
    return path


def sorted_findings(findings: Iterable[Finding]) -> list[Finding]:
    """The findings in the order of their places, each once."""
    unique = dict.fromkeys(findings)
    return sorted(unique, key=lambda f: (f.place is None, f.place or Place("", 0, 0), f.code))
