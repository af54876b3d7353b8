"""The hash of what a table says, whatever way it is stored.

Encoding, compression, chunks and dictionaries do not matter; a name, a type, a value, an empty
cell, or the order of rows or columns does. The same facts have the same hash on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from struct import pack
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_WIDTHS: dict[pa.DataType, Any] = {
    pa.int8(): np.int8,
    pa.int16(): np.int16,
    pa.int32(): np.int32,
    pa.int64(): np.int64,
    pa.uint8(): np.uint8,
    pa.uint16(): np.uint16,
    pa.uint32(): np.uint32,
    pa.uint64(): np.uint64,
    pa.date32(): np.int32,
}
_TEXTS = (pa.string(), pa.large_string(), pa.string_view())


def content_sha256_of(table: pa.Table) -> str:
    """The content hash of a part. Columns are integers, dates, booleans or texts, else TypeError.

    A column's digest covers its name, its type, its empty cells as a bit mask, and its values
    in little-endian width, empty ones left out; a text as its length in 32 bits, and its UTF-8.
    """
    whole = sha256(b"makegood-content/1\n" + pack("<q", table.num_rows))
    for name, column in zip(table.column_names, table.columns, strict=True):
        whole.update(_column_digest(name, column))
    return whole.hexdigest()


def content_sha256_total(parts: Iterable[str]) -> str:
    """The content hash of a whole, from those of its parts in order."""
    return sha256(b"makegood-parts/1\n" + "".join(f"{p}\n" for p in parts).encode()).hexdigest()


def _column_digest(name: str, column: pa.ChunkedArray) -> bytes:
    kind = "string" if _is_text(column.type) else str(column.type)
    digest = sha256(f"{len(name.encode())}:{name}:{kind}\n".encode())
    if column.null_count:
        digest.update(b"\1")
        digest.update(_mask(column).data)
    else:
        digest.update(b"\0")
    if kind == "string":
        chunks = [_texts(chunk) for chunk in column.chunks]
        for chunk in chunks:
            digest.update(_lengths(chunk).data)
        for chunk in chunks:
            digest.update(_characters(chunk))
    else:
        for chunk in column.chunks:
            digest.update(_values(chunk).data)
    return digest.digest()


def _is_text(kind: pa.DataType) -> bool:
    return kind in _TEXTS or (pa.types.is_dictionary(kind) and kind.value_type in _TEXTS)


def _mask(column: pa.ChunkedArray) -> npt.NDArray[np.uint8]:
    """A bit for every row, set where the cell is empty, the first row in the lowest bit."""
    bits = column.chunk(0).buffers()[0] if column.num_chunks == 1 else None
    if bits is None or column.chunk(0).offset:
        return np.packbits(np.concatenate([_empty(c) for c in column.chunks]), bitorder="little")
    # Arrow has the same bits the other way round; those past the end are not said to be anything.
    rows = len(column)
    mask: npt.NDArray[np.uint8] = ~np.frombuffer(bits, np.uint8, (rows + 7) // 8)
    if rows % 8:
        mask[-1] &= (1 << rows % 8) - 1
    return mask


def _empty(chunk: pa.Array) -> npt.NDArray[np.bool_]:
    mask: npt.NDArray[np.bool_] = chunk.is_null().to_numpy(zero_copy_only=False)
    return mask


def _values(chunk: pa.Array) -> npt.NDArray[Any]:
    """A chunk's values in their own width, without empty cells."""
    if pa.types.is_boolean(chunk.type):
        chunk, width = pc.cast(chunk, pa.uint8()), np.uint8
    elif chunk.type in _WIDTHS:
        width = _WIDTHS[chunk.type]
    else:
        raise TypeError(f"a content hash knows no column of type {chunk.type}")
    if len(chunk) == 0:
        return np.empty(0, width)
    raw = np.frombuffer(chunk.buffers()[1], width, len(chunk) + chunk.offset)[chunk.offset :]
    if chunk.null_count:
        raw = raw[~_empty(chunk)]
    return raw.astype(raw.dtype.newbyteorder("<"), copy=False)


def _texts(chunk: pa.Array) -> pa.Array:
    """A chunk as plain large texts without empty cells, whatever kind of text it was."""
    if pa.types.is_dictionary(chunk.type):
        chunk = chunk.dictionary_decode()
    if chunk.type != pa.string() or chunk.null_count:
        chunk = pc.fill_null(pc.cast(chunk, pa.large_string()), "")
    return chunk


def _offsets(chunk: pa.Array) -> npt.NDArray[Any]:
    if len(chunk) == 0:
        return np.zeros(1, np.int64)
    width = np.int64 if chunk.type == pa.large_string() else np.int32
    return np.frombuffer(chunk.buffers()[1], width, len(chunk) + chunk.offset + 1)[chunk.offset :]


def _lengths(chunk: pa.Array) -> npt.NDArray[np.int32]:
    return np.diff(_offsets(chunk)).astype("<i4")


def _characters(chunk: pa.Array) -> memoryview:
    offsets, buffer = _offsets(chunk), chunk.buffers()[2]
    if buffer is None:
        return memoryview(b"")
    return memoryview(buffer)[int(offsets[0]) : int(offsets[-1])]
