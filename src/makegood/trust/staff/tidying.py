"""What is over is forgotten: browsers' sessions, counted guesses, used-up codes.

Rows of ``staff_session``, devices and invitations stay: with the log they say who was here when.
"""

from __future__ import annotations

from django.contrib.sessions.models import Session as Row
from django.db import connection
from django.utils import timezone

from makegood.trust.clock import now
from makegood.trust.staff.guessing import FORGOTTEN_AFTER
from makegood.trust.staff.models import Guesses


def forget_expired() -> int:
    """Take away what no longer counts; how many rows. For the worker, once an hour or so."""
    instant = now()
    # Django judges its sessions and its cache by the machine's clock.
    sessions, _ = Row.objects.filter(expire_date__lt=timezone.now()).delete()
    guesses, _ = (
        Guesses.objects.filter(last_failed_at__lt=instant - FORGOTTEN_AFTER)
        .exclude(locked_until__gt=instant)
        .delete()
    )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM web_cache WHERE expires < %s", [timezone.now()])
        return sessions + guesses + int(cursor.rowcount)
