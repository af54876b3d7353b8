"""What one master key wrapped is wrapped by another; each thing once, and it is seen to open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from makegood.kernel import MakegoodError
from makegood.trust.keys.master import MasterKey
from makegood.trust.keys.problems import other_former_key, same_key

Rewrap: TypeAlias = Callable[[bytes, bytes], bytes]
"""From what is wrapped and its associated data to what is to be kept instead."""

_PROBE = b"makegood.keys.probe"


class Rewrapping:
    """From a former master key to a new one.

    It remembers what it wrapped. So a service can be asked for everything first, and the
    transaction that keeps it afterwards waits for nobody.
    """

    def __init__(self, former: MasterKey, new: MasterKey) -> None:
        """Raises MakegoodError MG738 where both are one key, MG724 where a service fails."""
        if _opens(former, new.wrap(_PROBE, _PROBE), _PROBE):
            raise same_key(former.address, new.address)
        self.former, self.new = former, new
        self._done: dict[tuple[bytes, bytes], bytes] = {}

    @property
    def changes(self) -> int:
        """How many things so far the new key had not wrapped yet."""
        return sum(wrapped != fresh for (wrapped, _), fresh in self._done.items())

    def of(self, wrapped: bytes, associated: bytes) -> bytes:
        """The same wrapped by the new key; as it is where the new key opens it already.

        Raises MakegoodError MG725 where neither key opens it, MG724 where a service fails.
        """
        place = (wrapped, associated)
        if place not in self._done:
            self._done[place] = self._fresh(wrapped, associated)
        return self._done[place]

    def _fresh(self, wrapped: bytes, associated: bytes) -> bytes:
        try:
            data = self.former.unwrap(wrapped, associated)
        except MakegoodError as error:
            # A service's key says of another's work only that it failed.
            if _opens(self.new, wrapped, associated):
                return wrapped
            if error.findings[0].code == "MG725":
                raise other_former_key(self.former.address) from None
            raise
        fresh = self.new.wrap(data, associated)
        # A service may let somebody wrap who may not unwrap.
        self.new.unwrap(fresh, associated)
        return fresh


def _opens(key: MasterKey, wrapped: bytes, associated: bytes) -> bool:
    try:
        key.unwrap(wrapped, associated)
    except MakegoodError:
        return False
    return True
