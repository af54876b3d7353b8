"""What the report tells beyond the manifest's counts, read from the parts of the decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from makegood.decisions.duckdb_engine import connected, cores
from makegood.decisions.job import parquet_relation
from makegood.decisions.manifest import Decisions
from makegood.decisions.outcome import AUTOMATIC, UNDETERMINED, WITH_DOCUMENT
from makegood.decisions.report.amounts import Amounts, amounts_of
from makegood.decisions.report.days import Days, days_of
from makegood.decisions.trees import amount_column
from makegood.kernel import Finding, MakegoodError, Progress
from makegood.population import Snapshot
from makegood.programmes import Programme


@dataclass(frozen=True, slots=True)
class Figures:
    """Lines counted over all measures together; amounts and days by the measure's name.

    Of the lines granted money, those paid are due more than 0.
    """

    lines_granted: int
    lines_with_money: int
    lines_paid: int
    lines_undetermined: int
    amounts: Mapping[str, Amounts]
    days: Mapping[str, Days]


def granted_sql(measure: str) -> str:
    """The condition that a line of the decisions is granted a measure."""
    return f'"{measure}" BETWEEN {AUTOMATIC} AND {WITH_DOCUMENT}'


def figures_of(
    decisions: Decisions, programme: Programme, snapshot: Snapshot | None, progress: Progress
) -> Figures:
    """Read the figures. Raises MakegoodError MG610 where the inputs do not belong together."""
    _check_belong(decisions, programme, snapshot)
    with_money = [m.name for m in decisions.measures.values() if m.amount is not None]
    relation = parquet_relation(decisions.part_paths())
    steps = 1 + len(with_money)
    with connected(cores()) as connection:
        progress("count", 0, steps)
        overall = _overall(connection, relation, list(decisions.measures), with_money)
        amounts = {}
        for number, name in enumerate(with_money):
            progress("count", 1 + number, steps)
            amounts[name] = amounts_of(
                connection, relation, name, granted_sql(name), programme.currency
            )
        progress("count", steps, steps)
        days = {}
        if snapshot is not None:
            for name, measure in programme.measures.items():
                if measure.section.by_day:
                    pairs = list(zip(decisions.part_paths(), snapshot.part_paths(), strict=True))
                    days[name] = days_of(
                        connection,
                        pairs,
                        measure.section.by_day,
                        granted_sql(name),
                        name if name in with_money else "",
                    )
    return Figures(*overall, amounts, days)


def _overall(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    measures: Sequence[str],
    with_money: Sequence[str],
) -> tuple[int, int, int, int]:
    """Lines granted anything; granted money; more than 0 of it; undetermined in anything."""
    granted = " OR ".join(granted_sql(name) for name in measures)
    money = " OR ".join(granted_sql(name) for name in with_money) or "FALSE"
    paid = " OR ".join(f'"{amount_column(name)}" > 0' for name in with_money) or "FALSE"
    open_lines = " OR ".join(f'"{name}" = {UNDETERMINED}' for name in measures)
    query = (
        f"SELECT count(*) FILTER ({granted}), count(*) FILTER ({money}),"
        f" count(*) FILTER ({paid}), count(*) FILTER ({open_lines}) FROM {relation}"
    )
    row = connection.execute(query).fetchone() or (0, 0, 0, 0)
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])


def _check_belong(decisions: Decisions, programme: Programme, snapshot: Snapshot | None) -> None:
    """Refuse to tell one thing's numbers in another's words."""
    hint = "give what the decisions were made from"
    findings = []
    if programme.sha256 != decisions.programme_sha256:
        message = f"these decisions were not made by this text of '{programme.identifier}'"
        findings.append(Finding("MG610", message, hint))
    if snapshot is not None and snapshot.content_sha256 != decisions.population_sha256:
        message = f"these decisions were not made for the population in '{snapshot.folder.name}'"
        findings.append(Finding("MG610", message, hint))
    for measure in decisions.measures.values():
        if measure.lines != decisions.rows:
            message = f"'{measure.name}' decides {measure.lines:,} of {decisions.rows:,} lines"
            findings.append(Finding("MG607", message, "not closed: see 'makegood verify'"))
    findings += [
        Finding("MG606", f"{path.name} is not there", "see 'makegood verify'")
        for path in _absent([*decisions.part_paths(), *(snapshot.part_paths() if snapshot else [])])
    ]
    if findings:
        raise MakegoodError(findings)


def _absent(paths: Sequence[Path]) -> list[Path]:
    return [path for path in paths if not path.is_file()]
