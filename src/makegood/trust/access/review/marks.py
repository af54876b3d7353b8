"""What reviewers said of findings. Written once, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from makegood.kernel import Finding, MakegoodError
from makegood.trust.clock import now

_MARKS = """
SELECT finding_id, looked_at, looked_at_by, verdict, note FROM access_looked_at WHERE month = %s
"""
_MAKE = """
INSERT INTO access_looked_at (finding_id, month, looked_at, looked_at_by, verdict, note)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING finding_id
"""


class Verdict(StrEnum):
    """What came of a finding."""

    EXPECTED = "expected"
    EXPLAINED = "explained"
    MISUSE = "misuse"


@dataclass(frozen=True, slots=True)
class Mark:
    """That somebody looked at a finding."""

    finding_id: str
    looked_at: datetime
    looked_at_by: str
    verdict: str
    note: str

    def as_json(self) -> dict[str, object]:
        """Plain values, for ``--json``."""
        return {
            "at": self.looked_at.isoformat(),
            "by": self.looked_at_by,
            "verdict": self.verdict,
            "note": self.note,
        }


def marks_of(month: date) -> dict[str, Mark]:
    """All marks of a month, by finding."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_MARKS, [month])
        return {row[0]: Mark(*row) for row in cursor.fetchall()}


def make_mark(finding_id: str, month: date, actor: str, verdict: str, note: str) -> Mark:
    """Write a mark. Raises MakegoodError MG777 where the finding has one."""
    from django.db import connection

    instant = now()
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, [finding_id, month, instant, actor, verdict, note])
        if cursor.fetchone() is None:
            message = f"somebody has looked at '{finding_id}' already"
            raise MakegoodError(Finding("MG777", message, "what was said of it stays as it is"))
    return Mark(finding_id, instant, actor, verdict, note)
