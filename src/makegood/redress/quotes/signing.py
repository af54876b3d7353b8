"""Quotes are signed by the key of the log, opened once in a process."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from makegood.trust.audit import Signer, SigningKey, newest_signer, publish_checkpoint
from makegood.trust.keys import MasterKey

if TYPE_CHECKING:
    from makegood.configuration import Settings


def signing_key() -> SigningKey:
    """The key that signs quotes; ask before a transaction: the master key may be far away.

    The log's key is made with its first checkpoint; where there is none yet, it is signed here.
    Raises MakegoodError MG720 to MG725 as the master key does, MG748 where the key is damaged.
    """
    return _opened(_newest())


def last_signing_key() -> tuple[str, SigningKey]:
    """The verifier key and the key that signed the last time, or the one that signs now.

    For who is told by the statement that keeps what was signed whether it is still the one.
    """
    held = _last.held
    if held is None:
        signer = _newest()
        held = _last.held = signer.verifier_key, _opened(signer)
    return held


def forget_signing_key() -> None:
    """Ask anew the next time."""
    _last.held = None


def _newest() -> Signer:
    installation: Settings = settings.INSTALLATION
    signer = newest_signer()
    if signer is None:
        publish_checkpoint(MasterKey.open(installation), installation.log_origin)
        signer = newest_signer()
    if signer is None:
        raise RuntimeError("a checkpoint was signed, and there is no signer")
    return signer


class _Last:
    """Read and replaced as a whole, by any thread."""

    held: tuple[str, SigningKey] | None = None


_last = _Last()


@lru_cache(maxsize=4)
def _opened(signer: Signer) -> SigningKey:
    # Wrapped anew by another master key it is another signer here.
    return signer.opened(MasterKey.open(settings.INSTALLATION))
