"""Names and declarations that contradict each other, found in the plain file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from makegood.kernel import Finding
from makegood.programmes.source import Document
from makegood.rules import FUNCTIONS

_NAMED = ("facts", "dates", "tables", "formulas")
RESERVED = frozenset(
    {*FUNCTIONS}
    | set("all and any as asc between by case cast desc describe distinct else end exists false".split())
    | set("from group having if in is join like limit not null on or order select set show".split())
    | set("table then true union update use when where with line_id base".split())
    | {"down", "up", "half_up", "half_even", "date", "interval", "values", "call", "comment"}
)


def check_declarations(document: Document) -> Iterator[Finding]:
    """MG114 names that clash, MG115 facts and MG117 tables that contradict themselves."""
    yield from _clashes(document)
    for name, raw in _group(document, "facts").items():
        if isinstance(raw, dict):
            yield from _fact(document, name, raw)
    for name, raw in _group(document, "tables").items():
        bands = raw.get("bands") if isinstance(raw, dict) else None
        if isinstance(bands, list):
            yield from _bands(document, name, bands)


def _group(document: Document, key: str) -> dict[str, Any]:
    value = document.data.get(key)
    return value if isinstance(value, dict) else {}


def _clashes(document: Document) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for group in _NAMED:
        for name in _group(document, group):
            place = document.place((group, name), key=True)
            if name in RESERVED:
                hint = "choose another name"
                yield Finding("MG114", f"'{name}' is a word of the language", hint, place)
            elif name in seen:
                message = f"'{name}' is already the name of one of '{seen[name]}'"
                yield Finding("MG114", message, "rename one of them", place)
            seen.setdefault(name, group)


def _fact(document: Document, name: str, raw: dict[str, Any]) -> Iterator[Finding]:
    kind, values = raw.get("type"), raw.get("values")
    here = ("facts", name)
    if kind == "enum" and not values:
        hint = "list them under 'values'"
        yield Finding("MG115", f"the enum '{name}' has no values", hint, document.place(here, key=True))
    if kind != "enum" and values:
        place = document.place((*here, "values"), key=True)
        yield Finding("MG115", f"only an enum has values, '{name}' is {kind}", "", place)
    if kind == "boolean" and raw.get("missing") == "none":
        place = document.place((*here, "missing"))
        yield Finding(
            "MG115",
            f"the yes-or-no fact '{name}' cannot be none",
            "it is yes, no, or (missing: unknown) nobody knows",
            place,
        )
    for key in ("min", "max"):
        if key in raw:
            yield from _bound(document, name, key, raw)
    low, high = raw.get("min"), raw.get("max")
    if type(low) is type(high) and isinstance(low, int | date) and low > high:  # type: ignore[operator]
        place = document.place((*here, "max"))
        yield Finding("MG301", f"max {high} lies before min {low}", "swap them", place)


def _bound(document: Document, name: str, key: str, raw: dict[str, Any]) -> Iterator[Finding]:
    kind, bound = raw.get("type"), raw[key]
    wanted = {"date": date, "integer": int, "money": int}.get(str(kind))
    place = document.place(("facts", name, key))
    if wanted is None:
        yield Finding("MG115", f"'{name}' is {kind} and has no {key}", "take it out", place)
    elif not isinstance(bound, wanted) or isinstance(bound, bool):
        hint = "a date such as 2026-01-13" if wanted is date else "a whole number"
        yield Finding("MG115", f"the {key} of '{name}' does not fit its type", hint, place)
    elif kind == "money" and isinstance(bound, int) and abs(bound) > 10**15:
        yield Finding("MG115", f"the {key} of '{name}' is beyond all money", "", place)


def _bands(document: Document, name: str, bands: list[Any]) -> Iterator[Finding]:
    before = 0
    for index, band in enumerate(bands):
        through = band.get("through") if isinstance(band, dict) else None
        if not isinstance(through, int):
            continue
        if through <= before:
            message = f"band {index + 1} of '{name}' ends at {through}, not after {before}"
            place = document.place(("tables", name, "bands", index, "through"))
            yield Finding("MG117", message, "bands ascend", place)
        before = max(before, through)
