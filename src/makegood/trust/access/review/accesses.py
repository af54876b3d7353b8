"""Accesses to personal data, consents recorded, and refusals, as the log tells them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from makegood.trust.access.consents import Consent
from makegood.trust.audit import Entry, Selection, entries

LOOKED_UP = "personal_data.looked_up"
READ_MASKED = "personal_data.read_masked"
REVEALED = "personal_data.revealed"
DOWNLOADED = "personal_data.downloaded"
CORRECTED = "personal_data.corrected"
DELETED = "personal_data.deleted"
CONSENT_GIVEN = "consent.given"
REFUSED = "access.refused"
KINDS = (
    *(LOOKED_UP, READ_MASKED, REVEALED, DOWNLOADED, CORRECTED, DELETED),
    *(CONSENT_GIVEN, REFUSED),
)

OWN_CONSENT_SPAN = timedelta(hours=1)
"""So soon after a consent is recorded, opening the data is noted when the same member does both."""

_OPENING = frozenset({REVEALED, DOWNLOADED, CORRECTED})
_WORDS_OF_DETAILS = ("act", "network", "reason", "evidence")


@dataclass(frozen=True, slots=True)
class Access:
    """One entry about one person's data: who, when, from where, whom, which task, what for.

    ``at`` is in the zone of working hours. ``fields`` are those revealed or corrected.
    ``evidence`` is what proves a consent that was recorded; ``own_evidence`` the same of the
    consent that the actor recorded within the hour before opening the person's data. A consent by
    code is not among those: the customer's telephone proves it, and there is no recording.
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
    evidence: str
    fields: tuple[str, ...]
    own_evidence: str = ""

    @property
    def day(self) -> date:
        """The day on which it was, where people work."""
        return self.at.date()

    @property
    def allowed(self) -> bool:
        """Whether something of the person was seen or done; a consent recorded is neither."""
        return self.kind not in {REFUSED, CONSENT_GIVEN}

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
            "evidence": self.evidence,
        }


def accesses(
    zone: ZoneInfo,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    person: str = "",
) -> Iterator[Access]:
    """All accesses of a stretch of time, or to one person, in the order of the log."""
    # A consent from just before the stretch belongs to what was opened in it.
    begin = since - OWN_CONSENT_SPAN if since else None
    wanted = Selection(kinds=KINDS, since=begin, until=until, person=person)
    found = _with_own_consents(_access(entry, zone) for entry in entries(wanted))
    return (access for access in found if since is None or access.at >= since)


def _with_own_consents(found: Iterator[Access]) -> Iterator[Access]:
    """The same accesses; each opening knows of a consent that its actor recorded just before."""
    # Consents by actor and person, the oldest first: those of the last hour are kept.
    recorded: dict[tuple[str, str], Access] = {}
    for access in found:
        while recorded:
            oldest = next(iter(recorded))
            if access.at - recorded[oldest].at <= OWN_CONSENT_SPAN:
                break
            del recorded[oldest]
        both = (access.actor, access.person)
        if access.kind == CONSENT_GIVEN and access.evidence != Consent.BY_CODE:
            recorded.pop(both, None)
            recorded[both] = access
        if access.kind in _OPENING and both in recorded:
            yield replace(access, own_evidence=recorded[both].evidence)
        else:
            yield access


def _access(entry: Entry, zone: ZoneInfo) -> Access:
    record = entry.record
    act, network, reason, evidence = (
        str(record.details.get(name, "")) for name in _WORDS_OF_DETAILS
    )
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
        evidence,
        tuple(map(str, fields)) if isinstance(fields, list | tuple) else (),
    )
