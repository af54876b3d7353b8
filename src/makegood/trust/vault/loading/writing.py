"""A batch written: what is new by COPY, what is there already by one UPDATE, sealed on the way.

Rows are sealed while the server takes in those before them, so both work at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from struct import Struct
from typing import LiteralString, TypeVar
from uuid import UUID

import psycopg

from makegood.trust.vault.arrays import ByteArray, takes_arrays
from makegood.trust.vault.database import Row
from makegood.trust.vault.loading.columns import Kept
from makegood.trust.vault.loading.rows import Batch, Reject
from makegood.trust.vault.loading.there import There
from makegood.trust.vault.sealing import ACCOUNT_TABLE, INDEX_BYTES, PERSON_TABLE, Sealer

COPY_PERSONS: LiteralString = """
COPY vault_person (customer_id, generation, sealed, phone_index, name_index)
FROM STDIN (FORMAT BINARY)
"""
COPY_ACCOUNTS: LiteralString = """
COPY vault_account (customer_id, generation, sealed) FROM STDIN (FORMAT BINARY)
"""
_COPY_REJECTS = """
COPY vault_reject (load_id, row_number, field, reason) FROM STDIN (FORMAT BINARY)
"""
_UPDATE_PERSONS = """
UPDATE vault_person SET generation = %s, sealed = new.sealed,
    phone_index = new.phone_index, name_index = new.name_index
FROM unnest(string_to_array(%s, ','), %s::bytea[], %s::bytea[], %s::bytea[])
    AS new (customer_id, sealed, phone_index, name_index)
WHERE vault_person.customer_id = new.customer_id
"""
_UPDATE_ACCOUNTS = """
UPDATE vault_account SET generation = %s, sealed = new.sealed
FROM unnest(string_to_array(%s, ','), %s::bytea[]) AS new (customer_id, sealed)
WHERE vault_account.customer_id = new.customer_id
"""

# PostgreSQL's binary form of COPY: a head, each row as its number of fields and each field behind
# its length (-1 for NULL), and an end (https://www.postgresql.org/docs/18/sql-copy.html).
COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + b"\0" * 8
COPY_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_INTEGER = Struct(">i").pack
_FIRST = Struct(">hi").pack
_CHUNK = 1_000

T = TypeVar("T")
PersonRow = tuple[str, bytes, bytes, bytes | None]
AccountRow = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Written:
    """What a batch came to."""

    added: int
    accounts: int


def write_batch(cursor: psycopg.Cursor[Row], batch: Batch, there: There, sealer: Sealer) -> Written:
    """Seal and write the kept rows, in the caller's transaction that holds the generation.

    ``there`` is what the vault holds of their customers; what is the same stays as it is.
    """
    kept = batch.kept
    new, known = _parted(kept, there.persons, lambda row: row[0])
    rows = person_bytes(sealed_persons(new.items(), sealer), sealer.generation)
    _copy(cursor, COPY_PERSONS, rows)
    _update(cursor, _UPDATE_PERSONS, sealed_persons(known.items(), sealer), sealer)

    accounts = {key: row[3] for key, row in kept.items() if row[3] is not None}
    new_accounts, known_accounts = _parted(accounts, there.accounts, lambda packed: packed)
    rows = account_bytes(sealed_accounts(new_accounts.items(), sealer), sealer.generation)
    _copy(cursor, COPY_ACCOUNTS, rows)
    _update(cursor, _UPDATE_ACCOUNTS, sealed_accounts(known_accounts.items(), sealer), sealer)
    return Written(len(new), len(accounts))


def write_rejects(cursor: psycopg.Cursor[Row], load_id: UUID, rejects: Iterable[Reject]) -> None:
    """Write why rows were not taken."""
    with cursor.copy(_COPY_REJECTS) as copy:
        copy.set_types(("uuid", "int8", "text", "text"))
        for reject in rejects:
            copy.write_row((load_id, *reject))


def sealed_persons(rows: Iterable[tuple[str, Kept]], sealer: Sealer) -> Iterator[PersonRow]:
    """Pseudonym, ciphertext and indexes of each person."""
    binding, encrypt = sealer.binding(PERSON_TABLE), sealer.encrypt_person
    phone_prf, name_prf = sealer.phone_prf, sealer.name_prf
    for customer_id, (person, phone, name, _) in rows:
        yield (
            customer_id,
            encrypt(person, binding + customer_id.encode()),
            phone_prf(phone, INDEX_BYTES),
            None if name is None else name_prf(name, INDEX_BYTES),
        )


def sealed_accounts(rows: Iterable[tuple[str, bytes]], sealer: Sealer) -> Iterator[AccountRow]:
    """Pseudonym and ciphertext of each account."""
    binding, encrypt = sealer.binding(ACCOUNT_TABLE), sealer.encrypt_account
    for customer_id, packed in rows:
        yield customer_id, encrypt(packed, binding + customer_id.encode())


def person_bytes(rows: Iterable[PersonRow], generation: int) -> Iterator[bytes]:
    """The rows of vault_person as COPY reads them."""
    middle = _INTEGER(4) + _INTEGER(generation)
    index_length = _INTEGER(INDEX_BYTES)
    for customer_id, sealed, phone, name in rows:
        key = customer_id.encode()
        yield (
            b"%b%b%b%b%b%b%b%b%b"
            % (
                _FIRST(5, len(key)),
                key,
                middle,
                _INTEGER(len(sealed)),
                sealed,
                index_length,
                phone,
                index_length if name else _NULL,
                name or b"",
            )
        )


def account_bytes(rows: Iterable[AccountRow], generation: int) -> Iterator[bytes]:
    """The rows of vault_account as COPY reads them."""
    middle = _INTEGER(4) + _INTEGER(generation)
    for customer_id, sealed in rows:
        key = customer_id.encode()
        yield b"%b%b%b%b%b" % (_FIRST(3, len(key)), key, middle, _INTEGER(len(sealed)), sealed)


def _parted(
    rows: Mapping[str, T], there: Mapping[str, bytes], packed: Callable[[T], bytes]
) -> tuple[Mapping[str, T], Mapping[str, T]]:
    """The rows whose pseudonym is not there yet, and those whose is, with another content."""
    if not there:
        return rows, {}
    return (
        {key: row for key, row in rows.items() if key not in there},
        {key: row for key, row in rows.items() if there.get(key, packed(row)) != packed(row)},
    )


def _copy(cursor: psycopg.Cursor[Row], statement: LiteralString, rows: Iterator[bytes]) -> None:
    chunk = list(islice(rows, _CHUNK))
    if not chunk:
        return
    with cursor.copy(statement) as copy:
        copy.write(COPY_HEAD)
        while chunk:
            copy.write(b"".join(chunk))
            chunk = list(islice(rows, _CHUNK))
        copy.write(COPY_END)


def _update(
    cursor: psycopg.Cursor[Row],
    statement: LiteralString,
    rows: Iterable[PersonRow] | Iterable[AccountRow],
    sealer: Sealer,
) -> None:
    columns = list(zip(*rows, strict=True))
    if columns:
        takes_arrays(cursor)
        keys, *rest = columns
        values = [sealer.generation, ",".join(keys), *map(ByteArray, rest)]
        cursor.execute(statement, values)
