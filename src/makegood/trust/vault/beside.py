"""An account that is sealed by an act's own statement, for acts done many times a second.

The row of the current generation, which other writers lock, would be locked by all of them at
once, and the server writes down every such lock. Here an advisory lock is shared instead, which
costs next to nothing; a deletion and the beginning of a rotation take it alone
(``keep_writers_out``). A function of the database takes it, and looks behind it whether the keys
are still the current ones and the customer is still there (migration 0006).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from makegood.trust.vault.checking import checked_account, customer_of_account
from makegood.trust.vault.database import reading
from makegood.trust.vault.key_generations import current_keys, forget_current
from makegood.trust.vault.people import Account
from makegood.trust.vault.problems import deleted_customer

# As the function ``vault_may_seal`` refuses.
_REFUSED = "MGV01"
_CLAUSE = """
sealed AS (
    INSERT INTO vault_account (customer_id, generation, sealed)
    SELECT %(account_id)s, %(account_generation)s, %(account_sealed)s FROM {act}
    WHERE vault_may_seal(
        %(account_generation)s::integer, %(account_keys)s, %(account_customer)s))"""
_NONE: dict[str, object] = dict.fromkeys(
    (
        *("account_id", "account_generation", "account_sealed"),
        *("account_keys", "account_customer"),
    )
)
_WAS_DELETED = "SELECT 1 FROM vault_deletion WHERE customer_id = %s"


class NotSealed(Exception):
    """The account was not kept, and nothing of the statement: see ``expect_sealable``."""


def account_clause(act: str) -> str:
    """What keeps a new account beside an act: the part ``sealed`` of the statement's WITH list.

    ``act`` names the part that does the act: it returns one row where it was done, else none. The
    parameters are ``account_values``. Run the statement within ``keeping_account``.
    """
    return _CLAUSE.format(act=act)


@contextmanager
def keeping_account() -> Iterator[None]:
    """Around the statement. Raises NotSealed where its account may not be kept in this moment."""
    try:
        yield
    except psycopg.Error as error:
        if error.sqlstate == _REFUSED:
            raise NotSealed from None
        raise


def account_values(account: Account | None, *, actor: str) -> dict[str, object]:
    """The parameters of ``account_clause``; no account is kept for None.

    Raises MakegoodError MG729 where a field is in the way, MG720 to MG725 as the master key.
    """
    if account is None:
        return _NONE
    kept = checked_account(account)
    sealer, place = current_keys(actor)
    return {
        "account_id": kept.customer_id,
        "account_generation": sealer.generation,
        "account_sealed": sealer.seal_account(kept),
        "account_keys": place,
        "account_customer": customer_of_account(kept.customer_id),
    }


def expect_sealable(account: Account) -> None:
    """Why an account was not kept: MakegoodError MG728 where the customer was deleted.

    Otherwise the keys are other ones by now; they are asked for again with the next account.
    """
    forget_current()
    customer_id = customer_of_account(account.customer_id)
    with reading() as cursor:
        if cursor.execute(_WAS_DELETED, [customer_id]).fetchone():
            raise deleted_customer(customer_id)
