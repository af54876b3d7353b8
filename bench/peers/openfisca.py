"""The programme in OpenFisca-Core: vectorised formulas over whole columns, by its manual."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import DateUnit, Period
from openfisca_core.populations import Population
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable
from pyarrow import parquet

PERIOD = "2026-01"
INCIDENT, CLOSES = np.datetime64("2025-09-01"), np.datetime64("2026-01-13")
SUBSIDY_RULE, DISCOUNT_RULE = np.datetime64("2017-10-01"), np.datetime64("2018-09-01")
FORTNIGHT = np.timedelta64(14, "D")
# What a whole contract's months come to, month by month: a look-up is the quickest of bands.
REPAID_24 = np.cumsum([0] + [100] * 6 + [60] * 6 + [35] * 4 + [-15] * 4 + [-40] * 4, dtype=np.int32)
REPAID_12 = np.cumsum([0] + [100] * 3 + [50] * 6 + [0] * 15, dtype=np.int32)

Line = build_entity(key="line", plural="lines", label="A subscription", is_person=True)

# What is empty where a line has no such thing is a member of its own.
ENUMS = {
    "status": Enum("Status", "in_use suspended terminated"),
    "line_kind": Enum("LineKind", "mobile iot"),
    "brand": Enum("Brand", "own mvno"),
    "payment": Enum("Payment", "postpaid prepaid"),
    "holder": Enum("Holder", "person minor corporation"),
    "contract_action": Enum("ContractAction", "none new device_change recontract"),
    "support": Enum("Support", "none device_subsidy monthly_discount"),
    "terminated_by": Enum("TerminatedBy", "customer operator nobody"),
    "late_reason": Enum("LateReason", "military_service abroad nothing"),
}
DATES = ("contracted_on", "terminated_on", "late_reason_ended_on")
WHOLE = (
    "holder_age",
    "contract_months",
    "subsidy_won",
    "monthly_discount_won",
    "suspended_days",
)
MEASURES = ("penalty_waiver", "data", "roaming", "streaming_pass", "membership", "cover")
AMOUNT = "amount_of_penalty_waiver"


def _variable(name: str, parts: dict[str, Any]) -> type[Variable]:
    shared = {"entity": Line, "definition_period": DateUnit.MONTH}
    return type(name, (Variable,), shared | parts)


def _facts() -> list[type[Variable]]:
    enums = [
        {"value_type": Enum, "possible_values": kind, "default_value": next(iter(kind))}
        for kind in ENUMS.values()
    ]
    parts = [*enums, *({"value_type": date} for _ in DATES), *({"value_type": int} for _ in WHOLE)]
    return [
        _variable(name, part) for name, part in zip((*ENUMS, *DATES, *WHOLE), parts, strict=True)
    ]


def whole_days(line: Population, period: Period) -> np.ndarray:
    return np.where(line("contract_months", period) <= 12, 365, 730)


def used_days(line: Population, period: Period) -> np.ndarray:
    passed = line("terminated_on", period) - line("contracted_on", period)
    return np.maximum(0, passed.astype(np.int32) + 1 - line("suspended_days", period))


def _months(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Completed months; a month's last day completes it where it is shorter."""
    first, last = start.astype("datetime64[M]"), end.astype("datetime64[M]")
    months = (last - first).astype(np.int32)
    on_last_day = (end + 1).astype("datetime64[M]") != last
    return months - (((end - last) < (start - first)) & ~on_last_day)


def used_months(line: Population, period: Period) -> np.ndarray:
    start, end = line("contracted_on", period), line("terminated_on", period)
    return np.where(end < start, 0, _months(start, end) + 1)


def subsidy_clawback(line: Population, period: Period) -> np.ndarray:
    subsidy, days = line("subsidy_won", period), line("whole_days", period)
    used = line("used_days", period)
    plain = line("contracted_on", period) < SUBSIDY_RULE
    share = subsidy * np.maximum(0, days - used) // np.where(plain, days, days - 180)
    due = np.where(plain | (used > 180), share, subsidy)
    subsidised = line("support", period) == ENUMS["support"].device_subsidy
    months = line("contract_months", period)
    # Days in suspension prolong the term.
    end = line("terminated_on", period) - line("suspended_days", period)
    within = _months(line("contracted_on", period), end) < months
    return np.where(subsidised & (months > 0) & within, due, 0)


def discount_repayment(line: Population, period: Period) -> np.ndarray:
    monthly, months = line("monthly_discount_won", period), line("contract_months", period)
    used = line("used_months", period)
    received = monthly * used
    free = np.where(months <= 12, 3, 6)
    share = received * np.maximum(0, months - used) // np.maximum(1, months - free)
    band = np.clip(used, 0, 24)
    percent = np.where(months <= 12, REPAID_12[band], REPAID_24[band])
    banded = line("contracted_on", period) < DISCOUNT_RULE
    current = np.where(used <= free, received, share)
    due = np.where(banded, monthly * percent // 100, current)
    discounted = line("support", period) == ENUMS["support"].monthly_discount
    return np.where(discounted & (months > 0) & (used <= months), due, 0)


def way(line: Population, period: Period) -> np.ndarray:
    end, ended = line("terminated_on", period), line("late_reason_ended_on", period)
    reason = line("late_reason", period) != ENUMS["late_reason"].nothing
    late = (end > CLOSES) & reason & (end >= ended) & (end <= ended + FORTNIGHT)
    inside = (end >= INCIDENT) & (end <= CLOSES)
    return np.select([inside, late], [2, 3], 0)


def penalty_waiver(line: Population, period: Period) -> np.ndarray:
    way = line("way", period)
    acted = line("contract_action", period) != ENUMS["contract_action"].none
    recent = acted & (line("contracted_on", period) >= INCIDENT)
    mvno = line("brand", period) == ENUMS["brand"].mvno
    iot = line("line_kind", period) == ENUMS["line_kind"].iot
    operator = line("terminated_by", period) == ENUMS["terminated_by"].operator
    return np.select([way == 0, recent, mvno, iot, operator], [0, 10, 11, 12, 13], way)


def amount_of_penalty_waiver(line: Population, period: Period) -> np.ndarray:
    code = line("penalty_waiver", period)
    penalty = line("subsidy_clawback", period) + line("discount_repayment", period)
    return np.where((code == 2) | (code == 3), penalty, -1)


def gone(line: Population, period: Period) -> np.ndarray:
    """0 for a line that left before the base's day, 10 for one that left after it, else 1."""
    end = line("terminated_on", period)
    return np.select([end > CLOSES, end <= CLOSES], [10, 0], 1)


def data(line: Population, period: Period) -> np.ndarray:
    left = line("gone", period)
    tests = [
        left != 1,
        line("status", period) == ENUMS["status"].suspended,
        line("line_kind", period) == ENUMS["line_kind"].iot,
        line("payment", period) == ENUMS["payment"].prepaid,
    ]
    return np.select(tests, [left, 11, 12, 13], 1)


def roaming(line: Population, period: Period) -> np.ndarray:
    left = line("gone", period)
    suspended = line("status", period) == ENUMS["status"].suspended
    return np.where((left == 1) & suspended, 11, left)


def streaming_pass(line: Population, period: Period) -> np.ndarray:
    left = line("gone", period)
    suspended = line("status", period) == ENUMS["status"].suspended
    iot = line("line_kind", period) == ENUMS["line_kind"].iot
    return np.select([left != 1, suspended, iot], [left, 11, 12], 1)


def membership(line: Population, period: Period) -> np.ndarray:
    return line("roaming", period)


def cover(line: Population, period: Period) -> np.ndarray:
    left = line("gone", period)
    person = line("holder", period) != ENUMS["holder"].corporation
    old = person & (line("holder_age", period) >= 65)
    return np.where((left == 1) & ~old, 2, left)


FORMULAS = (
    whole_days,
    used_days,
    used_months,
    subsidy_clawback,
    discount_repayment,
    way,
    penalty_waiver,
    amount_of_penalty_waiver,
    gone,
    data,
    roaming,
    streaming_pass,
    membership,
    cover,
)


def system() -> TaxBenefitSystem:
    """The programme, ready for simulations."""
    made = TaxBenefitSystem([Line])
    made.add_variables(*_facts())
    for formula in FORMULAS:
        made.add_variable(_variable(formula.__name__, {"value_type": int, "formula": formula}))
    return made


def inputs_of(table: pa.Table, way: str) -> dict[str, np.ndarray]:
    """Every fact as an array that ``set_input`` takes; enums as ``codes`` or as ``texts``.

    Texts are what the manual gives; OpenFisca encodes them itself. Codes, made by Arrow, are what
    it would make of them, and the quickest way in.
    """
    arrays: dict[str, np.ndarray] = {}
    for name, kind in ENUMS.items():
        members = [member.name for member in kind]
        column = table.column(name).cast(pa.string())
        if way == "codes":
            codes = pc.fill_null(pc.index_in(column, pa.array(members)), len(members) - 1)
            arrays[name] = EnumArray(codes.to_numpy().astype(np.int16), kind)
        else:
            arrays[name] = pc.fill_null(column, members[-1]).to_numpy().astype(str)
    for name in DATES:
        arrays[name] = table.column(name).to_numpy().astype("datetime64[D]")
    for name in WHOLE:
        arrays[name] = table.column(name).to_numpy().astype(np.int32)
    return arrays


def decide(made: TaxBenefitSystem, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """One simulation over all lines: a code per measure, and the waiver's amount (-1: none)."""
    count = len(next(iter(inputs.values())))
    simulation = SimulationBuilder.build_default_simulation(made, count)
    for name, array in inputs.items():
        simulation.set_input(name, PERIOD, array)
    return {name: simulation.calculate(name, PERIOD) for name in (*MEASURES, AMOUNT)}


def job(facts: Path, out: Path, way: str) -> dict[str, Any]:
    """From facts in Parquet to answers in Parquet; ``rules_seconds`` is the simulation alone."""
    made = system()
    start = time.perf_counter()
    table = parquet.read_table(facts)
    inputs = inputs_of(table, way)
    begun = time.perf_counter()
    found = decide(made, inputs)
    ended = time.perf_counter()
    columns = {name: pa.array(found[name].astype(np.int8)) for name in MEASURES}
    amounts = found[AMOUNT].astype(np.int64)
    answers = {"line_id": table["line_id"], **columns, AMOUNT: pa.array(amounts, mask=amounts < 0)}
    parquet.write_table(pa.table(answers), out, compression="zstd", compression_level=1)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "rules_seconds": ended - begun, "lines": table.num_rows}
