"""Transfers are posted in the transaction of the act they belong to, each once."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from django.db import connection, transaction

from makegood.ledger.accounts import Transfer
from makegood.ledger.problems import contradicted
from makegood.trust.clock import now

_COLUMNS = (
    "transfer_key",
    *("programme", "measure", "day", "source", "target", "amount", "heads", "subject"),
)
_NAMES = ", ".join(_COLUMNS)
# A key that stands already adds nothing; whether it says the same is looked at afterwards.
_POST = f"""
WITH given AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::date[], %s::text[], %s::text[],
                         %s::bigint[], %s::bigint[], %s::text[]) AS given ({_NAMES})
)
INSERT INTO ledger_transfer ({_NAMES}, posted_at)
SELECT {_NAMES}, %s FROM given ORDER BY transfer_key
ON CONFLICT (transfer_key) DO NOTHING RETURNING 1
"""
_STANDING = f"SELECT {_NAMES} FROM ledger_transfer WHERE transfer_key = ANY(%s)"

# One transfer as a part of an act's own statement. A key that stands already is an error there.
_CLAUSE = f"""
posted AS (
    INSERT INTO ledger_transfer ({_NAMES}, posted_at)
    SELECT {", ".join(f"%(transfer_{name})s" for name in _COLUMNS)}, %(transfer_posted_at)s
    FROM {{act}} WHERE %(transfer_amount)s::bigint > 0)"""


def transfer_clause(act: str) -> str:
    """What posts one transfer beside an act, as a part of the WITH list of the act's statement.

    ``act`` names the part that does the act: it returns one row where it was done, else none. An
    amount of 0 posts nothing. The parameters are ``transfer_values``; the key must be a new one.
    """
    return _CLAUSE.format(act=act)


def transfer_values(transfer: Transfer) -> dict[str, object]:
    """The parameters of ``transfer_clause``."""
    values = dict(zip(_COLUMNS, _row(transfer), strict=True)) | {"posted_at": now()}
    return {f"transfer_{name}": value for name, value in values.items()}


def post(transfers: Sequence[Transfer]) -> int:
    """Post transfers in the caller's transaction; how many are new.

    The same transfer again adds nothing. Raises MakegoodError MG890 where a key stands there with
    another content, and TransactionManagementError outside of ``transaction.atomic()``.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("post() belongs into the act's transaction")
    if not transfers:
        return 0
    rows = {transfer.key: _row(transfer) for transfer in transfers}
    for transfer in transfers:
        if rows[transfer.key] != _row(transfer):
            raise contradicted(transfer.key)
    columns = [list(column) for column in zip(*rows.values(), strict=True)]
    with psycopg.Cursor(connection.connection) as cursor:
        # What comes back is counted, so that a caller may send statements without waiting.
        added = len(cursor.execute(_POST, [*columns, now()]).fetchall())
        if added < len(rows):
            for standing in cursor.execute(_STANDING, [list(rows)]).fetchall():
                if tuple(standing) != rows[standing[0]]:
                    raise contradicted(standing[0])
    return added


def _row(transfer: Transfer) -> tuple[object, ...]:
    return (
        transfer.key,
        transfer.programme,
        transfer.measure,
        transfer.day,
        transfer.source.value,
        transfer.target.value,
        transfer.amount,
        transfer.heads,
        transfer.subject,
    )
