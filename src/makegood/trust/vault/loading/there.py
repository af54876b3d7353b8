"""What the vault already holds of a batch's customers: what of it changes, and what may not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

import psycopg

from makegood.trust.audit import Json, Record
from makegood.trust.vault.database import Row
from makegood.trust.vault.key_generations import live_sealers
from makegood.trust.vault.loading.rows import Batch, Problem
from makegood.trust.vault.sealing import Sealer

WAS_DELETED = ("customer_id", "was deleted from the vault and may not come back")
OTHER_ACCOUNT = ("account_number", "has another account; load with --replace-accounts")

_PERSONS = """
SELECT customer_id, generation, sealed FROM vault_person
WHERE customer_id = ANY(string_to_array(%s, ',')) ORDER BY customer_id FOR UPDATE
"""
_ACCOUNTS = """
SELECT customer_id, generation, sealed FROM vault_account
WHERE customer_id = ANY(string_to_array(%s, ',')) ORDER BY customer_id FOR UPDATE
"""
_DELETED = (
    "SELECT customer_id FROM vault_deletion WHERE customer_id = ANY(string_to_array(%s, ','))"
)


@dataclass(frozen=True, slots=True, repr=False)
class There:
    """Records of a batch's customers as they were packed, by pseudonym."""

    persons: Mapping[str, bytes]
    accounts: Mapping[str, bytes]


def without_deleted(cursor: psycopg.Cursor[Row], batch: Batch) -> Batch:
    """The batch without the deleted; each of their rows is a reject."""
    deleted = {key for key, *_ in _found(cursor, _DELETED, batch)}
    if not deleted:
        return batch
    return batch.without(
        {
            place: WAS_DELETED
            for place, pair in enumerate(batch.taken)
            if pair and pair[0] in deleted
        }
    )


def found_there(cursor: psycopg.Cursor[Row], batch: Batch) -> There:
    """What the vault holds of the batch's customers, locked until the transaction ends.

    Raises MakegoodError MG726 where a record does not open: a load does not write over what
    somebody changed behind the program.
    """
    persons, accounts = _found(cursor, _PERSONS, batch), _found(cursor, _ACCOUNTS, batch)
    # Asked for after the rows are locked: a rotation moves none of them any more.
    live: Mapping[int, Sealer] = live_sealers(cursor) if persons or accounts else {}
    return There(
        {key: live[of].decrypt_person(key, sealed) for key, of, sealed in persons},
        {key: live[of].decrypt_account(key, sealed) for key, of, sealed in accounts},
    )


def without_other_accounts(batch: Batch, there: There) -> Batch:
    """The batch without rows whose account is another than the one that stands.

    What an earlier row of the batch said stands, too, as it would from an earlier batch.
    """
    standing = dict(there.accounts)
    others: dict[int, Problem] = {}
    for place, pair in enumerate(batch.taken):
        if pair is None or (account := pair[1][3]) is None:
            continue
        if standing.setdefault(pair[0], account) != account:
            others[place] = OTHER_ACCOUNT
    return batch.without(others)


def changes(batch: Batch, there: There, load_id: UUID, actor: str) -> Iterator[Record]:
    """An entry for each customer who was there and of whom something is another now."""
    for customer_id, (person, _, _, account) in batch.kept.items():
        if customer_id not in there.persons and customer_id not in there.accounts:
            continue
        what: dict[str, Json] = {}
        if (was := there.persons.get(customer_id)) != person:
            what["person"] = "replaced" if was else "added"
        if account and (was := there.accounts.get(customer_id)) != account:
            what["account"] = "replaced" if was else "added"
        if what:
            yield Record(
                "personal_data.changed_by_load",
                actor,
                f"customer:{customer_id}",
                person=customer_id,
                details={"load": str(load_id), **what},
            )


def _found(cursor: psycopg.Cursor[Row], query: LiteralString, batch: Batch) -> list[Row]:
    """What a query finds of the batch's customers. No pseudonym holds a comma."""
    if not batch.kept:
        return []
    return cursor.execute(query, [",".join(batch.kept)], binary=True).fetchall()
