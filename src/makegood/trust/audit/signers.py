"""The keys that sign the log's checkpoints, kept wrapped by the master key.

The newest signs. A key that was replaced still verifies what it signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

import psycopg
from django.db import transaction

from makegood.kernel import Finding, MakegoodError
from makegood.trust.audit.appending import append
from makegood.trust.audit.connections import driver_connection, in_transaction
from makegood.trust.audit.integrating import lock_tree
from makegood.trust.audit.kinds import SIGNER_MADE
from makegood.trust.audit.note import BadNote, SigningKey, VerifierKey
from makegood.trust.audit.record import Record, instant_text
from makegood.trust.clock import now
from makegood.trust.keys import Rewrap

_NEWEST = """
SELECT number, verifier_key, wrapped_key, made_at FROM audit_signer ORDER BY number DESC LIMIT 1
"""
_VERIFIER_KEYS = "SELECT DISTINCT verifier_key FROM audit_signer"
_ADD = """
INSERT INTO audit_signer (number, verifier_key, wrapped_key, made_at) VALUES (%s, %s, %s, %s)
"""


class Wrapping(Protocol):
    """What keeps small secrets: the master key."""

    def wrap(self, data: bytes, associated: bytes) -> bytes:
        """The data, so that only this key and the same ``associated`` give it back."""
        ...

    def unwrap(self, wrapped: bytes, associated: bytes) -> bytes:
        """What was wrapped."""
        ...


@dataclass(frozen=True, slots=True)
class Signer:
    """A signing key as it is kept: its public part in the open, the other wrapped."""

    number: int
    verifier_key: str
    wrapped_key: bytes
    made_at: datetime

    def opened(self, keys: Wrapping) -> SigningKey:
        """The key itself. Raises what ``keys`` raises, and MG748 where the parts do not fit."""
        seed = keys.unwrap(self.wrapped_key, _associated(self.verifier_key))
        key = SigningKey(self.verifier_key.split("+", 1)[0], seed)
        if str(key.verifier) != self.verifier_key:
            raise MakegoodError(
                Finding(
                    "MG748",
                    f"signing key {self.number} of the log is not the one of its verifier key",
                    "run 'makegood audit verify'; restore the table audit_signer from a back-up",
                )
            )
        return key

    def rewrapped(self, rewrap: Rewrap) -> bytes:
        """Its secret part as ``rewrap`` wraps it. Raises what that raises."""
        return rewrap(self.wrapped_key, _associated(self.verifier_key))

    def facts(self) -> dict[str, str | int]:
        """What the entry about it says; the wrapped key only as a hash."""
        return {
            "number": self.number,
            "verifier_key": self.verifier_key,
            "wrapped_key_sha256": sha256(self.wrapped_key).hexdigest(),
            "made_at": instant_text(self.made_at),
        }


def verifier_keys() -> tuple[VerifierKey, ...]:
    """All keys that ever signed this log, to be handed to whoever checks it from outside.

    Raises MakegoodError MG748 where one is damaged.
    """
    with psycopg.Cursor(driver_connection()) as cursor:
        rows = cursor.execute(_VERIFIER_KEYS).fetchall()
    try:
        return tuple(VerifierKey.parse(row[0]) for row in sorted(rows))
    except BadNote as reason:
        hint = "run 'makegood audit verify'; restore the table audit_signer from a back-up"
        raise MakegoodError(
            Finding("MG748", f"a signing key of the log is damaged: {reason}", hint)
        ) from None


def newest_signer() -> Signer | None:
    """The key that signs, or nothing before the first."""
    with psycopg.Cursor(driver_connection()) as cursor:
        row = cursor.execute(_NEWEST, binary=True).fetchone()
    return Signer(*row) if row else None


def make_signer(keys: Wrapping, origin: str, actor: str) -> Signer:
    """A new signing key, which signs from now on; older ones go on verifying what they signed.

    The first is made with the first checkpoint: raises MakegoodError MG753 before it. Raises MG725
    where ``keys`` do not open the one that signs until now: a process that runs with a former
    master key wraps nothing more.
    """
    key = SigningKey.make(origin)
    # The master key may be a service on the network: it is asked before the transaction begins.
    newest = newest_signer()
    if newest is None:
        hint = "run 'makegood audit checkpoint', which makes the first key"
        raise MakegoodError(Finding("MG753", "the log has no checkpoint yet", hint))
    newest.opened(keys)
    wrapped = _wrapped(key, keys)
    with transaction.atomic():
        lock_tree(in_transaction())
        return keep_signer(str(key.verifier), wrapped, actor)


def rewrap_signer(rewrap: Rewrap, actor: str) -> Signer | None:
    """Wrap the key that signs by another master key; nothing where there is nothing to do.

    In the caller's transaction. The row wrapped by the former one stays, as every row does;
    without the former master key it is of no use to anybody.
    """
    lock_tree(in_transaction())
    signer = newest_signer()
    wrapped = signer.rewrapped(rewrap) if signer else b""
    if signer is None or wrapped == signer.wrapped_key:
        return None
    return keep_signer(signer.verifier_key, wrapped, actor)


def signer_for(keys: Wrapping, origin: str) -> tuple[Signer | None, SigningKey, bytes]:
    """The signer, its key, and the key wrapped; a new key without a signer where there is none.

    Raises MakegoodError MG742 where the log was begun under another name.
    """
    signer = newest_signer()
    if signer is None:
        made = SigningKey.make(origin)
        return None, made, _wrapped(made, keys)
    key = signer.opened(keys)
    if key.name != origin:
        raise MakegoodError(
            Finding(
                "MG742",
                f"this log is '{key.name}', and the settings call it '{origin}'",
                f"set MAKEGOOD_LOG_ORIGIN to {key.name}: a log keeps its name",
            )
        )
    return signer, key, signer.wrapped_key


def keep_signer(verifier_key: str, wrapped: bytes, actor: str) -> Signer:
    """Add a signer, with its entry: in the caller's transaction, under the tree's lock."""
    newest = newest_signer()
    signer = Signer(newest.number + 1 if newest else 1, verifier_key, wrapped, now())
    with psycopg.Cursor(in_transaction()) as cursor:
        cursor.execute(_ADD, (signer.number, signer.verifier_key, wrapped, signer.made_at))
    append(Record(SIGNER_MADE, actor, subject=f"signer:{signer.number}", details=signer.facts()))
    return signer


def _wrapped(key: SigningKey, keys: Wrapping) -> bytes:
    return keys.wrap(key.seed, _associated(str(key.verifier)))


def _associated(verifier_key: str) -> bytes:
    """Binds a wrapped key to its row: another row's would not open there."""
    return b"makegood.audit.signer " + verifier_key.encode()
