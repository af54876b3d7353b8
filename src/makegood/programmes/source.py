"""A YAML file with the place of every key and value, and its validation against a model.

Positions are why this reads YAML nodes itself: an error in a programme must point at the spot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from makegood.kernel import Finding, MakegoodError, Place
from makegood.programmes.complaints import finding_of

FILE_BYTES_MAX = 5_000_000

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
        """The hash of the file's bytes: a programme's version."""
        return sha256(self.text.encode()).hexdigest()

    def line(self, number: int) -> str:
        """The text of a line, counted from 1; empty past the end."""
        lines = self.text.split("\n")
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""

    def at(self, line: int, column: int, width: int = 1) -> Place:
        """A place in this file; line and column count from 1."""
        return Place(self.file, line, column, width, self.line(line))

    def place(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """Where the value (or the key) at a path stands; the nearest parent where it is absent."""
        trail = tuple(path)
        while trail:
            node = (self.keys if key else self.nodes).get(trail) or self.keys.get(trail)
            if node is not None:
                return self._of(node)
            trail, key = trail[:-1], True
        return self.at(1, 1)

    def _of(self, node: Node) -> Place:
        start, end = node.start_mark, node.end_mark
        same_line = start.line == end.line
        width = end.column - start.column if same_line else 1
        return self.at(start.line + 1, start.column + 1, max(1, width))

    def inside(self, path: Sequence[str | int], start: int, end: int) -> Place:
        """Where the characters ``start`` to ``end`` of a text value stand in the file."""
        node = self.nodes.get(tuple(path))
        if not isinstance(node, ScalarNode):
            return self.place(path)
        offsets = _offsets(self.text, node)
        if not offsets:
            return self.place(path)
        first = offsets[min(start, len(offsets) - 1)]
        last = offsets[min(max(end - 1, start), len(offsets) - 1)]
        line = self.text.count("\n", 0, first) + 1
        column = first - (self.text.rfind("\n", 0, first) + 1) + 1
        width = last - first + 1 if "\n" not in self.text[first:last] else 1
        return self.at(line, column, width)


def _offsets(text: str, node: ScalarNode) -> list[int]:
    """For every character of a scalar's value, its offset in the file (folds and quotes undone)."""
    raw, end = node.start_mark.index, node.end_mark.index
    if node.style in ("|", ">"):
        raw = text.find("\n", raw) + 1
    offsets: list[int] = []
    for character in node.value:
        if character.isspace():
            offsets.append(raw)
            while raw < end and text[raw].isspace():
                raw += 1
            continue
        while raw < end and text[raw] != character:
            raw += 1
        offsets.append(min(raw, max(end - 1, 0)))
        raw += 1
    return offsets


def read_document(path: Path, name: str | None = None) -> Document:
    """Read a YAML file. Raises MakegoodError (MG101, MG102, MG103) where it is none."""
    file = name or str(path)
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise MakegoodError(
                Finding(
                    "MG101",
                    f"the file is larger than {FILE_BYTES_MAX:,} bytes",
                    "a programme is a text people review; keep data out of it",
                    Place(file, 1, 1),
                )
            )
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "check the path" if not path.exists() else "the file must be readable, not a folder"
        raise MakegoodError(
            Finding("MG101", f"cannot read the file: {reason}", hint, Place(file, 1, 1))
        ) from error
    except UnicodeDecodeError as error:
        raise MakegoodError(
            Finding(
                "MG101",
                f"the file is not UTF-8 (byte {error.start})",
                "save it as UTF-8",
                Place(file, 1, 1),
            )
        ) from error
    return parse_document(text, file)


def parse_document(text: str, file: str) -> Document:
    """Parse YAML text; ``file`` is the name that errors show. Raises MakegoodError (MG102)."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    document = Document(file, text, None)
    yaml = YAML(typ="rt", pure=True)
    try:
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = document.at(mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
        problem = error.problem or error.context or "cannot be read"
        raise MakegoodError(
            Finding("MG102", f"not valid YAML: {problem}", "mind indentation and quotes", place)
        ) from error
    except YAMLError as error:
        raise MakegoodError(
            Finding("MG102", f"not valid YAML: {error}", "", Place(file, 1, 1))
        ) from error
    if not isinstance(root, MappingNode):
        raise MakegoodError(
            Finding(
                "MG102",
                "the file holds no keys",
                "a file starts with 'key: value' lines; see docs/language.md",
                document.at(1, 1),
            )
        )
    document.data = _plain(root, (), document)
    return document


def _plain(node: Node, path: Path_, document: Document) -> Any:
    document.nodes[path] = node
    if isinstance(node, MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            here = (*path, key)
            if key in result:
                first = document.keys[here].start_mark.line + 1
                document.findings.append(
                    Finding(
                        "MG103",
                        f"the key '{key}' stands here twice",
                        f"it stands first in line {first}; keep one",
                        document._of(key_node),  # noqa: SLF001 - the same module
                    )
                )
                continue
            document.keys[here] = key_node
            result[key] = _plain(value_node, here, document)
        return result
    if isinstance(node, SequenceNode):
        return [_plain(item, (*path, i), document) for i, item in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: ScalarNode) -> Any:
    text = node.value
    if node.style is not None or (node.tag or "").endswith(":str"):
        return text
    kind = (node.tag or "").rsplit(":", 1)[-1]
    match kind:
        case "null":
            return None
        case "bool":
            return text.lower() in ("true", "yes", "on")
        case "int":
            return int(text.replace("_", ""), 0) if not text.startswith("0o") else int(text, 8)
        case "float":
            return float(text.replace("_", ""))
        case "timestamp":
            return _timestamp(text)
        case _:
            return text


def _timestamp(text: str) -> date | datetime | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


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
    for detail in error.errors():
        path = _existing(document, detail["loc"])
        yield finding_of(document, model, path, detail)


def _existing(document: Document, location: Sequence[str | int]) -> Path_:
    """Pydantic's location without the parts that name union branches, as a path in the file."""
    path: Path_ = ()
    for position, part in enumerate(location):
        longer = (*path, part)
        last = position == len(location) - 1
        if longer in document.nodes or (last and not str(part).startswith("function-")):
            path = longer
    return path


def sorted_findings(findings: Iterable[Finding]) -> list[Finding]:
    """The findings in the order of their places, each once."""
    unique = dict.fromkeys(findings)
    return sorted(unique, key=lambda f: (f.place is None, f.place or Place("", 0, 0), f.code))
