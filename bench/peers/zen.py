"""The programme in GoRules ZEN: one decision of expressions, from a static loader.

Numbers are ZEN's own; a date is the ISO text that JSON has, and is only parsed for lines that were
terminated. Each branch is a ternary, so that nothing is reckoned that is not needed.
"""

from __future__ import annotations

import time
from json import dumps
from pathlib import Path
from typing import Any

import pyarrow as pa
import zen
from pyarrow import parquet

from bench.peers.facts import rows_of

KEY = "kt-2025"
MEASURES = ("penalty_waiver", "data", "roaming", "streaming_pass", "membership", "cover")
AMOUNT = "amount_of_penalty_waiver"
DATES = ("contracted_on", "terminated_on", "late_reason_ended_on")

_BANDS_12 = """
$.used_months <= 3 ? $.used_months * 100
: $.used_months <= 9 ? 300 + ($.used_months - 3) * 50
: 600"""
_BANDS_24 = """
$.used_months <= 6 ? $.used_months * 100
: $.used_months <= 12 ? 600 + ($.used_months - 6) * 60
: $.used_months <= 16 ? 960 + ($.used_months - 12) * 35
: $.used_months <= 20 ? 1100 - ($.used_months - 16) * 15
: $.used_months <= 24 ? 1040 - ($.used_months - 20) * 40
: 880"""

# Each may use those before it as `$.name`.
EXPRESSIONS = {
    "way": """
terminated_on == null ? 0
: d(terminated_on) >= d('2025-09-01') and d(terminated_on) <= d('2026-01-13') ? 2
: d(terminated_on) > d('2026-01-13') and late_reason != null
  and d(terminated_on) >= d(late_reason_ended_on)
  and d(terminated_on) <= d(late_reason_ended_on).add(14, 'day') ? 3
: 0""",
    "penalty_waiver": """
$.way == 0 ? 0
: contract_action in ['new', 'device_change', 'recontract']
  and d(contracted_on) >= d('2025-09-01') ? 10
: brand == 'mvno' ? 11
: line_kind == 'iot' ? 12
: terminated_by == 'operator' ? 13
: $.way""",
    "granted": "$.penalty_waiver == 2 or $.penalty_waiver == 3",
    "whole_days": "contract_months <= 12 ? 365 : 730",
    "used_days": """
$.granted and support == 'device_subsidy'
? max([0, d(terminated_on).diff(d(contracted_on), 'day') + 1 - suspended_days]) : 0""",
    "used_months": """
not $.granted or support != 'monthly_discount' or d(terminated_on) < d(contracted_on) ? 0
: d(terminated_on).diff(d(contracted_on), 'month') + 1""",
    # Days in suspension prolong the term of a subsidy.
    AMOUNT: f"""
not $.granted ? null
: contract_months == 0 or support == 'none' ? 0
: support == 'device_subsidy' ? (
  d(terminated_on).sub(suspended_days, 'day') >= d(contracted_on).add(contract_months, 'month') ? 0
  : d(contracted_on) < d('2017-10-01')
  ? floor(subsidy_won * max([0, $.whole_days - $.used_days]) / $.whole_days)
  : $.used_days <= 180 ? subsidy_won
  : floor(subsidy_won * max([0, $.whole_days - $.used_days]) / ($.whole_days - 180)))
: $.used_months > contract_months ? 0
: d(contracted_on) < d('2018-09-01') ? (
  contract_months <= 12
  ? floor(monthly_discount_won * ({_BANDS_12}) / 100)
  : floor(monthly_discount_won * ({_BANDS_24}) / 100))
: $.used_months <= (contract_months <= 12 ? 3 : 6) ? monthly_discount_won * $.used_months
: floor(monthly_discount_won * $.used_months * (contract_months - $.used_months)
  / max([1, contract_months - (contract_months <= 12 ? 3 : 6)]))""",
    "gone": "terminated_on == null ? 1 : d(terminated_on) > d('2026-01-13') ? 10 : 0",
    "data": """
$.gone != 1 ? $.gone : status == 'suspended' ? 11
: line_kind == 'iot' ? 12 : payment == 'prepaid' ? 13 : 1""",
    "roaming": "$.gone != 1 ? $.gone : status == 'suspended' ? 11 : 1",
    "streaming_pass": """
$.gone != 1 ? $.gone : status == 'suspended' ? 11 : line_kind == 'iot' ? 12 : 1""",
    "membership": "$.roaming",
    "cover": """
$.gone != 1 ? $.gone : holder != 'corporation' and holder_age >= 65 ? 1 : 2""",
}


def decision() -> dict[str, Any]:
    """The decision in JDM, ZEN's file format."""
    expressions = [
        {"id": name, "key": name, "value": " ".join(text.split())}
        for name, text in EXPRESSIONS.items()
    ]
    nodes = [
        node("request", "inputNode", {}),
        node("rules", "expressionNode", {"expressions": expressions}),
        node("response", "outputNode", {}),
    ]
    edges = [edge("request", "rules"), edge("rules", "response")]
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}


def node(name: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """A node of JDM."""
    place = {"x": 0, "y": 0}
    return {"id": name, "name": name, "type": kind, "content": content, "position": place}


def edge(source: str, target: str) -> dict[str, str]:
    """An edge of JDM."""
    return {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}


def engine(content: dict[str, Any]) -> zen.ZenEngine:
    """An engine with a decision compiled into its static loader."""
    return zen.ZenEngine({"loader": {"type": "static", "content": {KEY: content}}})


def contexts_of(table: pa.Table) -> list[dict[str, Any]]:
    """Every line as a context."""
    return list(rows_of(table, DATES))


def decide(made: zen.ZenEngine, contexts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The results of a batch; a line that fails raises.

    To encode a context as JSON here is quicker than to have ZEN convert a dictionary.
    """
    requests = [{"key": KEY, "context": dumps(context).encode()} for context in contexts]
    return [_data(answer)["result"] for answer in made.evaluate_batch(requests)]


def explain(made: zen.ZenEngine, context: dict[str, Any]) -> dict[str, Any]:
    """One line with ZEN's trace of every node."""
    return made.evaluate(KEY, context, {"trace": True})


def job(facts: Path, out: Path, way: str) -> dict[str, Any]:
    """From facts in Parquet to answers in Parquet; ``rules_seconds`` is the batch alone."""
    from bench.peers import zen_tables

    made = engine(zen_tables.decision() if way == "tables" else decision())
    start = time.perf_counter()
    contexts = contexts_of(parquet.read_table(facts))
    begun = time.perf_counter()
    found = decide(made, contexts)
    ended = time.perf_counter()
    answers = {
        "line_id": [context["line_id"] for context in contexts],
        **{name: pa.array([each[name] for each in found], pa.int8()) for name in MEASURES},
        AMOUNT: pa.array([each.get(AMOUNT) for each in found], pa.int64()),
    }
    parquet.write_table(pa.table(answers), out, compression="zstd", compression_level=1)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "rules_seconds": ended - begun, "lines": len(contexts)}


def _data(answer: dict[str, Any]) -> dict[str, Any]:
    if not answer["success"]:
        raise RuntimeError(str(answer["error"]))
    return answer["data"]
