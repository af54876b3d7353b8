"""YAML scalars: the plain value of one, and where its characters stand in the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from ruamel.yaml.nodes import ScalarNode

Scalar = str | int | float | bool | date | datetime | None

_ESCAPE_LENGTHS = {"x": 4, "u": 6, "U": 10}


def scalar_value(node: ScalarNode) -> Scalar:
    """A scalar's value; its text where YAML's own type cannot hold it (a day that is none)."""
    text = str(node.value)
    if node.style is not None:
        return text
    reader = _READERS.get(str(node.tag or "").rsplit(":", 1)[-1])
    try:
        return reader(text) if reader else text
    except ValueError:
        return text


def _whole(text: str) -> int | str:
    digits = text.replace("_", "").lower()
    # 02 is how a telephone number begins, and no whole number that somebody meant to write.
    if digits.lstrip("+-").startswith("0") and digits.lstrip("+-0").isdecimal():
        return text
    return int(digits, 0)


def _timestamp(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat(text)


_READERS: dict[str, Callable[[str], Scalar]] = {
    "null": lambda text: None,  # noqa: ARG005 - every reader is called the same way
    "bool": lambda text: text.lower() == "true",
    "int": _whole,
    "float": lambda text: float(text.replace("_", "")),
    "timestamp": _timestamp,
}


def offsets_of(text: str, node: ScalarNode) -> list[int]:
    """For every character of a scalar's value its offset in ``text``: folds and quotes undone."""
    raw, end = _first_character(text, node), int(node.end_mark.index)
    offsets: list[int] = []
    for character in node.value:
        if node.style == '"':
            raw = _past_continuations(text, raw)
            if text[raw : raw + 1] == "\\":
                offsets.append(raw)
                raw += _ESCAPE_LENGTHS.get(text[raw + 1 : raw + 2], 2)
                continue
        if character.isspace():
            offsets.append(min(raw, end - 1))
            while raw < end and text[raw].isspace():
                raw += 1
            continue
        while raw < end and text[raw] != character:
            raw += 1
        offsets.append(min(raw, end - 1))
        raw += 2 if node.style == "'" and character == "'" else 1
    return offsets


def _first_character(text: str, node: ScalarNode) -> int:
    """Past an anchor and a tag, and past the quote or the header of a block."""
    raw = int(node.start_mark.index)
    while text[raw : raw + 1] in ("&", "!"):
        while not text[raw].isspace():
            raw += 1
        while text[raw].isspace():
            raw += 1
    if node.style in ("|", ">"):
        return text.find("\n", raw) + 1
    return raw + 1 if node.style in ("'", '"') else raw


def _past_continuations(text: str, raw: int) -> int:
    """Past a backslash at the end of a line, with which a quoted text goes on in the next."""
    while text[raw : raw + 2] == "\\\n":
        raw += 2
        while text[raw : raw + 1] in (" ", "\t"):
            raw += 1
    return raw
