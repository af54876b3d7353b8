"""How many accesses there were on each day for each purpose: counts that name nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from makegood.trust.access.gate import Request, decide, write_decision
from makegood.trust.access.review.accesses import CONSENT_GIVEN, KINDS
from makegood.trust.access.visitor import Visitor
from makegood.trust.access.writing import committed_before_shown
from makegood.trust.audit import lowest_at
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

# An identifier begins with its time, so that its own index gives the days.
_COUNTS = """
SELECT (written_at AT TIME ZONE %(zone)s)::date AS day, purpose, kind, count(*)
FROM audit_entry
WHERE entry_id >= %(since)s AND entry_id < %(until)s AND kind = ANY(%(kinds)s)
GROUP BY day, purpose, kind ORDER BY day, purpose, kind
"""


@dataclass(frozen=True, slots=True)
class AccessCount:
    """Accesses of a kind, or refusals, on a day, for a purpose; empty where none was named."""

    day: date
    purpose: str
    kind: str
    count: int


def access_counts(
    visitor: Visitor,
    zone: ZoneInfo,
    since: datetime,
    until: datetime,
    *,
    purpose: str = Purpose.AUDIT,
) -> list[AccessCount]:
    """Accesses to personal data by day, purpose and kind, from ``since`` to before ``until``.

    Itself recorded. Raises Refused MG770, and MakegoodError MG771.
    """
    from django.db import connection

    decision = decide(Request(visitor, Act.READ_LOG, Resource(ResourceKind.LOG), purpose))
    with committed_before_shown(), connection.cursor() as cursor:
        cursor.execute(
            _COUNTS,
            {
                "zone": str(zone),
                "since": lowest_at(since),
                "until": lowest_at(until),
                "kinds": [kind for kind in KINDS if kind != CONSENT_GIVEN],
            },
        )
        found = [AccessCount(*row) for row in cursor.fetchall()]
        write_decision(decision, "log.read", [], what="access_counts")
    return found
