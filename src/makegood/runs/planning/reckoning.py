"""What lines got of a measure, against what the version in force gives by the very same facts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from makegood.kernel import Progress, silent
from makegood.runs.kinds import RunKind
from makegood.runs.planning.choosing import choices, reason_sql
from makegood.runs.planning.deciding import decided_on
from makegood.runs.planning.done import Done, not_done, pays_claims
from makegood.runs.planning.due import granted_months
from makegood.runs.planning.earlier import item_files
from makegood.runs.planning.upheld import is_upheld, quoted_keys
from makegood.runs.planning.whose import compare
from makegood.runs.rows import RunRow

if TYPE_CHECKING:
    import duckdb

    from makegood.configuration import Settings
    from makegood.decisions import Disposition
    from makegood.programmes import Measure, Programme
    from makegood.runs.planning.deciding import Decided

# What is decided alike is due as it was brought.
_ORIGINALS = """
SELECT item.line_id, item.customer_id, item.account_id, item.place, {number} AS facts,
       item.by_persons, item.{value} AS got,
       CASE WHEN item.is_alike THEN item.{value} ELSE {due} END AS due
FROM ({items}) AS item {joined}
WHERE NOT EXISTS (SELECT 1 FROM undone WHERE undone.place = item.place
                  AND undone.item_key = item.key AND undone.attempt = item.attempt)
      AND (NOT item.is_first OR item.key NOT IN (SELECT key FROM quoted))
"""
# What was upheld for a line that had nothing is the first that it got, and adds to nothing. What
# failed of a top-up is tried again under the same key: its first attempt counts for all.
_ADDED = """
SELECT line_id, customer_id, account_id, place, [{facts}][place + 1] AS facts, by_persons,
       {value} AS got, 0 AS due
FROM ({items}) AS item WHERE attempt = 1 AND (NOT is_first OR key IN (SELECT key FROM quoted))
"""
_CLAIMS = """
SELECT item.* EXCLUDE (is_alike, by_persons), approved.is_alike, approved.by_persons
FROM ({items}) AS item JOIN approved ON approved.key = item.key AND approved.facts = {number}
"""
# No claim says any more on what these were approved.
_UNKNOWN = "SELECT * FROM ({items}) AS item WHERE item.key NOT IN (SELECT key FROM approved)"


@contextmanager
def reckoned(
    settings: Settings,
    programme: Programme,
    measure: Measure,
    done: Done,
    progress: Progress = silent,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with ``compared``: of every line that got something, what it got and is due.

    A line has a row for each snapshot that decided what it got, and for each customer who got it:
    no row is set off against another. Columns: line_id, customer_id, account_id (the last that it
    went to), ``facts`` (the place of the snapshot in ``done.facts``), ``got`` and ``due``: minor
    units of money, quantities of a grant; and ``by_persons``, where two persons agreed on any of
    it. What was added counts where it was added (``whose``). Each item is held against what
    the version in force gives by the facts that decided it: of a claim those it was approved on.
    What a version decided that decides alike is due as it is. ``due`` is NULL where it cannot be
    reckoned: the snapshot is not known any more, the line is not in it, the facts leave it open, or
    what was granted is counted in another unit now. Raises MakegoodError as ``decisions_for`` does.
    """
    from makegood.decisions import connected, cores

    value = "quantity" if done.is_quantity else "amount"
    parts = []
    with connected(cores()) as connection:
        brought = (*done.closed, *done.upheld)
        connection.register("undone", _undone(brought))
        connection.register("quoted", _quoted(programme, measure, done))
        connection.register("approved", _approved(done))
        applied = _applied(connection, programme, measure, done)
        for number, facts in enumerate(done.facts):
            own = {
                place: run
                for place, run in enumerate(brought)
                if any(pin.facts == facts for pin in done.pins[run.run_id])
            }
            if not own:
                continue
            decided = None
            if any(not is_alike(done, run, facts) for run in own.values()):
                decided = decided_on(settings, programme, facts, progress)
            due, joined = _due(measure, done, decided, own, applied=applied)
            items = _items(settings, done, own, number)
            parts.append(
                _ORIGINALS.format(number=number, value=value, items=items, due=due, joined=joined)
            )
        claimed = {place: run for place, run in enumerate(done.closed) if pays_claims(run)}
        if claimed:
            items = _UNKNOWN.format(items=_rows(settings, done, claimed))
            number = done.facts.index(done.pins[next(iter(claimed.values())).run_id][0].facts)
            parts.append(
                _ORIGINALS.format(number=number, value=value, items=items, due="NULL", joined="")
            )
        brought_first = " UNION ALL ".join(parts) or _NOTHING
        compare(connection, done, brought_first, _added(settings, done, value))
        yield connection


_NOTHING = (
    "SELECT '' AS line_id, NULL::VARCHAR AS customer_id, NULL::VARCHAR AS account_id, 0 AS place,"
    " 0 AS facts, FALSE AS by_persons, 0 AS got, 0 AS due WHERE FALSE"
)


def _added(settings: Settings, done: Done, value: str) -> str | None:
    """What top-ups added; None without any."""
    if not done.top_ups:
        return None
    places = {facts: place for place, facts in enumerate(done.facts)}
    own = (
        -1 if is_upheld(run.kind, run.period) else places.get(run.snapshot_sha256, -1)
        for run in done.top_ups
    )
    items = _rows(settings, done, dict(enumerate(done.top_ups)))
    return _ADDED.format(value=value, items=items, facts=", ".join(map(str, own)))


def is_alike(done: Done, run: RunRow, facts: str) -> bool:
    """Whether all of a run that these facts decided is decided alike by the version in force."""
    return {pin.version for pin in done.pins[run.run_id] if pin.facts == facts} <= done.alike


def _items(settings: Settings, done: Done, found: Mapping[int, RunRow], number: int) -> str:
    """The items of runs that the facts of this number decided."""
    facts = done.facts[number]
    plain = {place: run for place, run in found.items() if not pays_claims(run)}
    claimed = {place: run for place, run in found.items() if pays_claims(run)}
    parts = []
    if plain:
        same = {place for place, run in plain.items() if is_alike(done, run, facts)}
        parts.append(_rows(settings, done, plain, same))
    if claimed:
        parts.append(_CLAIMS.format(items=_rows(settings, done, claimed), number=number))
    return " UNION ALL BY NAME ".join(f"({part})" for part in parts)


def _rows(
    settings: Settings,
    done: Done,
    found: Mapping[int, RunRow],
    same: Collection[int] = frozenset(),
) -> str:
    """The items of runs; of those in ``same`` all is decided alike.

    ``is_first`` where they may be the first that a line got, though their run is a top-up.
    """
    from makegood.decisions import parquet_relation

    first = {run.run_id for run in done.upheld}
    columns = "line_id, key, attempt, customer_id, account_id, amount, quantity"
    return " UNION ALL ".join(
        f"SELECT {place} AS place, {run.run_id in first} AS is_first, {place in same} AS is_alike,"
        f" {is_upheld(run.kind, run.period)} AS by_persons, {columns}"
        f" FROM {parquet_relation(item_files(settings, run))}"
        for place, run in found.items()
    )


def _approved(done: Done) -> pa.Table:
    """On what the items that are claims were decided: key, place of the facts, whether alike."""
    from makegood.redress.claims import items_approved

    found = items_approved([run.run_id for run in done.originals if pays_claims(run)])
    versions = found.column("programme_sha256").cast(pa.string())
    snapshots = found.column("snapshot_sha256").cast(pa.string())
    columns = {
        "key": found.column("key"),
        "facts": pc.index_in(snapshots, pa.array(done.facts, pa.string())),
        "is_alike": pc.is_in(versions, pa.array(sorted(done.alike), pa.string())),
        "by_persons": found.column("by_persons"),
    }
    return pa.table(columns)


def _quoted(programme: Programme, measure: Measure, done: Done) -> pa.Table:
    """The keys of what was upheld beside something that the line had."""
    keys = quoted_keys(programme.identifier, measure.name) if done.upheld else []
    return pa.table({"key": pa.array(keys, pa.string())})


def _undone(closed: Sequence[RunRow]) -> pa.Table:
    places = {run.run_id: place for place, run in enumerate(closed)}
    rows = [(places[run_id], key, attempt) for run_id, key, attempt in not_done(closed)]
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    types = (pa.int32(), pa.string(), pa.int16())
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    return pa.table(arrays, ["place", "item_key", "attempt"])


def _applied(
    connection: duckdb.DuckDBPyConnection, programme: Programme, measure: Measure, done: Done
) -> bool:
    """Whether ``applied`` was made: the lines of which a claim was ever approved."""
    if not done.is_quantity or measure.section.claim is None:
        return False
    from makegood.redress.claims import lines_approved

    lines = sorted(lines_approved(programme.identifier, measure.name))
    connection.register("applied", pa.table({"line_id": pa.array(lines, pa.string())}))
    return True


def _due(
    measure: Measure,
    done: Done,
    decided: Decided | None,
    own: Mapping[int, RunRow],
    *,
    applied: bool,
) -> tuple[str, str]:
    """What an item's line is due, as an expression, and the join that it needs."""
    from makegood.decisions import Disposition, amount_column, parquet_relation

    if decided is None:
        return "NULL", ""
    decisions = parquet_relation(decided.decisions.part_paths())
    joined = f"LEFT JOIN {decisions} AS decided ON decided.line_id = item.line_id"
    code = f'decided."{measure.name}"'
    is_open = f"{code} IN ({_codes(measure, Disposition.UNDETERMINED)})"
    if not done.is_quantity:
        is_granted = f"{code} IN ({_codes(measure, Disposition.GRANTED)})"
        amount = f'decided."{amount_column(measure.name)}"'
        due = f"CASE WHEN {is_granted} THEN {amount} WHEN NOT {is_open} THEN 0 END"
    else:
        if applied:
            joined += " LEFT JOIN applied ON applied.line_id = item.line_id"
        waits = "applied.line_id IS NOT NULL" if applied else "FALSE"
        reason = reason_sql(choices(RunKind.GRANT, measure), code, waits)
        quantity = quantity_in(measure, done.month)
        due = f"CASE WHEN ({reason}) IS NULL THEN {quantity} WHEN NOT {is_open} THEN 0 END"
        others = [str(place) for place, run in own.items() if not same_unit(measure, run)]
        if others:
            due = f"CASE WHEN item.place NOT IN ({', '.join(others)}) THEN {due} END"
    return f"CASE WHEN decided.line_id IS NOT NULL THEN {due} END", joined


def _codes(measure: Measure, disposition: Disposition) -> str:
    """The codes of decisions that come to this, as a list of SQL."""
    from makegood.decisions import meanings

    found = meanings(measure).items()
    return ", ".join(str(code) for code, each in found if each.disposition is disposition)


def quantity_in(measure: Measure, month: str) -> int:
    """How much a measure grants in a month; 0 where the month is none of its own."""
    grant = measure.section.grant
    return grant.quantity if grant and month in granted_months(measure) else 0


def same_unit(measure: Measure, run: RunRow) -> bool:
    """Whether what a run granted is counted in the unit that the measure names now."""
    grant = measure.section.grant
    return grant is not None and run.texts.get("unit") in grant.unit.values()
