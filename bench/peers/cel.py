"""The programme in CEL (cel-python), compiled: one expression of all codes, one of the amount.

CEL has no names for parts of an expression, so they are put together here, as text, once. Dates are
timestamps at midnight. A compiled ternary of cel-python evaluates both of its branches, and one
that fails costs an exception: so a day that is not there is one far away, and the host asks for
the amount of granted lines only.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import celpy
import pyarrow as pa
from celpy import celtypes
from pyarrow import parquet

MEASURES = ("penalty_waiver", "data", "roaming", "streaming_pass", "membership", "cover")
AMOUNT = "amount_of_penalty_waiver"


def _day(text: str) -> str:
    return f"timestamp('{text}T00:00:00Z')"


_INCIDENT, _CLOSES = _day("2025-09-01"), _day("2026-01-13")
_WAY = f"""(terminated_on >= {_INCIDENT} && terminated_on <= {_CLOSES} ? 2
: terminated_on > {_CLOSES} && late_reason != '' && terminated_on >= late_reason_ended_on
  && terminated_on <= late_reason_ended_on + duration('1209600s') ? 3 : 0)"""
_WAIVER = f"""({_WAY} == 0 ? 0
: contract_action in ['new', 'device_change', 'recontract'] && contracted_on >= {_INCIDENT} ? 10
: brand == 'mvno' ? 11 : line_kind == 'iot' ? 12 : terminated_by == 'operator' ? 13
: {_WAY})"""
_WHOLE_DAYS = "(contract_months <= 12 ? 365 : 730)"
_PASSED = "((terminated_on - contracted_on).getHours() / 24 + 1 - suspended_days)"
_USED_DAYS = f"({_PASSED} < 0 ? 0 : {_PASSED})"
_LEFT_DAYS = f"({_USED_DAYS} > {_WHOLE_DAYS} ? 0 : {_WHOLE_DAYS} - {_USED_DAYS})"
_REACHED = """(terminated_on.getDate() >= contracted_on.getDate()
|| (terminated_on + duration('86400s')).getDate() == 1)"""
_MONTHS = f"""((terminated_on.getFullYear() - contracted_on.getFullYear()) * 12
+ terminated_on.getMonth() - contracted_on.getMonth() + ({_REACHED} ? 1 : 0))"""
_USED_MONTHS = f"(terminated_on < contracted_on ? 0 : {_MONTHS})"
_BANDS_12 = f"""({_USED_MONTHS} <= 3 ? {_USED_MONTHS} * 100
: {_USED_MONTHS} <= 9 ? 300 + ({_USED_MONTHS} - 3) * 50 : 600)"""
_BANDS_24 = f"""({_USED_MONTHS} <= 6 ? {_USED_MONTHS} * 100
: {_USED_MONTHS} <= 12 ? 600 + ({_USED_MONTHS} - 6) * 60
: {_USED_MONTHS} <= 16 ? 960 + ({_USED_MONTHS} - 12) * 35
: {_USED_MONTHS} <= 20 ? 1100 - ({_USED_MONTHS} - 16) * 15
: {_USED_MONTHS} <= 24 ? 1040 - ({_USED_MONTHS} - 20) * 40 : 880)"""
# Days in suspension prolong the term of a subsidy.
_PROLONGED = "(terminated_on - duration(string(suspended_days * 86400) + 's'))"
_SUBSIDISED_MONTHS = _MONTHS.replace("terminated_on", _PROLONGED)
_FREE = "(contract_months <= 12 ? 3 : 6)"
_SHARED_MONTHS = f"(contract_months - {_FREE} < 1 ? 1 : contract_months - {_FREE})"
PENALTY = f"""(contract_months == 0 || support == 'none' ? 0
: support == 'device_subsidy' ? (
  {_SUBSIDISED_MONTHS} > contract_months ? 0
  : contracted_on < {_day("2017-10-01")} ? subsidy_won * {_LEFT_DAYS} / {_WHOLE_DAYS}
  : {_USED_DAYS} <= 180 ? subsidy_won : subsidy_won * {_LEFT_DAYS} / ({_WHOLE_DAYS} - 180))
: {_USED_MONTHS} > contract_months ? 0
: contracted_on < {_day("2018-09-01")} ? (
  contract_months <= 12 ? monthly_discount_won * {_BANDS_12} / 100
  : monthly_discount_won * {_BANDS_24} / 100)
: {_USED_MONTHS} <= {_FREE} ? monthly_discount_won * {_USED_MONTHS}
: monthly_discount_won * {_USED_MONTHS} * (contract_months - {_USED_MONTHS}) / {_SHARED_MONTHS})"""

_GONE = f"terminated_on <= {_CLOSES} ? 0 : terminated_on < {_day('9999-01-01')} ? 10"
CODES = f"""[
{_WAIVER},
{_GONE} : status == 'suspended' ? 11 : line_kind == 'iot' ? 12 : payment == 'prepaid' ? 13 : 1,
{_GONE} : status == 'suspended' ? 11 : 1,
{_GONE} : status == 'suspended' ? 11 : line_kind == 'iot' ? 12 : 1,
{_GONE} : status == 'suspended' ? 11 : 1,
{_GONE} : holder != 'corporation' && holder_age >= 65 ? 1 : 2
]"""


@dataclass(frozen=True)
class Programs:
    """The two expressions, compiled to Python by cel-python's own compiler."""

    codes: celpy.Runner
    penalty: celpy.Runner


def programs() -> Programs:
    """The programs. In one process every environment must have this same runner."""
    environment = celpy.Environment(runner_class=celpy.CompiledRunner)
    made = [environment.program(environment.compile(text)) for text in (CODES, PENALTY)]
    return Programs(*made)


def activations_of(table: pa.Table) -> list[dict[str, Any]]:
    """Every line as variables of CEL's own types."""
    return [
        {name: _EMPTY[name] if cell is None else _value(cell) for name, cell in row.items()}
        for row in table.to_pylist()
    ]


def decide(made: Programs, activations: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
    """Per line the codes of MEASURES, and the amount where there is one."""
    answers = []
    for activation in activations:
        codes = made.codes.evaluate(activation)
        granted = codes[0] in {2, 3}
        answers.append((codes, made.penalty.evaluate(activation) if granted else None))
    return answers


def job(facts: Path, out: Path) -> dict[str, Any]:
    """From facts in Parquet to answers in Parquet; ``rules_seconds`` is evaluation alone."""
    made = programs()
    start = time.perf_counter()
    table = parquet.read_table(facts)
    activations = activations_of(table)
    begun = time.perf_counter()
    found = decide(made, activations)
    ended = time.perf_counter()
    columns = zip(*(codes for codes, _ in found), strict=True)
    codes = {
        name: pa.array([int(code) for code in column], pa.int8())
        for name, column in zip(MEASURES, columns, strict=True)
    }
    amounts = pa.array([None if a is None else int(a) for _, a in found], pa.int64())
    answers = pa.table({"line_id": table["line_id"], **codes, AMOUNT: amounts})
    parquet.write_table(answers, out, compression="zstd", compression_level=1)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "rules_seconds": ended - begun, "lines": len(found)}


_EMPTY = {
    "terminated_on": celtypes.TimestampType(datetime(9999, 1, 1, tzinfo=UTC)),
    "late_reason_ended_on": celtypes.TimestampType(datetime(1900, 1, 1, tzinfo=UTC)),
    "terminated_by": celtypes.StringType(""),
    "late_reason": celtypes.StringType(""),
}


def _value(cell: object) -> object:
    match cell:
        case date():
            return celtypes.TimestampType(datetime(cell.year, cell.month, cell.day, tzinfo=UTC))
        case int():
            return celtypes.IntType(cell)
        case _:
            return celtypes.StringType(str(cell))
