"""Claims as they stand, what happened to them, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

import psycopg
import pyarrow as pa

from makegood.redress.claims.paying import connection_of_act
from makegood.redress.claims.problems import unknown_claim
from makegood.redress.claims.receipts import read_receipt_number
from makegood.redress.claims.states import ClaimState
from makegood.redress.claims.values import Claim, ClaimCount, ClaimEvent, OpenClaims
from makegood.trust.statements import prepared_cursor

_WAITING = "waits_for <> '' AND state = 'checked' OR state = 'objected'"
_HELD = "state = 'scheduled' AND reason = 'line_missing'"
_WAITING_COUNTS = f"""
SELECT CASE WHEN state = 'objected' THEN 'objected' ELSE waits_for END, count(*) FROM claims_claim
WHERE ({_WAITING}) AND (%(programme)s = '' OR programme = %(programme)s)
GROUP BY 1 ORDER BY 1
"""
_OPEN_COUNTS = """
SELECT (SELECT count(*) FROM claims_claim WHERE state = 'returned'
        AND (%(programme)s = '' OR programme = %(programme)s)),
       (SELECT count(*) FROM claims_claim WHERE is_contradictory
        AND (%(programme)s = '' OR programme = %(programme)s)),
       (SELECT count(*) FROM claims_claim WHERE state = 'scheduled' AND reason = 'line_missing'
        AND (%(programme)s = '' OR programme = %(programme)s))
"""

COLUMNS = tuple(field.name for field in fields(Claim))
LISTED_MAX = 10_000

_NAMES = ", ".join(COLUMNS)
_PLACES = {name: place for place, name in enumerate(COLUMNS)}
_OF_LINES = f"""
SELECT {_NAMES} FROM claims_claim WHERE line_id = ANY(%s) ORDER BY submitted_at DESC, claim_id
"""
HAVE_CLAIMS = """
EXISTS (SELECT FROM claims_claim WHERE line_id = ANY(ARRAY(SELECT line_id FROM asked)))"""
"""Whether there are claims of the lines of ``asked (line_id)``, for a statement that has it."""
# Named as the condition of their index is: what a line was its own customer for is found by it.
_ELSEWHERE = "customer_id <> line_id AND state <> 'withdrawn'"
# What was made for a line that nobody held is its first holder's: found by the lines that were
# handed on, which are few. The list of lines is no join, so that claims are looked up by it.
_HANDED_ON = """
customer_id = line_id AND state <> 'withdrawn' AND line_id = ANY(ARRAY(
    SELECT line_id FROM serving_holder WHERE first_customer_id = {customer}))"""
HAVE_CLAIMS_ELSEWHERE = f"""(
EXISTS (SELECT FROM claims_claim WHERE customer_id = (SELECT customer_id FROM who)
        AND {_ELSEWHERE} AND line_id <> ALL(ARRAY(SELECT line_id FROM asked)))
OR EXISTS (SELECT FROM claims_claim
           WHERE {_HANDED_ON.format(customer="(SELECT customer_id FROM who)")}
           AND line_id <> ALL(ARRAY(SELECT line_id FROM asked))))"""
"""Whether the customer of ``who (customer_id)`` has claims of lines that are not among those.

Such are of a line that is somebody else's by now. Withdrawn ones do not count.
"""
_THEIRS_ELSEWHERE = f"""
SELECT {_NAMES} FROM claims_claim
WHERE customer_id = %(customer)s AND {_ELSEWHERE} AND line_id <> ALL(%(lines)s)
UNION ALL
SELECT {_NAMES} FROM claims_claim
WHERE {_HANDED_ON.format(customer="%(customer)s")} AND line_id <> ALL(%(lines)s)
ORDER BY submitted_at DESC, claim_id
"""

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


def claims_of_lines(line_ids: Sequence[str]) -> list[Claim]:
    """All claims of some lines, the newest first; withdrawn ones among them."""
    with prepared_cursor() as cursor:
        rows = cursor.execute(_OF_LINES, [list(line_ids)]).fetchall()
    return [claim_from(row) for row in rows]


def claims_elsewhere(customer_id: str, line_ids: Sequence[str]) -> list[Claim]:
    """The customer's claims of other lines than these, the newest first; no withdrawn ones."""
    values = {"customer": customer_id, "lines": list(line_ids)}
    with psycopg.Cursor(connection_of_act()) as cursor:
        rows = cursor.execute(_THEIRS_ELSEWHERE, values).fetchall()
    return [claim_from(row) for row in rows]


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


def claims(  # noqa: PLR0913 - each is something to narrow down by
    programme: str = "",
    measure: str = "",
    *,
    states: Sequence[ClaimState] = (),
    line_id: str = "",
    through: str = "",
    is_waiting: bool | None = None,
    is_contradictory: bool | None = None,
    is_late: bool | None = None,
    is_held: bool | None = None,
    limit: int = 100,
    after: int = 0,
) -> list[Claim]:
    """Claims by what is asked, the newest first, at most ``limit`` (10,000) after so many.

    ``is_waiting`` are those that persons must decide, ``is_held`` those that were left out of a
    pay-out because the facts had no such line.
    """
    wanted: Mapping[str, object] = {
        "programme = %s": programme or None,
        "measure = %s": measure or None,
        "state = ANY(%s)": [state.value for state in states] or None,
        "line_id = %s": line_id or None,
        "through = %s": through or None,
        "is_contradictory = %s": is_contradictory,
        "is_late = %s": is_late,
    }
    given = {condition: value for condition, value in wanted.items() if value is not None}
    conditions = list(given)
    values = list(given.values())
    # Written as the condition of the index that holds them, and no value of another.
    if is_waiting is not None:
        conditions.append(f"({_WAITING})" if is_waiting else f"NOT ({_WAITING})")
    if is_held is not None:
        conditions.append(f"({_HELD})" if is_held else f"NOT ({_HELD})")
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    rest = f"{where} ORDER BY submitted_at DESC, claim_id LIMIT %s OFFSET %s"
    return select(rest, [*values, max(0, min(limit, LISTED_MAX)), max(0, after)])


def open_counts(programme: str = "") -> OpenClaims:
    """How many claims somebody has to do something about, of one programme or of all."""
    with psycopg.Cursor(connection_of_act()) as cursor:
        values = {"programme": programme}
        waiting = cursor.execute(_WAITING_COUNTS, values).fetchall()
        returned, contradictory, held = cursor.execute(_OPEN_COUNTS, values).fetchone() or (0, 0, 0)
    return OpenClaims(dict(waiting), returned, contradictory, held)


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


def _one(receipt_number: str, rest: str) -> Claim:
    number = read_receipt_number(receipt_number)
    found = select(f"WHERE receipt_number = %s {rest}", [number]) if number else []
    if not found:
        raise unknown_claim(receipt_number)
    return found[0]
