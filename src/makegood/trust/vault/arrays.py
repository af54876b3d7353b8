"""Long lists of bytes as one parameter: PostgreSQL's binary form of bytea[], made in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

from makegood.trust.vault.database import Row

_BYTEA_OID, _BYTEA_ARRAY_OID = 17, 1001
_NULL = b"\xff\xff\xff\xff"
# Dimensions, whether a null may be in it, type of the elements; length and first index.
_HEAD = Struct(">iiIii").pack
_LENGTH = Struct(">i").pack


@dataclass(frozen=True, slots=True, repr=False)
class ByteArray:
    """A column of bytes, or None for NULL."""

    values: Sequence[bytes | None]


class _ByteArrayDumper(Dumper):
    format = Format.BINARY
    oid = _BYTEA_ARRAY_OID

    def dump(self, obj: ByteArray) -> bytes:
        """Its binary form (src/backend/utils/adt/arrayfuncs.c, array_recv)."""
        values = obj.values
        parts = [_HEAD(1, 1, _BYTEA_OID, len(values), 1)]
        parts += [_NULL if value is None else _LENGTH(len(value)) + value for value in values]
        return b"".join(parts)


def takes_arrays(cursor: psycopg.Cursor[Row]) -> None:
    """Let a cursor take ``ByteArray`` as a parameter."""
    cursor.adapters.register_dumper(ByteArray, _ByteArrayDumper)


def place_array(places: Sequence[str]) -> str:
    """Places on disk, ``(block,row)`` each, as the text of tid[]."""
    return '{"' + '","'.join(places) + '"}'
