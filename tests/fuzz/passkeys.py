"""A passkey in software: what a browser sends of it, and how each part of that can be wrong."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

HOST = "localhost"
_SEEN_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
_ID = sha256(b"a passkey").digest()


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class Passkey:
    """One passkey of the tests' host. ``challenge`` is the server's, as its page has it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    def made(self, challenge: str) -> dict[str, Any]:
        """What a browser sends when the passkey is made."""
        known = AttestedCredentialData.create(
            bytes(16), _ID, ES256.from_cryptography_key(self._key.public_key())
        )
        flags = _SEEN_AND_VERIFIED | AuthenticatorData.FLAG.AT
        about = AttestationObject.create("none", self._data(flags, known), {})
        said = self._said(CollectedClientData.TYPE.CREATE, challenge)
        return _credential({"clientDataJSON": _text(said), "attestationObject": _text(about)})

    def used(self, challenge: str, owner: bytes) -> dict[str, Any]:
        """What a browser sends when the passkey signs its owner in."""
        said, data = self._said(CollectedClientData.TYPE.GET, challenge), self._data()
        signature = self._key.sign(data + sha256(said).digest(), ec.ECDSA(SHA256()))
        answer = {
            "clientDataJSON": _text(said),
            "authenticatorData": _text(data),
            "signature": _text(signature),
            "userHandle": _text(owner),
        }
        return _credential(answer)

    def _data(
        self,
        flags: AuthenticatorData.FLAG = _SEEN_AND_VERIFIED,
        known: AttestedCredentialData | None = None,
    ) -> AuthenticatorData:
        host = sha256(HOST.encode()).digest()
        made: AuthenticatorData = AuthenticatorData.create(host, flags, 0, known or b"")
        return made

    def _said(self, kind: CollectedClientData.TYPE, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, f"http://{HOST}")


def _credential(response: dict[str, str]) -> dict[str, Any]:
    return {
        "id": _text(_ID),
        "rawId": _text(_ID),
        "type": "public-key",
        "response": response,
        "clientExtensionResults": {"credProps": {"rk": True}},
    }


_ANSWER = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")
PLACES: tuple[tuple[str, ...], ...] = (
    *((), ("id",), ("rawId",), ("type",), ("response",), ("authenticatorAttachment",), ("more",)),
    *(("response", name) for name in _ANSWER),
    *(("response", "transports"), ("clientExtensionResults",)),
    ("clientExtensionResults", "credProps"),
)
"""Each place in a credential, the whole first."""
_CLIENT_DATA: tuple[object, ...] = (
    {},
    [],
    None,
    1,
    {"type": 1, "challenge": 2, "origin": 3},
    {"challenge": "%"},
)
_BINARY = (
    *(b"", b"\x00", b"\xff" * 40, b"\xa0", b"\xa1\x00", b"\x5f", b"\x81" * 5_000, b"{", b"\xf7"),
    *(json.dumps(each).encode() for each in _CLIENT_DATA),
    *(b'{"type":"webauthn.get","challenge":"","origin":"\\ud800"}', b"[" * 50_000),
    *(b"\xa3cfmtdnonegattStmt\xa0hauthDataA\x00", b"\xa1hauthData\x41\x00", bytes(37)),
)
WRONG: tuple[object, ...] = (
    *(None, 0, -1, 1.5, True, "", "A", "%%%", "é", "\x00", "\ud800", "none", "AAAA", "A" * 20_000),
    *([], {}, [1], {"a": 1}, [[]], {"response": {}}, 10**400),
    *(_text(each) for each in _BINARY),
)
"""What may stand there instead; such as was binary is so encoded."""
NO_CREDENTIALS = (
    *("", " ", "null", "[]", "{}", "1", '"x"', "{", "NaN", "[" * 50_000, '{"a":' * 50_000),
    *('{"id":1,"id":2}', '"\\u0000"', '"\\ud800"', '{"response":null}', "9" * 5_000),
)
"""What may be in the field at all."""


def changed(
    credential: Mapping[str, Any], changes: Sequence[tuple[tuple[str, ...], object]]
) -> str:
    """A credential as it is sent, with something else at some places of it."""
    found: Any = json.loads(json.dumps(credential))
    for place, value in changes:
        if not place:
            found = value
            continue
        *before, last = place
        inner = found
        for name in before:
            inner = inner.get(name) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            inner[last] = value
    return json.dumps(found)
