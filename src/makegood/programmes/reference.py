"""The tables of docs/language.md, made from the models, the functions and the reserved words.

``python -m makegood.programmes.reference docs/language.md`` writes them anew between their marks:
``<!-- keys of Refund -->`` … ``<!-- end -->``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from makegood.kernel import Rounding
from makegood.programmes.declarations import RESERVED
from makegood.programmes.model import ProgrammeFile, Section
from makegood.programmes.model.base import Day, Expression, Moment, Name, Texts
from makegood.programmes.model.kinds import Month
from makegood.rules import FUNCTIONS

_WORDS: tuple[tuple[Any, str], ...] = (
    (Texts, "texts"),
    (Expression, "expression"),
    (Name, "name"),
    (Day, "date"),
    (Moment, "time"),
    (Month, "month"),
    (str, "text"),
    (int, "whole number"),
)
_MARKED = re.compile(
    r"(<!-- (keys of \w+|functions|roundings|reserved words) -->\n).*?(<!-- end -->)", re.DOTALL
)


def sections(kind: object = ProgrammeFile) -> Iterator[type[Section]]:
    """The section and all sections below it, each once, in the order of their keys."""
    found: dict[type[Section], None] = {}
    _collect(kind, found)
    yield from found


def _collect(kind: object, found: dict[type[Section], None]) -> None:
    for part in get_args(kind):
        _collect(part, found)
    if isinstance(kind, type) and issubclass(kind, Section) and kind not in found:
        found[kind] = None
        for field in kind.model_fields.values():
            _collect(field.annotation, found)


def heading(section: type[Section]) -> str:
    """What the page calls a section."""
    return section.__name__.removesuffix("Section").removesuffix("File")


def keys_of(section: type[Section]) -> dict[str, FieldInfo]:
    """The fields of a section by the key that a file has for them."""
    return {field.alias or name: field for name, field in section.model_fields.items()}


def key_table(section: type[Section]) -> str:
    """A row for every key: its type, what holds without it, what it means."""
    hints = get_type_hints(section, include_extras=True)
    rows = ["| key | type | without it | meaning |", "| --- | --- | --- | --- |"]
    for name, field in section.model_fields.items():
        shown = _type_text(hints[name]) + _bounds_text(field)
        cells = (f"`{field.alias or name}`", shown, _default_text(field), field.description or "")
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _type_text(kind: object) -> str:
    for known, word in _WORDS:
        if kind == known:
            return word
    origin, arms = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return " or ".join(_type_text(arm) for arm in arms if arm is not NoneType)
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in arms)
    if origin is list:
        return f"list of {_type_text(arms[0])}"
    if origin is dict:
        return f"for each {_type_text(arms[0])}: {_type_text(arms[1])}"
    if hasattr(kind, "__metadata__"):
        return _type_text(arms[0])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ", ".join(f"`{member.value}`" for member in kind)
    if isinstance(kind, type) and issubclass(kind, Section):
        return f"[{heading(kind)}](#{heading(kind).lower()})"
    return "date" if getattr(kind, "__name__", "") == "date" else str(kind)


def _bounds_text(field: FieldInfo) -> str:
    low = next((mark.ge for mark in field.metadata if hasattr(mark, "ge")), None)
    high = next((mark.le for mark in field.metadata if hasattr(mark, "le")), None)
    if low is None and high is None:
        return ""
    return f", {low} to {high}" if high is not None else f", {low} or more"


def _default_text(field: FieldInfo) -> str:
    if field.is_required():
        return "must be there"
    if field.default_factory is not None or field.default is None:
        return "none"
    default = field.default
    return f"`{default.value if isinstance(default, Enum) else default}`"


def function_table() -> str:
    """A row for every function."""
    rows = ["| call | what it gives |", "| --- | --- |"]
    rows += [f"| `{f.signature}` | {f.means} |" for f in FUNCTIONS.values()]
    return "\n".join(rows) + "\n"


def rounding_list() -> str:
    """The names of the roundings."""
    return ", ".join(f"`{rounding.value}`" for rounding in Rounding) + "\n"


def reserved_list() -> str:
    """The words that cannot be names."""
    return ", ".join(f"`{word}`" for word in sorted(RESERVED)) + "\n"


def written(text: str) -> str:
    """The page with all its tables made anew. KeyError for a mark of a section there is not."""
    tables = {f"keys of {heading(section)}": key_table(section) for section in sections()}
    tables |= {"functions": function_table(), "roundings": rounding_list()}
    tables["reserved words"] = reserved_list()
    return _MARKED.sub(lambda found: found[1] + tables[found[2]] + found[3], text)


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(written(page.read_text(encoding="utf-8")), encoding="utf-8")
