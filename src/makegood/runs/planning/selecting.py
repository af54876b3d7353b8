"""The statement that makes items and what is left out of a part of decisions, in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from makegood.kernel import pay_once_key_sql
from makegood.runs.kinds import RunKind
from makegood.runs.planning.choosing import ALREADY, NO_AMOUNT, WITH_MONEY, Choice, reason_sql

if TYPE_CHECKING:
    import pyarrow as pa

    from makegood.programmes import Programme
    from makegood.runs.planning.deciding import Decided
    from makegood.runs.planning.due import Due

MEMBER, NO_MEMBER, MEMBER_UNKNOWN = 1, 0, 4
"""Codes of a notice to everybody: granted, not in scope, undetermined, as decisions number them."""


@dataclass(frozen=True, slots=True)
class Work:
    """What the items of a run are made from.

    ``waiting`` is a table of WAITING_SCHEMA, or a SELECT of one. ``holding`` are the files of
    earlier runs' items. ``missing`` are the lines that something waits for and nothing was decided
    for, with their codes, in order (MISSING_SCHEMA); ``held`` the keys of claims left out with
    them.
    """

    programme: Programme
    due: Due
    decided: Decided
    choices: Mapping[int, Choice]
    waiting: pa.Table | str
    quantity: int = 0
    detail: str = ""
    holding: Mapping[str, Sequence[Path]] = field(default_factory=dict)
    missing: pa.Table | None = None
    held: tuple[str, ...] = ()

    @property
    def kind(self) -> RunKind:
        """What kind of run it is."""
        return self.due.kind

    @property
    def waits(self) -> bool:
        """Whether anything waits beside the decisions."""
        return bool(self.waiting if isinstance(self.waiting, str) else self.waiting.num_rows)

    @property
    def name(self) -> str:
        """How people call it."""
        return f"{self.kind.value} {self.due.measure or self.programme.identifier}"

    @property
    def lines(self) -> int:
        """How many lines are decided, or lack a decision and something waits for them."""
        missing = 0 if self.missing is None else self.missing.num_rows
        return self.decided.decisions.rows + missing


def statements(work: Work) -> Iterator[str]:
    """One statement per part of the decisions, in the order of lines.

    Each gives line_id, key, attempt, customer_id, account_id, amount, quantity, detail and
    ``reason``, which is empty for items, with the line's rows beside each other. What is the same
    for all rows may be left to ``constants``.
    """
    for index, part in enumerate(work.decided.snapshot.parts):
        lines = (part.first_line, part.last_line)
        source = _decided(work, index)
        if work.missing is not None:
            lines = _around(work, index)
            source = _with_missing(source, lines, is_first=index == 0)
        yield _statement(work, source, lines)


def _around(work: Work, index: int) -> tuple[str, str]:
    """The lines from the end of the part before to the end of a part; of the last to any end."""
    parts = work.decided.snapshot.parts
    first = parts[index - 1].last_line if index else ""
    last = parts[index].last_line
    if index == len(parts) - 1 and work.missing is not None:
        last = max(last, work.missing.column("line_id")[-1].as_py())
    return first, last


def _with_missing(decided: str, lines: tuple[str, str], *, is_first: bool) -> str:
    """The lines of a part and those of ``missing`` that stand between them and the part before."""
    from makegood.rules import sql_text

    first, last = (sql_text(line) for line in lines)
    after = ">=" if is_first else ">"
    return (
        f"(SELECT line_id, code, amount, contract FROM {decided} UNION ALL"
        " SELECT line_id, code, NULL, '' FROM missing"
        f" WHERE line_id {after} {first} AND line_id <= {last})"
    )


def constants(work: Work) -> dict[str, Any]:
    """The columns that the statements leave out, because all items have the same there."""
    if work.waits or work.holding:
        return {}
    same = {
        "attempt": 1,
        "customer_id": None,
        "account_id": None,
        "quantity": work.quantity,
        "detail": work.detail,
    }
    return same if work.kind in WITH_MONEY else {**same, "amount": 0}


def _statement(work: Work, decided: str, lines: tuple[str, str]) -> str:
    from makegood.rules import sql_text

    joins = work.waits
    waits = "w.line_id IS NOT NULL" if joins else "FALSE"
    reason = reason_sql(work.choices, "d.code", waits)
    amount = "0"
    if work.kind in WITH_MONEY:
        amount = "coalesce(w.amount, d.amount, 0)" if joins else "coalesce(d.amount, 0)"
    key = pay_once_key_sql(
        sql_text(work.programme.identifier),
        sql_text(work.due.measure),
        "d.line_id",
        "d.contract",
        sql_text(work.due.period),
    )
    w = (lambda column, other: f"coalesce(w.{column}, {other})") if joins else (lambda _, o: o)
    source = f"{decided} AS d"
    if joins:
        source += " LEFT JOIN waiting AS w ON w.line_id = d.line_id"
    text = (
        f"SELECT d.line_id, CAST({w('attempt', '1')} AS SMALLINT) AS attempt,"
        f" {w('key', 'NULL')} AS own_key, d.contract,"
        f" CAST({w('customer_id', 'NULL')} AS VARCHAR) AS customer_id,"
        f" CAST({w('account_id', 'NULL')} AS VARCHAR) AS account_id,"
        f" CAST({amount} AS BIGINT) AS amount,"
        f" CAST({w('quantity', str(work.quantity))} AS BIGINT) AS quantity,"
        f" {w('detail', sql_text(work.detail))} AS detail, {reason} AS reason FROM {source}"
    )
    if work.kind in WITH_MONEY:
        text = (
            "SELECT * REPLACE (CASE WHEN reason IS NULL AND amount = 0 AND quantity = 0 THEN"
            f" {sql_text(NO_AMOUNT)} ELSE reason END AS reason) FROM ({text})"
        )
    # A key is reckoned for items alone: of what is left out there may be far more.
    own = f"coalesce(d.own_key, {key})" if joins else key
    hidden = ", ".join(("own_key", "contract", *constants(work)))
    text = (
        f"SELECT * EXCLUDE ({hidden}), CASE WHEN reason IS NULL THEN {own} END AS key"
        f" FROM ({text}) AS d"
    )
    if work.holding:
        text = _without_held(work, text, lines)
    is_sorted = joins or work.holding or work.missing is not None
    return f"{text} ORDER BY line_id, key" if is_sorted else text


def _without_held(work: Work, text: str, lines: tuple[str, str]) -> str:
    """Items that an earlier run has become left out, and say which run."""
    from makegood.decisions import parquet_relation
    from makegood.rules import sql_text

    first, last = (sql_text(line) for line in lines)
    held = " UNION ALL ".join(
        f"SELECT key, attempt, {sql_text(ALREADY + run)} AS holder FROM {parquet_relation(files)}"
        f" WHERE line_id BETWEEN {first} AND {last}"
        for run, files in work.holding.items()
    )
    if work.kind is RunKind.PASSES:
        # What failed may be chosen anew: the next attempt has the next number.
        attempts = f"SELECT key, max(attempt) AS attempt FROM ({held}) GROUP BY key"
        return (
            "SELECT i.* REPLACE (CAST(coalesce(h.attempt, 0) + 1 AS SMALLINT) AS attempt)"
            f" FROM ({text}) AS i LEFT JOIN ({attempts}) AS h ON h.key = i.key"
        )
    newest = (
        "SELECT key, max(attempt) AS attempt, max_by(holder, attempt) AS holder"
        f" FROM ({held}) GROUP BY key"
    )
    return (
        "SELECT i.* REPLACE (coalesce(i.reason, h.holder) AS reason)"
        f" FROM ({text}) AS i LEFT JOIN ({newest}) AS h"
        " ON h.key = i.key AND h.attempt >= i.attempt"
    )


def _decided(work: Work, index: int) -> str:
    """line_id, code, amount and contract of a part's lines."""
    from makegood.decisions import amount_column, parquet_relation
    from makegood.programmes import contract_sql

    if not work.due.measure:
        return _members(work, index)
    decided = work.decided
    decisions = parquet_relation([decided.decisions.part_paths()[index]])
    measure = work.programme.measures[work.due.measure]
    amount = "NULL" if measure.amount is None else f'p."{amount_column(measure.name)}"'
    columns = f'p.line_id, p."{measure.name}" AS code, {amount} AS amount'
    if not work.programme.section.contract:
        return f"(SELECT {columns}, '' AS contract FROM {decisions} AS p)"
    facts = parquet_relation([decided.snapshot.part_paths()[index]])
    contract = contract_sql(work.programme, "f")
    # Both files hold the same lines in the same order.
    return (
        f"(SELECT {columns}, {contract} AS contract"
        f" FROM {decisions} AS p JOIN {facts} AS f ON f.line_id = p.line_id ORDER BY p.line_id)"
    )


def _members(work: Work, index: int) -> str:
    """Who is in any base of the programme, as codes; everybody where it has none."""
    from makegood.decisions import fitting_job, parquet_relation, parts_between, source_sql
    from makegood.rules import DUCKDB, SqlWriter

    decided = work.decided
    part = decided.snapshot.parts[index]
    lines = parquet_relation([decided.snapshot.folder / part.file])
    job = fitting_job(work.programme, decided.snapshot, decided.bases)
    base_lines = {}
    members = []
    for name, source in job.sources.items():
        if source.inline:
            members.append(f"({SqlWriter(DUCKDB).write(source.base.where)})")
            continue
        members.append(f'"base.{name}"')
        if source.snapshot is not None:
            files = parts_between(source.snapshot, part) or source.snapshot.part_paths()[:1]
            base_lines[name] = parquet_relation(files)
    member = " OR ".join(members) or "TRUE"
    given = source_sql(job, lines, base_lines, DUCKDB)
    return (
        f"(SELECT line_id, CASE WHEN {member} THEN {MEMBER} WHEN NOT ({member}) THEN {NO_MEMBER}"
        f" ELSE {MEMBER_UNKNOWN} END AS code, NULL AS amount, '' AS contract FROM {given}"
        " ORDER BY line_id)"
    )
