"""Accesses to personal data, and refusals, as the log tells them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from makegood.trust.audit import Entry, Selection, entries

LOOKED_UP = "personal_data.looked_up"
READ_MASKED = "personal_data.read_masked"
REVEALED = "personal_data.revealed"
DOWNLOADED = "personal_data.downloaded"
CORRECTED = "personal_data.corrected"
DELETED = "personal_data.deleted"
REFUSED = "access.refused"
KINDS = (LOOKED_UP, READ_MASKED, REVEALED, DOWNLOADED, CORRECTED, DELETED, REFUSED)

_WORDS_OF_DETAILS = ("act", "network", "reason")


@dataclass(frozen=True, slots=True)
class Access:
    """One entry about one person's data: who, when, from where, whom, which task, what for.

    ``at`` is in the zone of working hours. ``fields`` are those revealed or corrected.
    """

    entry_id: str
    at: datetime
    kind: str
    actor: str
    source: str
    person: str
    purpose: str
    case: str
    act: str
    network: str
    reason: str
    fields: tuple[str, ...]

    @property
    def day(self) -> date:
        """The day on which it was, where people work."""
        return self.at.date()

    @property
    def allowed(self) -> bool:
        """Whether something was seen or done."""
        return self.kind != REFUSED

    def as_json(self) -> dict[str, object]:
        """Plain values, for ``--json``."""
        return {
            "entry": self.entry_id,
            "at": self.at.isoformat(),
            "kind": self.kind,
            "actor": self.actor,
            "source": self.source,
            "person": self.person,
            "purpose": self.purpose,
            "case": self.case,
            "act": self.act,
            "fields": list(self.fields),
            "reason": self.reason,
        }


def accesses(
    zone: ZoneInfo,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    person: str = "",
) -> Iterator[Access]:
    """All accesses of a stretch of time, or to one person, in the order of the log."""
    wanted = Selection(kinds=KINDS, since=since, until=until, person=person)
    return (_access(entry, zone) for entry in entries(wanted))


def _access(entry: Entry, zone: ZoneInfo) -> Access:
    record = entry.record
    act, network, reason = (str(record.details.get(name, "")) for name in _WORDS_OF_DETAILS)
    fields = record.details.get("fields")
    return Access(
        str(entry.entry_id),
        entry.written_at.astimezone(zone),
        record.kind,
        record.actor,
        record.source,
        record.person,
        record.purpose,
        record.case,
        act,
        network,
        reason,
        tuple(map(str, fields)) if isinstance(fields, list | tuple) else (),
    )
