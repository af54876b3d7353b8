"""What a customer's consent is worth now, by the clock."""

from __future__ import annotations

from datetime import datetime

from makegood.trust.clock import now

_ROWS = """
SELECT expires_at, withdrawn_at FROM access_consent
WHERE customer_id = %s AND purpose = %s AND given_at <= %s
ORDER BY given_at DESC, consent_id DESC
"""


def consent_state(customer_id: str, purpose: str) -> str:
    """``valid``, ``withdrawn``, ``expired`` or ``none``: a word that the policies know.

    One valid consent is enough; where there is none, the newest says why.
    """
    from django.db import connection

    instant = now()
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [customer_id, purpose, instant])
        states = [_state(expires, withdrawn, instant) for expires, withdrawn in cursor.fetchall()]
    if "valid" in states:
        return "valid"
    return states[0] if states else "none"


def _state(expires_at: datetime, withdrawn_at: datetime | None, instant: datetime) -> str:
    if withdrawn_at is not None and withdrawn_at <= instant:
        return "withdrawn"
    return "expired" if expires_at <= instant else "valid"
