"""Since when there is a log, and how far it is known to be whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

YEARS_ASKED = 2
"""How long the law of the reference case asks for access logs to be kept."""

_STATE = """
SELECT (SELECT written_at FROM audit_entry ORDER BY entry_id LIMIT 1),
       (SELECT coalesce(max(leaf_index) + 1, 0) FROM audit_leaf),
       (SELECT count(*) FROM audit_pending),
       (SELECT size FROM audit_checkpoint ORDER BY number DESC LIMIT 1),
       (SELECT signed_at FROM audit_checkpoint ORDER BY number DESC LIMIT 1),
       (SELECT written_at FROM audit_entry WHERE kind = 'log.verified'
        ORDER BY entry_id DESC LIMIT 1)
"""


@dataclass(frozen=True, slots=True)
class LogState:
    """The log as a review tells of it. Nothing in it is ever deleted by the program.

    ``entries`` have their places in the tree, of which ``signed_entries`` are under the newest
    checkpoint. ``verified_at`` is when the whole log was last verified, as the log itself says.
    """

    oldest_at: datetime | None
    entries: int
    waiting: int
    signed_entries: int
    signed_at: datetime | None
    verified_at: datetime | None

    def as_json(self) -> dict[str, object]:
        """Plain values, for ``--json``."""

        def text(instant: datetime | None) -> str | None:
            return instant.isoformat() if instant else None

        return {
            "oldest_entry_at": text(self.oldest_at),
            "entries": self.entries,
            "waiting": self.waiting,
            "signed_entries": self.signed_entries,
            "signed_at": text(self.signed_at),
            "verified_at": text(self.verified_at),
            "years_asked": YEARS_ASKED,
        }


def log_state() -> LogState:
    """The state of the log now."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        oldest, size, waiting, signed, signed_at, verified_at = cursor.fetchone()
    return LogState(oldest, size, waiting, signed or 0, signed_at, verified_at)
