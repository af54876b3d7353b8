"""The same programme as ZEN's own editor lays it out: a decision table per measure.

A table's first row that fits gives the code, and the trace names that row: this is how ZEN says
why. Slower than bare expressions, so that it is measured beside them and not in their place.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from bench.peers.zen import AMOUNT, EXPRESSIONS, edge, node

_RECENT = "contract_action in ['new', 'device_change', 'recontract']"
_WAIVER = (
    ("way == 0", "0", "not in scope"),
    (f"{_RECENT} and d(contracted_on) >= d('2025-09-01')", "10", "contracted after the incident"),
    ("brand == 'mvno'", "11", "MVNO line"),
    ("line_kind == 'iot'", "12", "IoT line"),
    ("terminated_by == 'operator'", "13", "terminated by the operator"),
    ("", "way", "granted"),
)
_LEFT = (("gone == 0", "0", "not in scope"), ("gone == 10", "10", "terminated"))
_DATA = (
    *_LEFT,
    ("status == 'suspended'", "11", "suspended"),
    ("line_kind == 'iot'", "12", "IoT line"),
    ("payment == 'prepaid'", "13", "prepaid"),
    ("", "1", "granted"),
)
_IN_USE = (*_LEFT, ("status == 'suspended'", "11", "suspended"), ("", "1", "granted"))
_STREAMING = (
    *_LEFT,
    ("status == 'suspended'", "11", "suspended"),
    ("line_kind == 'iot'", "12", "IoT line"),
    ("", "1", "granted"),
)
_COVER = (
    *_LEFT,
    ("holder != 'corporation' and holder_age >= 65", "1", "covered without applying"),
    ("", "2", "on application"),
)
_TABLES = {
    "data": _DATA,
    "roaming": _IN_USE,
    "streaming_pass": _STREAMING,
    "membership": _IN_USE,
    "cover": _COVER,
}
_PENALTY = ("granted", "whole_days", "used_days", "used_months", AMOUNT)


def decision() -> dict[str, Any]:
    """The decision in JDM: tables in a chain, each handing on all that it was given."""
    waiver = _table("penalty_waiver", _WAIVER)
    chain = [
        node("request", "inputNode", {}),
        _expressions("terms", ("way", "gone")),
        waiver,
        _expressions("penalty", _PENALTY),
        *(_table(name, rows) for name, rows in _TABLES.items()),
        node("response", "outputNode", {}),
    ]
    edges = [edge(a["id"], b["id"]) for a, b in pairwise(chain)]
    return {"contentType": "application/vnd.gorules.decision", "nodes": chain, "edges": edges}


def _expressions(name: str, keys: tuple[str, ...]) -> dict[str, Any]:
    rows = [
        {"id": key, "key": key, "value": _reading(EXPRESSIONS[key], keys[: keys.index(key)])}
        for key in keys
    ]
    return node(name, "expressionNode", {"expressions": rows, "passThrough": True})


def _reading(text: str, own: tuple[str, ...]) -> str:
    """An expression in a chain: only what its own node made stands behind `$`."""
    words = " ".join(text.split())
    for key in ("way", "penalty_waiver"):
        words = words if key in own else words.replace(f"$.{key}", key)
    return words


def _table(name: str, rows: tuple[tuple[str, str, str], ...]) -> dict[str, Any]:
    rules = [
        {"_id": f"{name}-{index}", "_description": why, "when": test, "then": code}
        for index, (test, code, why) in enumerate(rows)
    ]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": "when", "name": "When", "type": "expression"}],
        "outputs": [{"id": "then", "name": "Code", "field": name, "type": "expression"}],
        "rules": rules,
        "passThrough": True,
    }
    return node(name, "decisionTableNode", content)
