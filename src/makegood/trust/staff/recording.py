"""What happens to accounts, sessions and devices goes to the log."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from makegood.trust.audit import Json, Record, append

UNKNOWN = "staff:unknown"
"""The actor where nobody knows yet who it is."""


def record(
    kind: str,
    *,
    actor: str = UNKNOWN,
    subject: str = "",
    source: str = "",
    details: Mapping[str, Json] | None = None,
) -> None:
    """Write an entry: in the caller's transaction, or where there is none in one of its own."""
    with transaction.atomic():
        append(
            Record(kind=kind, actor=actor, subject=subject, source=source, details=details or {})
        )
