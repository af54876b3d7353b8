"""What is over is forgotten: attempts, counted tries, sessions, what the site knew of a browser.

That somebody signed in stays in the log, by their pseudonym.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from makegood.trust.clock import now
from makegood.trust.customers.asking import KEPT_AFTER
from makegood.trust.customers.guessing import FORGOTTEN_AFTER
from makegood.trust.customers.installation import installation

_ATTEMPTS = "DELETE FROM customers_attempt WHERE expires_at < %s"
_GUESSES = """
DELETE FROM customers_guesses
WHERE last_at < %s AND (locked_until IS NULL OR locked_until <= %s)
"""
_SESSIONS = "DELETE FROM customers_session WHERE started_at < %s"
_BROWSERS = "DELETE FROM customers_browser WHERE expire_date < %s"


def forget_expired() -> int:
    """Take away what no longer counts; how many rows. For the worker, once an hour or so."""
    instant = now()
    longest = timedelta(hours=installation().customer_session_hours)
    acts = (
        (_ATTEMPTS, [instant - KEPT_AFTER]),
        (_GUESSES, [instant - FORGOTTEN_AFTER, instant]),
        (_SESSIONS, [instant - longest - FORGOTTEN_AFTER]),
        # Django judges its sessions by the machine's clock.
        (_BROWSERS, [timezone.now()]),
    )
    forgotten = 0
    with connection.cursor() as cursor:
        for statement, values in acts:
            cursor.execute(statement, values)
            forgotten += cursor.rowcount
    return forgotten
