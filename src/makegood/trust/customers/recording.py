"""What happens to customers' sign-in goes to the log, without an address or a number."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from makegood.trust.audit import Json, Record, append
from makegood.trust.customers.keyed import mark_of

UNKNOWN = "customer:unknown"
"""The actor where nobody knows yet who it is."""


def record(
    kind: str,
    *,
    customer_id: str = "",
    actor: str = "",
    subject: str = "",
    source: str = "",
    details: Mapping[str, Json] | None = None,
) -> None:
    """Write an entry: in the caller's transaction, or where there is none in one of its own.

    ``source`` is an address; the log gets a mark of it.
    """
    who = f"customer:{customer_id}" if customer_id else ""
    with transaction.atomic():
        append(
            Record(
                kind=kind,
                actor=actor or UNKNOWN,
                subject=subject or who,
                person=customer_id,
                source=mark_of(source) if source else "",
                details=details or {},
            )
        )
