"""Claims as they stand, what happened to them, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date

import psycopg
import pyarrow as pa

from makegood.redress.claims.paying import connection_of_act
from makegood.redress.claims.problems import unknown_claim
from makegood.redress.claims.receipts import read_receipt_number
from makegood.redress.claims.states import ClaimState
from makegood.redress.claims.values import Claim, ClaimCount, ClaimEvent

COLUMNS = tuple(field.name for field in fields(Claim))
LISTED_MAX = 10_000

_NAMES = ", ".join(COLUMNS)
_PLACES = {name: place for place, name in enumerate(COLUMNS)}
_HISTORY = """
SELECT number, at, before, after, reason, by, run_id, amount FROM claims_event
WHERE claim_id = %s ORDER BY number
"""
_COUNTS = """
SELECT measure, (submitted_at AT TIME ZONE %(zone)s)::date AS day, through, state, count(*),
       sum(amount)::bigint
FROM claims_claim WHERE programme = %(programme)s
GROUP BY measure, day, through, state ORDER BY measure, day, through, state
"""
_CLAIMED = """
SELECT line_id, contract, state FROM claims_claim
WHERE programme = %s AND measure = %s AND state <> 'withdrawn' ORDER BY line_id, contract
"""
_AMOUNTS = """
SELECT line_id, sum(amount)::bigint FROM claims_claim
WHERE programme = %s AND measure = %s AND state NOT IN ('withdrawn', 'refused') AND amount > 0
GROUP BY line_id ORDER BY line_id
"""

_APPLIED = """
SELECT DISTINCT line_id FROM claims_claim
WHERE programme = %s AND measure = %s AND state <> 'withdrawn' AND line_id = ANY(%s)
"""

CLAIMED_SCHEMA = pa.schema(
    [
        pa.field("line_id", pa.string(), nullable=False),
        pa.field("contract", pa.string(), nullable=False),
        pa.field("state", pa.string(), nullable=False),
    ]
)
"""The columns of who has applied."""


def claim_of(receipt_number: str) -> Claim:
    """The claim of a receipt number, however it was typed. Raises MakegoodError MG840."""
    return _one(receipt_number, "")


def claim_to_change(receipt_number: str) -> Claim:
    """The same, held against others until the caller's transaction ends."""
    return _one(receipt_number, "FOR UPDATE")


def claims_of(line_id: str) -> list[Claim]:
    """All claims of a line, the newest first; withdrawn ones among them."""
    return select("WHERE line_id = %s ORDER BY submitted_at DESC, claim_id", [line_id])


def history_of(claim: Claim) -> list[ClaimEvent]:
    """What happened to a claim, in order."""
    with psycopg.Cursor(connection_of_act()) as cursor:
        rows = cursor.execute(_HISTORY, [claim.claim_id]).fetchall()
    return [
        ClaimEvent(
            number,
            at,
            ClaimState(before) if before else None,
            ClaimState(after),
            reason,
            by,
            run_id,
            amount,
        )
        for number, at, before, after, reason, by, run_id, amount in rows
    ]


def claims(
    programme: str = "",
    measure: str = "",
    *,
    states: Sequence[ClaimState] = (),
    line_id: str = "",
    through: str = "",
    is_waiting: bool | None = None,
    is_contradictory: bool | None = None,
    limit: int = 100,
) -> list[Claim]:
    """Claims by what is asked, the newest first, at most ``limit`` (10,000).

    ``is_waiting`` are those that persons must decide.
    """
    wanted: Mapping[str, object] = {
        "programme = %s": programme or None,
        "measure = %s": measure or None,
        "state = ANY(%s)": [state.value for state in states] or None,
        "line_id = %s": line_id or None,
        "through = %s": through or None,
        f"({_WAITING}) = %s": is_waiting,
        "is_contradictory = %s": is_contradictory,
    }
    given = {condition: value for condition, value in wanted.items() if value is not None}
    where = f"WHERE {' AND '.join(given)}" if given else ""
    rest = f"{where} ORDER BY submitted_at DESC, claim_id LIMIT %s"
    return select(rest, [*given.values(), max(0, min(limit, LISTED_MAX))])


def counts(programme: str, zone: str) -> list[ClaimCount]:
    """How many claims of a programme came in on which day, how, and stand where.

    Days are of the time zone named.
    """
    with psycopg.Cursor(connection_of_act()) as cursor:
        rows = cursor.execute(_COUNTS, {"programme": programme, "zone": zone}).fetchall()
    return [
        ClaimCount(measure, day, through, ClaimState(state), claims, amount)
        for measure, day, through, state, claims, amount in rows
    ]


def claimed_lines(programme: str, measure: str) -> pa.Table:
    """Who has applied for a measure and did not withdraw: a table of CLAIMED_SCHEMA."""
    with psycopg.Cursor(connection_of_act()) as cursor:
        rows = cursor.execute(_CLAIMED, [programme, measure], binary=True).fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * len(CLAIMED_SCHEMA)
    return pa.Table.from_arrays(
        [pa.array(column, pa.string()) for column in columns], schema=CLAIMED_SCHEMA
    )


def claimed_amounts(programme: str, measure: str) -> pa.Table:
    """What stands claimed, approved, paid or returned, by line: the columns line_id and amount.

    In minor units, the sum of a line's claims; of lines with an amount, in their order.
    """
    with psycopg.Cursor(connection_of_act()) as cursor:
        rows = cursor.execute(_AMOUNTS, [programme, measure], binary=True).fetchall()
    lines, amounts = zip(*rows, strict=True) if rows else ((), ())
    return pa.table(
        {"line_id": pa.array(lines, pa.string()), "amount": pa.array(amounts, pa.int64())}
    )


def applied_among(programme: str, measure: str, line_ids: Sequence[str]) -> frozenset[str]:
    """The lines, of these, for which somebody has applied for a measure and did not withdraw."""
    with psycopg.Cursor(connection_of_act()) as cursor:
        rows = cursor.execute(_APPLIED, [programme, measure, list(line_ids)]).fetchall()
    return frozenset(row[0] for row in rows)


_WAITING = "waits_for <> '' AND state = 'checked' OR state = 'objected'"


def select(rest: str, values: Sequence[object]) -> list[Claim]:
    """The claims that the rest of a statement selects."""
    with psycopg.Cursor(connection_of_act()) as cursor:
        rows = cursor.execute(f"SELECT {_NAMES} FROM claims_claim {rest}", values).fetchall()
    return [claim_from(row) for row in rows]


def claim_from(row: Sequence[object]) -> Claim:
    """A claim from its columns, in the order of COLUMNS."""
    values = list(row)
    values[_PLACES["state"]] = ClaimState(str(values[_PLACES["state"]]))
    return Claim(*values)  # type: ignore[arg-type] # the columns are of these types


def day_in(zone: str) -> date:
    """Today in a time zone, by the clock of this process."""
    from zoneinfo import ZoneInfo

    from makegood.trust.clock import now

    return now().astimezone(ZoneInfo(zone)).date()


def _one(receipt_number: str, rest: str) -> Claim:
    number = read_receipt_number(receipt_number)
    found = select(f"WHERE receipt_number = %s {rest}", [number]) if number else []
    if not found:
        raise unknown_claim(receipt_number)
    return found[0]
