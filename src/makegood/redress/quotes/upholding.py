"""What two persons agreed on from a quote, kept until the line has it: an approval is used once.

A claim uses an approval by itself. What nobody applies for, or what was paid already, has no claim
that could: it is *upheld* here, and a run brings what is missing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import pyarrow as pa
from django.db import connection, transaction

from makegood.redress.quotes.content import verify_quote
from makegood.redress.quotes.keeping import quote_of
from makegood.redress.serving import is_of, owner_of
from makegood.trust.audit import Json, Record, append, verifier_keys
from makegood.trust.clock import now
from makegood.trust.proposals import ProposalKind, hash_of, redeem

_AGREED = """
SELECT proposal.proposal_id, proposal.subject, proposal.contents::text, proposal.expires_at,
       quote.programme
FROM proposal JOIN quotes_quote AS quote ON quote.quote_id = (proposal.contents ->> 'quote')::uuid
WHERE proposal.kind = 'customer_exception' AND proposal.state = 'approved'
  AND proposal.expires_at > %s AND proposal.contents ? 'quote' AND proposal.contents ? 'amount'
ORDER BY proposal.decided_at, proposal.proposal_id
"""
_NAMES = (
    "proposal_id, programme, measure, line_id, customer_id, quote_id, amount, upheld_at, run_id"
)
# Whose the line is, and whose it was first.
_HELD = f"""
SELECT {_NAMES}, holder_id, first_holder_id
FROM (
    SELECT upheld.*, coalesce(holder.customer_id, upheld.line_id) AS holder_id,
           coalesce(holder.first_customer_id, holder.customer_id, upheld.line_id)
               AS first_holder_id
    FROM quotes_upheld AS upheld
    LEFT JOIN serving_holder AS holder ON holder.line_id = upheld.line_id) AS upheld
"""
_KEEP = f"""
INSERT INTO quotes_upheld ({_NAMES}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, NULL)
"""
_OPEN = f"""
{_HELD}
WHERE programme = %s AND measure = %s AND settled_at IS NULL ORDER BY line_id, amount, upheld_at
"""
_ALL = f"{_HELD} WHERE programme = %s AND measure = %s ORDER BY line_id"
_MEASURES = """
SELECT DISTINCT measure FROM quotes_upheld
WHERE programme = %s AND settled_at IS NULL ORDER BY measure
"""
_OF_RUN = f"{_HELD} WHERE run_id = %s ORDER BY line_id, amount"
_AMOUNTS = f"""
SELECT line_id, coalesce(nullif(customer_id, line_id), first_holder_id), first_holder_id,
       max(amount)::bigint
FROM ({_HELD}) AS upheld WHERE programme = %s AND measure = %s GROUP BY 1, 2, 3 ORDER BY 1, 2
"""
_TAKE = "UPDATE quotes_upheld SET run_id = %s WHERE proposal_id = ANY(%s) AND settled_at IS NULL"
_SETTLE = """
UPDATE quotes_upheld SET settled_at = %s WHERE proposal_id = ANY(%s) AND settled_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Agreed:
    """An approved exception that names a quote, not used yet; the amount is in minor units."""

    proposal_id: UUID
    programme: str
    measure: str
    line_id: str
    subject: str
    quote_id: UUID
    amount: int
    contents_hash: str
    expires_at: datetime

    @property
    def customer_id(self) -> str:
        """Whom it was agreed on for; the line itself where nobody held it then."""
        return self.subject.partition(":")[2]


@dataclass(frozen=True, slots=True)
class UpheldPromise:
    """What a customer gets in all of a measure for a line: a quote said so, two persons agreed.

    ``run_id`` is the newest run that was planned to bring what is missing. ``holder_id`` has the
    line now, ``first_holder_id`` had it first; the line itself where nobody was named.
    """

    proposal_id: UUID
    programme: str
    measure: str
    line_id: str
    customer_id: str
    quote_id: UUID
    amount: int
    upheld_at: datetime
    run_id: UUID | None
    holder_id: str
    first_holder_id: str

    @property
    def owner_id(self) -> str:
        """Whose it is, whoever has the line by now."""
        return owner_of(self, self.first_holder_id)


def agreed_quotes() -> list[Agreed]:
    """The approved exceptions that name a quote and are not used, those approved first first."""
    found = []
    for proposal_id, subject, text, expires_at, programme in _rows(_AGREED, [now()]):
        contents = json.loads(text)
        found.append(
            Agreed(
                proposal_id,
                programme,
                contents["measure"],
                contents["line"],
                subject,
                UUID(contents["quote"]),
                contents["amount"],
                hash_of(contents),
                expires_at,
            )
        )
    return found


def is_promised(agreed: Agreed) -> bool:
    """Whether its quote is whole, and promised this customer as much for the line.

    Raises MakegoodError MG834 for a quote that does not verify.
    """
    quote, _signers = verify_quote(quote_of(agreed.quote_id), verifier_keys())
    promised = quote.decisions.get(agreed.measure)
    return (
        quote.line_id == agreed.line_id
        and is_of(quote, agreed.customer_id)
        and promised is not None
        and promised.is_granted
        and 0 < agreed.amount <= (promised.amount or 0)
    )


def uphold(agreed: Agreed, *, by: str) -> None:
    """Use an approval and keep what it says, in the caller's transaction.

    Raises MakegoodError MG769 where it was used or ran out meanwhile, and
    TransactionManagementError outside of ``transaction.atomic()``.
    """
    redeem(ProposalKind.CUSTOMER_EXCEPTION, agreed.subject, agreed.contents_hash, by=by)
    customer = agreed.customer_id
    row = (agreed.proposal_id, agreed.programme, agreed.measure, agreed.line_id, customer)
    _run(_KEEP, [*row, agreed.quote_id, agreed.amount, now()])
    details: dict[str, Json] = {
        "proposal": str(agreed.proposal_id),
        "quote": str(agreed.quote_id),
        "programme": agreed.programme,
        "measure": agreed.measure,
        "line": agreed.line_id,
        "amount": agreed.amount,
    }
    append(Record("quote.upheld", by, agreed.subject, person=customer, details=details))


def open_promises(programme: str, measure: str) -> list[UpheldPromise]:
    """What is upheld and not settled yet, in the order of lines, the least first."""
    return [UpheldPromise(*row) for row in _rows(_OPEN, [programme, measure])]


def all_promises(programme: str, measure: str) -> list[UpheldPromise]:
    """What was ever upheld, settled or not, in the order of lines."""
    return [UpheldPromise(*row) for row in _rows(_ALL, [programme, measure])]


def measures_with_promises(programme: str) -> list[str]:
    """The measures of which something is upheld and not settled yet."""
    return [row[0] for row in _rows(_MEASURES, [programme])]


def promises_of_run(run_id: UUID) -> list[UpheldPromise]:
    """What a run was planned to bring."""
    return [UpheldPromise(*row) for row in _rows(_OF_RUN, [run_id])]


def take_promises(run_id: UUID, proposals: Sequence[UUID]) -> None:
    """A run brings these, in the caller's transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a run takes promises with its own rows")
    _run(_TAKE, [run_id, list(proposals)])


def settle_promises(proposals: Sequence[UUID]) -> None:
    """Nothing is missing of these any more."""
    _run(_SETTLE, [now(), list(proposals)])


def upheld_amounts(programme: str, measure: str) -> pa.Table:
    """By line and customer what they get in all because it was upheld, in this order.

    Columns line_id, customer_id (whose it is now), first_holder_id (whose the line was first) and
    amount, in minor units.
    """
    rows = _rows(_AMOUNTS, [programme, measure])
    lines, customers, firsts, amounts = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pa.table(
        {
            "line_id": pa.array(lines, pa.string()),
            "customer_id": pa.array(customers, pa.string()),
            "first_holder_id": pa.array(firsts, pa.string()),
            "amount": pa.array(amounts, pa.int64()),
        }
    )


def _rows(statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(statement, values).fetchall()


def _run(statement: str, values: Sequence[object]) -> None:
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, values)
