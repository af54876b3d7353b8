"""Visitors as the domain knows them, and what the log says of them."""

import json
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from django.db import connection

from makegood.kernel import FixedClock
from makegood.trust import clock
from makegood.trust.access import Visitor
from makegood.trust.policy import Principal, Role
from makegood.trust.vault import Account, Person

MINSU = Person(
    "C0001", "김민수", "010-1234-5678", date(1985, 3, 7), "minsu@example.com", "서울특별시 강남구 1"
)
JIYEON = Person("C0002", "이지연", "010-1234-5678", date(1990, 12, 24))
MINSU_ACCOUNT = Account("C0001", "004", "110123456789", "김민수")
SECRETS = ("김민수", "이지연", "1234-5678", "12345678", "minsu", "강남", "110123456789", "1985-03")

# A Tuesday at 14 o'clock in Seoul.
AFTERNOON = datetime(2026, 11, 17, 5, 0, tzinfo=UTC)


def at(instant):
    """The clock stands at an instant."""
    return clock.use(FixedClock(instant))


@contextmanager
def later(**spans):
    """So much later than the clock of the test stands."""
    with at(clock.now() + timedelta(**spans)):
        yield


def agent(name="bora", role=Role.CALL_CENTRE_AGENT, **changes):
    """A member of staff at the office, on a known device, just signed in with a passkey."""
    seconds = changes.pop("signed_in_seconds_ago", 60)
    active = changes.pop("active", True)
    values = {
        "session_id": f"session-of-{name}",
        "device": "enrolled",
        "sign_in_strength": "passkey",
        "signed_in_at": clock.now() - timedelta(seconds=seconds),
        "network": "office",
        "source": "198.51.100.7",
        **changes,
    }
    return Visitor(Principal(name, frozenset({role}), active=active), **values)


def entries(kind=None):
    """All entries of the log, or those of a kind, in the order in which they were written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM audit_entry ORDER BY entry_id")
        found = [json.loads(bytes(row[0])) for row in cursor.fetchall()]
    return [entry for entry in found if kind in {None, entry["kind"]}]
