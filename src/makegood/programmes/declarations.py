"""Names and declarations that contradict each other, found in the plain file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from ruamel.yaml.nodes import ScalarNode

from makegood.kernel import Finding, Rounding, day_of
from makegood.programmes.source import Document
from makegood.rules import FUNCTIONS, Fact, Kind

_NAMED = ("facts", "dates", "tables", "formulas")
_SQL_WORDS = """
    all and any as asc between by case cast comment call date desc describe distinct else end exists
    false from group having if in interval is join like limit not null on or order select set show
    table then true union update use values when where with
"""
RESERVED = frozenset({*_SQL_WORDS.split(), *FUNCTIONS, *Rounding, "line_id", "base"})
BOUND_MAX = 10**15


def check_declarations(document: Document) -> Iterator[Finding]:
    """MG107 values given twice, MG114 names that clash, MG115 and MG117 contradictions in one."""
    yield from _clashes(document)
    yield from _twice(document)
    for name, raw in _group(document, "facts").items():
        if isinstance(raw, dict) and raw.get("type") in list(Kind):
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


def _twice(document: Document) -> Iterator[Finding]:
    """No list of a programme holds the same word twice for a reason."""
    for path, node in document.nodes.items():
        if not path or not isinstance(path[-1], int) or not isinstance(node, ScalarNode):
            continue
        earlier = (document.nodes[(*path[:-1], index)] for index in range(path[-1]))
        if any(isinstance(e, ScalarNode) and e.value == node.value for e in earlier):
            message = f"'{node.value}' stands in the list twice"
            yield Finding("MG107", message, "keep one", document.place(path))


def _fact(document: Document, name: str, raw: dict[str, Any]) -> Iterator[Finding]:
    kind, values = raw.get("type"), raw.get("values")
    here = ("facts", name)
    if kind == "enum" and not values:
        message, hint = f"the enum '{name}' has no values", "list them under 'values'"
        yield Finding("MG115", message, hint, document.place(here, key=True))
    if kind != "enum" and values:
        place = document.place((*here, "values"), key=True)
        hint = "take them out, or write 'type: enum'"
        yield Finding("MG115", f"only an enum has values, '{name}' is not one", hint, place)
    if kind == "boolean" and raw.get("missing") == "none":
        place = document.place((*here, "missing"))
        yield Finding(
            "MG115",
            f"the yes-or-no fact '{name}' cannot be none",
            "it is yes, no, or (missing: unknown) nobody knows",
            place,
        )
    keys = [key for key in ("min", "max") if key in raw]
    wrong = [found for key in keys for found in _bound(document, name, key, raw)]
    yield from wrong
    if not wrong and kind in ("integer", "money", "date"):
        yield from _bounds_in_order(document, name, Kind(kind), raw)


def _bounds_in_order(
    document: Document, name: str, kind: Kind, raw: dict[str, Any]
) -> Iterator[Finding]:
    fact = Fact.bounded(name, kind, low=raw.get("min"), high=raw.get("max"))
    if fact.low <= fact.high:
        return
    low, high = (day_of(n) if kind is Kind.DATE else n for n in (fact.low, fact.high))
    key = "max" if raw.get("max") is not None else "min"
    told = "" if raw.get("min") is not None and raw.get("max") is not None else " (by default)"
    least, most = (f"{low}{told}", high) if key == "max" else (low, f"{high}{told}")
    message = f"'{name}' has no value: its max {most} lies before its min {least}"
    place = document.place(("facts", name, key))
    yield Finding("MG301", message, "give both, in order", place)


def _bound(document: Document, name: str, key: str, raw: dict[str, Any]) -> Iterator[Finding]:
    kind, bound = raw.get("type"), raw[key]
    wanted = {"date": date, "integer": int, "money": int}.get(str(kind))
    place = document.place(("facts", name, key))
    if bound is None:
        return
    if wanted is None:
        message = f"'{name}' is {Kind(str(kind)).named} and has no {key}"
        yield Finding("MG115", message, "take it out", place)
    elif isinstance(bound, float):
        return  # the model says so
    elif not isinstance(bound, wanted) or isinstance(bound, bool | datetime):
        hint = "write a date such as 2026-01-13" if wanted is date else "write a whole number"
        yield Finding("MG115", f"the {key} of '{name}' does not fit its type", hint, place)
    elif isinstance(bound, int) and abs(bound) > BOUND_MAX:
        message = f"the {key} of '{name}' is beyond all reckoning"
        yield Finding("MG115", message, f"at most {BOUND_MAX:,}", place)


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
