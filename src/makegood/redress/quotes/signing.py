"""Quotes are signed by the key of the log, opened once in a process."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from makegood.trust.audit import newest_signer, publish_checkpoint

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.trust.audit.note import SigningKey


def sign(text: str) -> str:
    """The note of a text. Raises MakegoodError MG720 to MG725 as the master key does.

    The log's first key is made with its first checkpoint: where there is none yet, it is signed
    here.
    """
    from django.conf import settings

    installation: Settings = settings.INSTALLATION
    signer = newest_signer()
    if signer is None:
        publish_checkpoint(_master_key(installation), installation.log_origin)
        signer = newest_signer()
    if signer is None:
        raise RuntimeError("a checkpoint was signed, and there is no signer")
    key = _opened(signer.number, signer.verifier_key, signer.wrapped_key)
    return key.sign(text).render()
