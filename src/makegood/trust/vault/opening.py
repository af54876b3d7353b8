"""Many records at once, in the clear: for what leaves the house in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import LiteralString

from makegood.trust.vault.database import reading
from makegood.trust.vault.key_generations import sealer
from makegood.trust.vault.people import Account, Person
from makegood.trust.vault.sealing import Sealer

_AT_ONCE = 5_000

# Rows and keys come from one statement, so of one instant: a rotation cannot come between. The keys
# come first, under no identifier.
_KEYS = """
SELECT generation, NULL AS customer_id, wrapped_keys AS sealed
FROM vault_generation WHERE state <> 'destroyed'
"""
_PERSONS: LiteralString = f"""
{_KEYS} UNION ALL
SELECT generation, customer_id, sealed FROM vault_person WHERE customer_id = ANY(%s)
"""
_ACCOUNTS: LiteralString = f"""
{_KEYS} UNION ALL
SELECT generation, customer_id, sealed FROM vault_account WHERE customer_id = ANY(%s)
"""


def open_persons(customer_ids: Iterable[str]) -> dict[str, Person]:
    """Persons in the clear, by pseudonym. Whom the vault does not hold is not there.

    Nothing is decided or logged here: who calls this records what it is used for. Raises
    MakegoodError MG726 where a record was changed.
    """
    return {
        customer_id: keys.open_person(customer_id, sealed)
        for keys, customer_id, sealed in _rows(_PERSONS, customer_ids)
    }


def open_accounts(account_ids: Iterable[str]) -> dict[str, Account]:
    """Accounts in the clear, by their identifiers: a pseudonym, or that of a claim's account.

    What the vault does not hold is not there. Otherwise as ``open_persons``.
    """
    return {
        account_id: keys.open_account(account_id, sealed)
        for keys, account_id, sealed in _rows(_ACCOUNTS, account_ids)
    }


def _rows(query: LiteralString, wanted: Iterable[str]) -> Iterator[tuple[Sealer, str, bytes]]:
    rest = iter(wanted)
    while chunk := list(islice(rest, _AT_ONCE)):
        with reading() as cursor:
            rows = cursor.execute(query, [chunk], binary=True).fetchall()
        keys = {
            generation: sealer(generation, wrapped)
            for generation, identifier, wrapped in rows
            if identifier is None
        }
        for generation, identifier, sealed in rows:
            if identifier is not None:
                yield keys[generation], identifier, sealed
