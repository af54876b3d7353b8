"""One-time codes: six digits drawn by chance, kept as a keyed hash that is bound to its attempt."""

from __future__ import annotations

import secrets
import unicodedata
from hmac import compare_digest
from uuid import UUID

from makegood.trust.customers.keyed import keyed_hash

CODE_DIGITS = 6
TRIES = 5


def new_code() -> str:
    """A code, each of a million as likely as any other."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def code_hash(attempt_id: UUID, code: str) -> str:
    """What is kept of a code: with the site's key, because a million can be tried out."""
    return keyed_hash("code", f"{attempt_id}\0{code}")


def canonical_code(text: str) -> str:
    """A code from what somebody typed: full-width digits, spaces and dashes do not matter."""
    narrow = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in narrow if not letter.isspace() and letter != "-")


def is_right(attempt_id: UUID, kept_hash: str, text: str) -> bool:
    """Whether this is the code of which a hash was kept; it takes as long either way."""
    return compare_digest(kept_hash, code_hash(attempt_id, canonical_code(text)))
