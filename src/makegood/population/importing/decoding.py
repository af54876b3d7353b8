"""Bytes of a source's columns as texts; a value that is not in the encoding spoils its row only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_ASCII_MAX = 0x7F


def decoded(
    columns: Sequence[pa.Array], encoding: str
) -> tuple[list[pa.Array], npt.NDArray[np.bool_]]:
    """The columns as texts, and which rows hold a value that cannot be one (empty there)."""
    rows = len(columns[0]) if columns else 0
    garbled = np.zeros(rows, np.bool_)
    texts = []
    for column in columns:
        text = _quick(column, encoding)
        if text is None:
            text = _slow(column, encoding)
            garbled |= text.is_null().to_numpy(zero_copy_only=False)
        texts.append(text)
    return texts, garbled


def _quick(column: pa.Array, encoding: str) -> pa.Array | None:
    """UTF-8 as it is, and so any encoding that adds to ASCII where there is nothing but ASCII."""
    if encoding != "utf-8" and not _is_ascii(column):
        return None
    try:
        return pc.cast(column, pa.string())
    except pa.ArrowInvalid:
        return None


def _is_ascii(column: pa.Array) -> bool:
    offsets, data = column.buffers()[1], column.buffers()[2]
    if len(column) == 0 or data is None:
        return True
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    raw = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
    return len(raw) == 0 or int(raw.max()) <= _ASCII_MAX


def _slow(column: pa.Array, encoding: str) -> pa.Array:
    """Each different value decoded once; an empty cell where it cannot be."""
    coded = column.dictionary_encode()
    texts = [_text(value, encoding) for value in coded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(coded.indices)


def _text(value: bytes, encoding: str) -> str | None:
    try:
        return value.decode(encoding)
    except UnicodeDecodeError:
        return None
