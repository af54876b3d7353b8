"""Identifiers of entries: UUID version 7 (RFC 9562, 5.7), so that an index grows at its end."""

from __future__ import annotations

import secrets
from datetime import datetime
from threading import Lock
from uuid import UUID

_TAIL_BITS = 74
_RANDOM_BITS = 62
_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62
_RANDOM_MASK = (1 << _RANDOM_BITS) - 1


class Identifiers:
    """Makes identifiers that ascend within a millisecond of one process.

    The 12 bits after the millisecond hold its fraction (RFC 9562, 6.2, method 3), the rest is
    drawn; where a draw would not ascend, the last one plus one is taken.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._millisecond = -1
        self._tail = 0

    def next(self, instant: datetime) -> UUID:
        """A new identifier of an instant."""
        microseconds = int(instant.timestamp()) * 1_000_000 + instant.microsecond
        millisecond, rest = divmod(microseconds, 1000)
        tail = ((rest << 12) // 1000 << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
        with self._lock:
            if millisecond == self._millisecond and tail <= self._tail:
                tail = min(self._tail + 1, (1 << _TAIL_BITS) - 1)
            self._millisecond, self._tail = millisecond, tail
        return UUID(int=_layout(millisecond, tail))


def lowest_at(instant: datetime) -> UUID:
    """The lowest identifier of an instant's millisecond: the bound of a search by time."""
    microseconds = int(instant.timestamp()) * 1_000_000 + instant.microsecond
    return UUID(int=_layout(microseconds // 1000, 0))


def _layout(millisecond: int, tail: int) -> int:
    head, random = tail >> _RANDOM_BITS, tail & _RANDOM_MASK
    return millisecond << 80 | _VERSION | head << 64 | _VARIANT | random


_of_this_process = Identifiers()
new_identifier = _of_this_process.next
