"""Checkpoints and witnesses' cosignatures (C2SP tlog-checkpoint and tlog-cosignature)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from makegood.trust.audit.note import COSIGNATURE_V1, BadNote, Note, Signature, VerifierKey
from makegood.trust.audit.tree import HASH_BYTES

_LINES = 3
_TIME_BYTES = 8
_TIME_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class TreeHead:
    """How large a log is and what its root is; ``origin`` names the log."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text of the checkpoint's note."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> TreeHead:
        """Read a note's text; lines after the third are let be. Raises BadNote where it is none."""
        lines = text.split("\n")
        if lines[-1] or len(lines) <= _LINES or not all(lines[:-1]):
            raise BadNote("a checkpoint has three lines: origin, size, root")
        origin, size, root = lines[:_LINES]
        if not size.isascii() or not size.isdecimal() or str(int(size)) != size:
            raise BadNote("a checkpoint's size is a number without leading zeroes")
        try:
            decoded = base64.b64decode(root, validate=True)
        except (binascii.Error, ValueError):
            decoded = b""
        if len(decoded) != HASH_BYTES or base64.b64encode(decoded).decode() != root:
            raise BadNote("a checkpoint's root is 32 bytes in base64")
        return cls(origin, int(size), decoded)


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness's word that a checkpoint follows all it saw before; ``posix_seconds`` says when."""

    signature: Signature
    posix_seconds: int


def cosigned_message(text: str, posix_seconds: int) -> bytes:
    """What a witness signs over a checkpoint's text (cosignature/v1)."""
    return f"cosignature/v1\ntime {posix_seconds}\n{text}".encode()


def cosignature_of(note: Note, witness: VerifierKey) -> Cosignature | None:
    """The cosignature of a witness among a note's lines, or nothing.

    Raises BadNote where there is one and it does not verify.
    """
    if witness.kind != COSIGNATURE_V1:
        raise BadNote("a witness's verifier key is of type 4, cosignature/v1")
    for signature in note.signatures:
        if (signature.name, signature.key_id) != (witness.name, witness.key_id):
            continue
        seconds = int.from_bytes(signature.value[:_TIME_BYTES], "big")
        message = cosigned_message(note.text, seconds)
        if seconds > _TIME_MAX or not witness.verifies(message, signature.value[_TIME_BYTES:]):
            raise BadNote(f"the cosignature of {witness.name} does not verify")
        return Cosignature(signature, seconds)
    return None
