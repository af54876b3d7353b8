"""A record as the bytes that are sealed: its fields, a mark between them, padded.

The mark is a control character, which no field may hold; so nothing needs to be escaped. The bytes
are padded to one of a few lengths: how long a ciphertext is then hardly says how long a name is.
"""

from __future__ import annotations

from collections.abc import Sequence

MARK = "\x1f"
FORM = "1"
"""What comes first in every record: how the rest is to be read."""

LENGTHS = (64, 192, 320, 640, 1280, 2560, 4096)
BYTES_MAX = LENGTHS[-1]

LENGTH_FOR = tuple(
    next(length for length in LENGTHS if length >= needed) for needed in range(BYTES_MAX + 1)
)
"""The padded length of each length."""


def pack(fields: Sequence[str]) -> bytes:
    """The fields as padded bytes. Raises ValueError for a control character or beyond 4 KiB."""
    data = MARK.join((FORM, *fields)).encode()
    if data.count(b"\x1f") != len(fields) or data.endswith(b"\0") or len(data) > BYTES_MAX:
        raise ValueError("a record holds a control character, or is too long")
    return data.ljust(LENGTH_FOR[len(data)], b"\0")


def unpack(data: bytes) -> list[str]:
    """The fields that were packed. Raises ValueError for bytes of another form."""
    form, *fields = data.rstrip(b"\0").decode().split(MARK)
    if form != FORM:
        raise ValueError("a record of a form that this version does not know")
    return fields
