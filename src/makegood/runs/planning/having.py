"""What lines have of a measure's money, and on which keys: from the items of all its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from makegood.runs.kinds import RunKind
from makegood.runs.planning.earlier import item_files
from makegood.runs.rows import RunRow, runs, select

if TYPE_CHECKING:
    from makegood.configuration import Settings

_MONEY = """
WHERE programme = %s AND measure = %s AND kind IN ('pay_out', 'bill', 'top_up')
  AND state <> 'cancelled' ORDER BY due_at, sequence
"""
_UNDONE = """
SELECT run_id::text, item_key, attempt FROM runs_exception
WHERE run_id = ANY(%s) AND line_id = ANY(%s) AND outcome <> 'done'
"""
_OF_LINES = """
SELECT item.run_id, item.line_id, item.key, item.attempt, item.amount, item.customer_id,
       item.account_id
FROM ({items}) AS item SEMI JOIN wanted USING (line_id) ORDER BY ALL
"""


@dataclass(slots=True)
class Have:
    """What a customer has of a line.

    ``amount`` is in minor units; ``is_whole`` where all of it has arrived. ``keys`` are the
    pay-once keys of its items. Customer and account are those of the newest.
    """

    amount: int = 0
    keys: set[str] = field(default_factory=set)
    is_whole: bool = True
    customer_id: str | None = None
    account_id: str | None = None


def money_runs(programme: str, measure: str) -> list[RunRow]:
    """The runs that bring, or brought, money of a measure; without those that were cancelled."""
    return runs(_MONEY, [programme, measure])


def has_closed_bill(found: Sequence[RunRow]) -> bool:
    """Whether a bill of the measure was carried out, and none is on its way."""
    states = [run.state for run in found if run.kind is RunKind.BILL]
    return bool(states) and all(state == "closed" for state in states)


OfLine = Mapping[str, Have]
"""What a line has, by whose items they are; under the empty name those that name no customer."""


def had_by(of_line: OfLine, customer_id: str) -> Have:
    """What one customer has of a line: what is theirs, and what names no customer.

    A credit that nobody applied for is on the line's bill and names nobody. It comes once for the
    line, whoever has it: who takes the line over is not credited the same again. So it counts for
    whoever is asked about, also where it was credited before the line was handed on.
    """
    unnamed, own = of_line.get("", Have()), of_line.get(customer_id, Have())
    return Have(
        unnamed.amount + own.amount,
        unnamed.keys | own.keys,
        unnamed.is_whole and own.is_whole,
        own.customer_id,
        own.account_id or unnamed.account_id,
    )


def have(
    settings: Settings, found: Sequence[RunRow], first_holders: Mapping[str, str]
) -> Mapping[str, OfLine]:
    """What some lines have of these runs, by customer; lines without an item are not in it.

    ``first_holders`` are the lines, with whose each was first: what was made for a line while
    nobody held it is theirs. Of a key its last attempt counts. It has arrived where its run is
    closed, and it did not fail or come back.
    """
    lines = sorted(first_holders)
    with_items = [run for run in found if run.items]
    if not with_items or not lines:
        return {}
    closed = {str(run.run_id) for run in with_items if run.state == "closed"}
    ids = [run.run_id for run in with_items]
    undone = {tuple(row) for row in select(_UNDONE, [ids, lines])}
    newest = dict[tuple[str, str], tuple[str, int, int, str | None, str | None]]()
    for run_id, line, key, attempt, amount, customer, account in _items(
        settings, with_items, lines
    ):
        if newest.get((line, key), ("", 0))[1] < attempt:
            newest[line, key] = (run_id, attempt, amount, customer, account)
    made = dict[str, dict[str, Have]]()
    order = {str(run_id): place for place, run_id in enumerate(ids)}
    for (line, key), (run_id, attempt, amount, customer, account) in sorted(
        newest.items(), key=lambda item: (item[0][0], order[item[1][0]], item[0][1])
    ):
        owner = first_holders[line] if customer == line else customer or ""
        has = made.setdefault(line, {}).setdefault(owner, Have())
        has.keys.add(key)
        has.amount += amount
        has.is_whole &= run_id in closed and (run_id, key, attempt) not in undone
        has.customer_id, has.account_id = customer or has.customer_id, account or has.account_id
    return made


def _items(
    settings: Settings, found: Sequence[RunRow], lines: Sequence[str]
) -> list[tuple[str, str, str, int, int, str | None, str | None]]:
    from makegood.decisions import connected, cores

    with connected(cores()) as connection:
        connection.register("wanted", pa.table({"line_id": pa.array(lines, pa.string())}))
        return connection.execute(_OF_LINES.format(items=items_sql(settings, found))).fetchall()


def items_sql(settings: Settings, found: Sequence[RunRow]) -> str:
    """The items of runs with ``run_id``, as a SELECT of DuckDB; there must be one run at least."""
    from makegood.decisions import parquet_relation

    return " UNION ALL ".join(
        f"SELECT '{run.run_id}' AS run_id, * FROM {parquet_relation(item_files(settings, run))}"
        for run in found
    )
