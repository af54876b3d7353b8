"""Signed notes and verifier keys of C2SP (c2sp.org/signed-note), for Ed25519.

A note is a text, an empty line, and signature lines ``— name base64(key id || signature)``.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from makegood.kernel import Finding, MakegoodError

ED25519 = 0x01
COSIGNATURE_V1 = 0x04
"""Types of signature that the specification assigns."""

_KEY_BYTES = 32
_KEY_ID_BYTES = 4
_KEY_SHOWN = 80
_SIGNATURES_MAX = 100
_NOTE_BYTES_MAX = 1_000_000
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME = re.compile(r"[^\s+]+")
_DASH = "\u2014 "


class BadNote(ValueError):
    """A note, key or signature that cannot be taken; ``args[0]`` says why."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who signed by name and key id, and the bytes."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and its signatures, in order."""

    text: str
    signatures: tuple[Signature, ...]

    def render(self) -> str:
        """The note as it is written."""
        return self.text + "\n" + "".join(signature.line() for signature in self.signatures)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name and type; written ``name+hash+base64(type || key)``."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name || newline || type || public key)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        key = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made an Ed25519 signature over a message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a verifier key. Raises BadNote where it is none of Ed25519 or its hash differs."""
        parts = text.split("+", 2)
        if len(parts) != 3:  # noqa: PLR2004 - name, hash, key
            raise BadNote("a verifier key is name+hash+base64")
        name, key_id, encoded = parts
        key = _decoded(encoded)
        if len(key) != 1 + _KEY_BYTES or key[0] not in {ED25519, COSIGNATURE_V1}:
            raise BadNote("the key is not one of Ed25519")
        made = cls(checked_name(name), key[0], key[1:])
        if made.key_id.hex() != key_id:
            raise BadNote("the key's hash does not fit its name and bytes")
        return made

    @classmethod
    def expected(cls, text: str) -> VerifierKey:
        """Read a key that somebody typed. Raises MakegoodError MG749 where it is none."""
        try:
            return cls.parse(text)
        except BadNote as reason:
            hint = (
                "a key is name+hash+base64, as 'makegood audit key' prints it; to read one from a"
                ' file write --key "$(cat FILE)"'
            )
            what = f"'{text[:_KEY_SHOWN]}' is no key of a log: {reason}"
            raise MakegoodError(Finding("MG749", what, hint)) from None


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its name. Never shown: ``repr`` tells the public part only."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> VerifierKey:
        """The public part."""
        return _verifier_of(self.name, self.seed)

    def sign(self, text: str) -> Note:
        """A note of the text with this key's signature. Raises BadNote where it is no text."""
        checked_text(text)
        value = _opened(self.seed).sign(text.encode())
        return Note(text, (Signature(self.name, self.verifier.key_id, value),))

    @classmethod
    def make(cls, name: str) -> SigningKey:
        """A new key, drawn."""
        return cls(checked_name(name), Ed25519PrivateKey.generate().private_bytes_raw())


# Who holds a signing key holds its seed: to keep what is made of it gives nothing away.
@lru_cache(maxsize=8)
def _opened(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


@lru_cache(maxsize=8)
def _verifier_of(name: str, seed: bytes) -> VerifierKey:
    return VerifierKey(name, ED25519, _opened(seed).public_key().public_bytes_raw())


def parse_note(text: str) -> Note:
    """Read a note; nothing is verified yet. Raises BadNote where it has not the form of one."""
    if len(text) > _NOTE_BYTES_MAX or _CONTROL.search(text) or not text.endswith("\n"):
        raise BadNote("it is too long, holds a control character, or ends without a newline")
    head, found, tail = text.rpartition("\n\n")
    if not found or not tail:
        raise BadNote("it has no signatures after an empty line")
    return Note(checked_text(head + "\n"), parse_signatures(tail))


def parse_signatures(text: str) -> tuple[Signature, ...]:
    """Read signature lines, each with its newline. Raises BadNote where one is none."""
    lines = text.split("\n")
    if lines[-1] or len(lines) - 1 > _SIGNATURES_MAX:
        raise BadNote("signature lines do not end in a newline, or are too many")
    return tuple(_signature(line) for line in lines[:-1])


def verified_by(note: Note, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Which of the known keys signed the note, in the order of its lines; others are ignored.

    Raises BadNote where a line of a known key does not verify, or none is of a known key.
    """
    known = {(key.name, key.key_id): key for key in keys if key.kind == ED25519}
    signed: list[VerifierKey] = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None or key in signed:
            continue
        if not key.verifies(note.text.encode(), signature.value):
            raise BadNote(f"the signature of {key.name} does not verify")
        signed.append(key)
    if not signed:
        raise BadNote("no known key signed it")
    return tuple(signed)


def checked_name(name: str) -> str:
    """A key's name: not empty, no spaces, no plus. Raises BadNote."""
    if not _NAME.fullmatch(name) or _CONTROL.search(name):
        raise BadNote("a key's name has neither spaces nor '+'")
    return name


def checked_text(text: str) -> str:
    """A note's text: ends in a newline, no other control characters. Raises BadNote."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise BadNote("a note's text ends in a newline and holds no other control character")
    return text


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    value = _decoded(encoded)
    if not line.startswith(_DASH) or len(value) <= _KEY_ID_BYTES:
        raise BadNote("a line after the empty line is no signature")
    return Signature(checked_name(name), value[:_KEY_ID_BYTES], value[_KEY_ID_BYTES:])


def _decoded(text: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("it is no base64") from None
    # Bits that no byte uses must be zero, else one signature could be written in several ways.
    if base64.b64encode(value).decode() != text:
        raise BadNote("its base64 is not in the usual form")
    return value
