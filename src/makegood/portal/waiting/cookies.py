"""The signed cookie that holds a place: nobody can make one, change its number or copy it far.

It is bound to what the browser calls itself, and a number is good for one visit.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from makegood.portal.waiting.values import Pass

NAME = "makegood-place"
_KINDS = {"w": (False, False), "n": (True, True), "i": (True, False)}
_LETTERS = {states: letter for letter, states in _KINDS.items()}
_MAC_BYTES = 16
_LENGTH_MAX = 80


class Signer:
    """Writes and reads passes under one key."""

    def __init__(self, secret: str) -> None:
        self._key = sha256(b"makegood.portal.waiting\0" + secret.encode()).digest()

    def written(self, given: Pass, browser: str) -> str:
        """The text of the cookie."""
        said = f"{_LETTERS[given.is_inside, given.is_new]}{given.number:x}.{given.issued_at:x}"
        return f"{said}.{self._mac(said, browser)}"

    def read(self, text: str, browser: str) -> Pass | None:
        """The pass of a cookie; None where it is not one of ours, or another browser's."""
        said, _, mac = text.rpartition(".")
        if not said or len(text) > _LENGTH_MAX or not text.isascii():
            return None
        if not hmac.compare_digest(mac, self._mac(said, browser)):
            return None
        number, _, issued_at = said[1:].partition(".")
        is_inside, is_new = _KINDS[said[0]]
        return Pass(int(number, 16), is_inside, int(issued_at, 16), is_new)

    def hashed(self, text: str) -> str:
        """A keyed hash in sixteen letters: enough to count an address by, and not to know it."""
        return hmac.digest(self._key, b"source\0" + text.encode(), "sha256").hex()[:16]

    def _mac(self, said: str, browser: str) -> str:
        told = f"{said}\0{browser}".encode()
        return hmac.digest(self._key, told, "sha256").hex()[: 2 * _MAC_BYTES]
