"""How the rows of each table of the vault are sealed again in another generation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import LiteralString

from makegood.trust.vault.arrays import ByteArray, place_array
from makegood.trust.vault.database import Row
from makegood.trust.vault.packing import unpack
from makegood.trust.vault.sealing import (
    ACCOUNT_TABLE,
    INDEX_BYTES,
    PERSON_TABLE,
    Sealer,
    name_index_input,
)

Columns = list[object]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with sealed rows.

    ``read`` locks the rows of the old generation between two places on disk; ``reseal`` makes the
    columns that ``write`` puts in their place.
    """

    name: LiteralString
    words: str
    read: LiteralString
    write: LiteralString
    count: LiteralString
    reseal: Callable[[list[Row], Sealer, Sealer], Columns]


def _persons(rows: list[Row], old: Sealer, new: Sealer) -> Columns:
    places, sealed, phones, names = [], [], [], []
    binding, encrypt = new.binding(PERSON_TABLE), new.encrypt_person
    phone_prf, name_prf, decrypt = new.phone_prf, new.name_prf, old.decrypt_person
    for place, customer_id, ciphertext in rows:
        packed = decrypt(customer_id, ciphertext)
        name, phone, birth_date, *_ = unpack(packed)
        places.append(place)
        sealed.append(encrypt(packed, binding + customer_id.encode()))
        phones.append(phone_prf(phone.encode(), INDEX_BYTES))
        names.append(
            name_prf(name_index_input(name, birth_date), INDEX_BYTES) if birth_date else None
        )
    return [place_array(places), ByteArray(sealed), ByteArray(phones), ByteArray(names)]


def _accounts(rows: list[Row], old: Sealer, new: Sealer) -> Columns:
    places, sealed = [], []
    binding, encrypt = new.binding(ACCOUNT_TABLE), new.encrypt_account
    decrypt = old.decrypt_account
    for place, customer_id, ciphertext in rows:
        places.append(place)
        sealed.append(encrypt(decrypt(customer_id, ciphertext), binding + customer_id.encode()))
    return [place_array(places), ByteArray(sealed)]


def _loads(rows: list[Row], old: Sealer, new: Sealer) -> Columns:
    sealed = [new.seal_source(load_id, old.open_source(load_id, it)) for _, load_id, it in rows]
    return [[place for place, _, _ in rows], ByteArray(sealed)]


def _texts(rows: list[Row], old: Sealer, new: Sealer) -> Columns:
    places, sealed, indexes = [], [], []
    for place, text_id, kind, ciphertext in rows:
        text = old.open_text(text_id, ciphertext)
        places.append(place)
        sealed.append(new.seal_text(text_id, text))
        indexes.append(new.text_index(kind, text))
    return [place_array(places), ByteArray(sealed), ByteArray(indexes)]


def _notes(rows: list[Row], old: Sealer, new: Sealer) -> Columns:
    places, sealed = [], []
    for place, customer_id, note_id, ciphertext in rows:
        places.append(place)
        text = old.open_note(customer_id, note_id, ciphertext)
        sealed.append(new.seal_note(customer_id, note_id, text))
    return [place_array(places), ByteArray(sealed)]


def _documents(rows: list[Row], old: Sealer, new: Sealer) -> Columns:
    """Only their keys: the contents stay as they are, however large."""
    places, sealed = [], []
    for place, bound_to, ciphertext in rows:
        places.append(place)
        sealed.append(new.seal_document_key(bound_to, old.open_document_key(bound_to, ciphertext)))
    return [place_array(places), ByteArray(sealed)]


# A row that a writer holds is passed over: the writer moves it to the new generation, or gives up
# and it is found in the next round. So rotation never waits while it holds rows, and no deadlock
# can come of it. The row of a load is held nearly all the time while the load runs, so that one is
# waited for; nothing else is held then.
TABLES = (
    Table(
        "vault_person",
        "persons",
        """
        SELECT ctid::text, customer_id, sealed FROM vault_person
        WHERE ctid >= %(first)s::tid AND ctid < %(behind)s::tid AND generation = %(old)s
        FOR UPDATE SKIP LOCKED
        """,
        """
        UPDATE vault_person SET generation = %s, sealed = new.sealed,
            phone_index = new.phone_index, name_index = new.name_index
        FROM unnest(%s::tid[], %s::bytea[], %s::bytea[], %s::bytea[])
            AS new (place, sealed, phone_index, name_index)
        WHERE vault_person.ctid = new.place AND generation = %s
        """,
        "SELECT count(*) FROM vault_person WHERE generation = %s",
        _persons,
    ),
    Table(
        "vault_account",
        "accounts",
        """
        SELECT ctid::text, customer_id, sealed FROM vault_account
        WHERE ctid >= %(first)s::tid AND ctid < %(behind)s::tid AND generation = %(old)s
        FOR UPDATE SKIP LOCKED
        """,
        """
        UPDATE vault_account SET generation = %s, sealed = new.sealed
        FROM unnest(%s::tid[], %s::bytea[]) AS new (place, sealed)
        WHERE vault_account.ctid = new.place AND generation = %s
        """,
        "SELECT count(*) FROM vault_account WHERE generation = %s",
        _accounts,
    ),
    Table(
        "vault_text",
        "codes",
        """
        SELECT ctid::text, text_id::text, kind, sealed FROM vault_text
        WHERE ctid >= %(first)s::tid AND ctid < %(behind)s::tid AND generation = %(old)s
        FOR UPDATE SKIP LOCKED
        """,
        """
        UPDATE vault_text SET generation = %s, sealed = new.sealed, text_index = new.text_index
        FROM unnest(%s::tid[], %s::bytea[], %s::bytea[]) AS new (place, sealed, text_index)
        WHERE vault_text.ctid = new.place AND generation = %s
        """,
        "SELECT count(*) FROM vault_text WHERE generation = %s",
        _texts,
    ),
    Table(
        "vault_note",
        "notes",
        """
        SELECT ctid::text, customer_id, note_id::text, sealed FROM vault_note
        WHERE ctid >= %(first)s::tid AND ctid < %(behind)s::tid AND generation = %(old)s
        FOR UPDATE SKIP LOCKED
        """,
        """
        UPDATE vault_note SET generation = %s, sealed = new.sealed
        FROM unnest(%s::tid[], %s::bytea[]) AS new (place, sealed)
        WHERE vault_note.ctid = new.place AND generation = %s
        """,
        "SELECT count(*) FROM vault_note WHERE generation = %s",
        _notes,
    ),
    Table(
        "vault_document",
        "documents",
        """
        SELECT ctid::text, customer_id || '/' || reference || '/' || kind, sealed_key
        FROM vault_document
        WHERE ctid >= %(first)s::tid AND ctid < %(behind)s::tid AND generation = %(old)s
        FOR UPDATE SKIP LOCKED
        """,
        """
        UPDATE vault_document SET generation = %s, sealed_key = new.sealed
        FROM unnest(%s::tid[], %s::bytea[]) AS new (place, sealed)
        WHERE vault_document.ctid = new.place AND generation = %s
        """,
        "SELECT count(*) FROM vault_document WHERE generation = %s",
        _documents,
    ),
    Table(
        "vault_load",
        "loads",
        """
        SELECT load_id, load_id::text, sealed_source FROM vault_load
        WHERE generation = %(old)s ORDER BY 1 FOR UPDATE
        """,
        """
        UPDATE vault_load SET generation = %s, sealed_source = new.sealed
        FROM unnest(%s::uuid[], %s::bytea[]) AS new (place, sealed)
        WHERE vault_load.load_id = new.place AND generation = %s
        """,
        "SELECT count(*) FROM vault_load WHERE generation = %s",
        _loads,
    ),
)
