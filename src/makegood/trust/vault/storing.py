"""One person at a time: stored, found by what they say of themselves, opened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import LiteralString

import psycopg

from makegood.trust.audit import Record, append
from makegood.trust.vault.checking import checked_account, checked_person, customer_of_account
from makegood.trust.vault.database import Row, reading, writing
from makegood.trust.vault.key_generations import held_for_writing, live_sealers, sealer
from makegood.trust.vault.normalising import canonical_phone, clean_name
from makegood.trust.vault.people import Account, Person
from makegood.trust.vault.problems import deleted_customer, unknown_customer
from makegood.trust.vault.sealing import Sealer

_STORE_PERSON = """
INSERT INTO vault_person (customer_id, generation, sealed, phone_index, name_index)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (customer_id) DO UPDATE SET (generation, sealed, phone_index, name_index)
    = (excluded.generation, excluded.sealed, excluded.phone_index, excluded.name_index)
"""
_STORE_ACCOUNT = """
INSERT INTO vault_account (customer_id, generation, sealed) VALUES (%s, %s, %s)
ON CONFLICT (customer_id) DO UPDATE SET (generation, sealed)
    = (excluded.generation, excluded.sealed)
"""
_WAS_DELETED = "SELECT 1 FROM vault_deletion WHERE customer_id = %s"
_OPEN_PERSON = """
SELECT generation, wrapped_keys, sealed
FROM vault_person JOIN vault_generation USING (generation) WHERE customer_id = %s
"""
_OPEN_ACCOUNT = """
SELECT generation, wrapped_keys, sealed
FROM vault_account JOIN vault_generation USING (generation) WHERE customer_id = %s
"""
_LIVE_NOW = "SELECT array_agg(generation) FROM vault_generation WHERE state <> 'destroyed'"
_BY_PHONE: LiteralString = f"""
WITH found AS (
    SELECT customer_id, generation, sealed FROM vault_person WHERE phone_index = ANY(%s))
SELECT live.*, found.* FROM ({_LIVE_NOW}) AS live LEFT JOIN found ON true
"""
_BY_NAME: LiteralString = f"""
WITH found AS (
    SELECT customer_id, generation, sealed FROM vault_person WHERE name_index = ANY(%s))
SELECT live.*, found.* FROM ({_LIVE_NOW}) AS live LEFT JOIN found ON true
"""


def store_person(person: Person, *, actor: str) -> None:
    """Keep a person; an older record of the same customer is replaced.

    Raises MakegoodError MG728 where the customer was deleted, MG729 where a field is in the way.
    """
    kept = checked_person(person)
    with writing() as cursor:
        held = held_for_writing(cursor, actor)
        _expect_not_deleted(cursor, kept.customer_id)
        name_index = held.name_index(kept.name, kept.birth_date) if kept.birth_date else None
        cursor.execute(
            _STORE_PERSON,
            (
                kept.customer_id,
                held.generation,
                held.seal_person(kept),
                held.phone_index(kept.phone),
                name_index,
            ),
        )
        append(_stored(kept.customer_id, actor, "person"))


def store_account(account: Account, *, actor: str) -> None:
    """Keep an account; an older one of the same customer is replaced. Raises as for a person."""
    kept = checked_account(account)
    customer_id = customer_of_account(kept.customer_id)
    with writing() as cursor:
        held = held_for_writing(cursor, actor)
        _expect_not_deleted(cursor, customer_id)
        cursor.execute(_STORE_ACCOUNT, (kept.customer_id, held.generation, held.seal_account(kept)))
        append(_stored(customer_id, actor, "account"))


def open_person(customer_id: str) -> Person:
    """A person in the clear. Raises MakegoodError MG727 where there is none.

    Nothing is decided or logged here: the gate does both before it calls this.
    """
    keys, sealed = _row(_OPEN_PERSON, customer_id)
    return keys.open_person(customer_id, sealed)


def open_account(customer_id: str) -> Account:
    """A customer's account in the clear. Raises MakegoodError MG727 where there is none."""
    keys, sealed = _row(_OPEN_ACCOUNT, customer_id)
    return keys.open_account(customer_id, sealed)


def find_by_phone(phone: str) -> list[Person]:
    """Everybody with this number, in whichever form it is written, by their pseudonyms."""
    if canonical_phone(phone) is None:
        return []
    return _found(_BY_PHONE, lambda keys: keys.phone_index(phone))


def find_by_name_and_birth_date(name: str, birth_date: date) -> list[Person]:
    """Everybody of this name born on this day; spaces and capitals do not matter."""
    cleaned = clean_name(name)
    if cleaned is None:
        return []
    return _found(_BY_NAME, lambda keys: keys.name_index(cleaned, birth_date))


def _row(query: LiteralString, customer_id: str) -> tuple[Sealer, bytes]:
    # Row and keys come from one statement, so of one instant: a rotation cannot come between.
    with reading() as cursor:
        found = cursor.execute(query, [customer_id], binary=True).fetchone()
    if found is None:
        raise unknown_customer(customer_id)
    generation, wrapped, sealed = found
    return sealer(generation, wrapped), sealed


def _found(query: LiteralString, index: Callable[[Sealer], bytes]) -> list[Person]:
    """The persons under an index in any generation that is in use.

    The query also says which generations were in use when it looked. Where a rotation just made
    another one, the rows may have moved to it, so it is asked again.
    """
    with reading() as cursor:
        while True:
            live = live_sealers(cursor)
            wanted = [index(keys) for keys in live.values()]
            rows = cursor.execute(query, [wanted], binary=True).fetchall()
            if set(rows[0][0] or ()) <= live.keys():
                break
    return sorted(
        (
            live[generation].open_person(customer_id, sealed)
            for _, customer_id, generation, sealed in rows
            if customer_id is not None
        ),
        key=lambda person: person.customer_id,
    )


def _expect_not_deleted(cursor: psycopg.Cursor[Row], customer_id: str) -> None:
    if cursor.execute(_WAS_DELETED, [customer_id]).fetchone():
        raise deleted_customer(customer_id)


def _stored(customer_id: str, actor: str, what: str) -> Record:
    return Record(
        "personal_data.stored",
        actor,
        f"customer:{customer_id}",
        person=customer_id,
        details={"what": what},
    )
