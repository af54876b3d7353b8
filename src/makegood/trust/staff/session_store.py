"""Sessions in the database: found by a hash of the cookie, and sealed with the cookie itself.

Who reads the database, or a copy of it, can neither take over a session nor read what is in it.
"""

from __future__ import annotations

import base64
import os
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession

_NONCE_BYTES = 12
_KEY_CHARACTERS = 40
"""How long a key of Django's table may be: 160 bits of the hash, in hex."""


class SessionStore(DatabaseStore):
    """Django's sessions in the database, which holds neither cookie nor contents in the clear."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        cookie = self.session_key
        self._session_key = hashed(cookie) if cookie else None
        try:
            found: AbstractBaseSession | None = super()._get_session_from_db()  # type: ignore[misc]
        finally:
            # Without a row, Django has forgotten the cookie: a new one is made.
            kept = cookie if self._session_key is not None else None
            self._session_key = kept
        return found

    @property
    def row_key(self) -> str:
        """Under which key the row of this cookie lies; empty without a cookie."""
        return hashed(self.session_key) if self.session_key else ""

    def exists(self, session_key: str) -> bool:
        """Whether there is a session of this cookie."""
        return super().exists(hashed(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """Forget the session of this cookie, or this one."""
        cookie = session_key or self.session_key
        if cookie:
            super().delete(hashed(cookie))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row of this session: its hashed key and its sealed contents."""
        made = super().create_model_instance(data)
        made.session_key = hashed(made.session_key)
        return made

    def encode(self, session_dict: dict[str, Any]) -> str:
        """The contents, sealed with a key made of the cookie (AES-GCM, RFC 5869)."""
        cookie: str = self._get_or_create_session_key()  # type: ignore[attr-defined]
        nonce = os.urandom(_NONCE_BYTES)
        # The seal tells what was changed: Django's own signature would tell the same once more.
        contents = self.serializer().dumps(session_dict)
        sealed = AESGCM(_key(cookie)).encrypt(nonce, contents, None)
        return base64.b64encode(nonce + sealed).decode("ascii")

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What was sealed; nothing where it was changed or is another session's."""
        cookie = self.session_key
        if not cookie:
            return {}
        try:
            raw = base64.b64decode(session_data, validate=True)
            contents = AESGCM(_key(cookie)).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None)
            kept: dict[str, Any] = self.serializer().loads(contents)
        except (InvalidTag, ValueError):
            return {}
        return kept


def hashed(cookie: str) -> str:
    """Under which key the session of a cookie lies."""
    return sha256(f"makegood/session\0{cookie}".encode()).hexdigest()[:_KEY_CHARACTERS]


def _key(cookie: str) -> bytes:
    return HKDF(SHA256(), 32, None, b"makegood/session-contents").derive(cookie.encode())
