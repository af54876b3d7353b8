"""Customers' sessions: short, bound to their browser, and ended by a word in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from makegood.trust.clock import now
from makegood.trust.customers.installation import installation
from makegood.trust.customers.models import Stay
from makegood.trust.customers.recording import record
from makegood.trust.customers.values import CustomerSession, SessionEnd
from makegood.trust.statements import prepared_cursor

_SEEN_SECONDS = 30
"""How exactly the last request is kept: not each one is worth a write."""
_SEEN = """
UPDATE customers_session SET last_seen_at = %(at)s
WHERE session_id = %(session)s AND ended_at IS NULL
"""
# The answer does not wait for the disk: after a crash a session is at most a second more idle.
_SEEN_APART = f"""
WITH apart AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
{_SEEN} AND EXISTS (SELECT FROM apart)
"""

_ENTRIES = {
    SessionEnd.SIGNED_OUT: "customer.signed_out",
    SessionEnd.SIGNED_IN_ANEW: "customer.signed_out",
    SessionEnd.IDLE: "session.expired",
    SessionEnd.TOO_OLD: "session.expired",
    SessionEnd.REVOKED: "session.revoked",
}


def open_session(shown: CustomerSession, *, browser_hash: str, language: str, source: str) -> Stay:
    """The session of somebody who has just shown who they are."""
    instant = now()
    with transaction.atomic():
        stay = Stay.objects.create(
            customer_id=shown.customer_id,
            strength=shown.strength,
            language=language,
            browser_hash=browser_hash,
            signed_in_at=shown.signed_in_at,
            started_at=instant,
            last_seen_at=instant,
        )
        _signed_in(stay, source)
    return stay


def shown_again(stay: Stay, shown: CustomerSession, *, source: str) -> None:
    """The customer of a session has shown again who they are: it goes on, as fresh as new."""
    stay.strength, stay.signed_in_at, stay.last_seen_at = shown.strength, shown.signed_in_at, now()
    with transaction.atomic():
        stay.save(update_fields=["strength", "signed_in_at", "last_seen_at"])
        _signed_in(stay, source)


def why_over(stay: Stay, browser_hash: str, instant: datetime) -> SessionEnd | None:
    """Why a session may not go on; None where it may."""
    if stay.ended_at is not None:
        return SessionEnd(stay.end_reason)
    settings = installation()
    oldest = timedelta(hours=settings.customer_session_hours)
    idlest = timedelta(minutes=settings.customer_session_idle_minutes)
    if instant - stay.started_at >= oldest:
        return SessionEnd.TOO_OLD
    if instant - stay.last_seen_at >= idlest:
        return SessionEnd.IDLE
    return SessionEnd.OTHER_BROWSER if stay.browser_hash != browser_hash else None


def seen(stay: Stay, instant: datetime) -> None:
    """Keep that the session is in use."""
    if instant - stay.last_seen_at < timedelta(seconds=_SEEN_SECONDS):
        return
    statement = _SEEN if connection.in_atomic_block else _SEEN_APART
    with prepared_cursor() as cursor:
        cursor.execute(statement, {"session": stay.pk, "at": instant})


def end(stay: Stay, reason: SessionEnd, *, actor: str = "", source: str = "") -> bool:
    """End a session, once, and say so in the log; whether it was open."""
    with transaction.atomic():
        ended = Stay.objects.filter(pk=stay.pk, ended_at=None).update(
            ended_at=now(), end_reason=reason
        )
        if ended:
            record(
                _ENTRIES.get(reason, "session.refused"),
                actor=actor or f"customer:{stay.customer_id}",
                customer_id=stay.customer_id,
                subject=f"session:{stay.session_id}",
                source=source,
                details={"why": str(reason)},
            )
    return bool(ended)


def end_sessions_of(customer_id: str, *, actor: str) -> int:
    """End every open session of a customer; how many. Each next request finds it over."""
    found = list(Stay.objects.filter(customer_id=customer_id, ended_at=None))
    return sum(end(stay, SessionEnd.REVOKED, actor=actor) for stay in found)


def end_every_customer_session(*, actor: str) -> int:
    """End every open session of every customer, each with its entry; how many."""
    found = list(Stay.objects.filter(ended_at=None))
    return sum(end(stay, SessionEnd.REVOKED, actor=actor) for stay in found)


def _signed_in(stay: Stay, source: str) -> None:
    record(
        "customer.signed_in",
        actor=f"customer:{stay.customer_id}",
        customer_id=stay.customer_id,
        subject=f"session:{stay.session_id}",
        source=source,
        details={"strength": stay.strength},
    )
