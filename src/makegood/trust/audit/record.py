"""What is written to the log: a record becomes an entry with an identifier and a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from makegood.kernel import Finding, MakegoodError, did_you_mean
from makegood.trust.audit.canonical_json import Json, NotCanonical, canonical
from makegood.trust.audit.kinds import KINDS
from makegood.trust.audit.tree import leaf_hash

PAYLOAD_BYTES_MAX = 65_535
"""The longest entry that an entry bundle has room for (C2SP tlog-tiles: 16-bit lengths)."""

TEXTS = ("kind", "actor", "subject", "person", "purpose", "case", "source")
"""Fields of a record that are columns of their own, in the order of the table."""

_CONTROL = frozenset(chr(code) for code in (*range(0x20), 0x7F))


@dataclass(frozen=True, slots=True)
class Record:
    """What is to be written. Plain values only and never personal data.

    Persons are named by their pseudonym, ``customer_id``. ``kind`` is one of ``KINDS``; ``actor``
    is ``staff:<id>``, ``console:<os user>`` or ``system:<part>``; ``details`` hold JSON without
    floats.
    """

    kind: str
    actor: str
    subject: str = ""
    person: str = ""
    purpose: str = ""
    case: str = ""
    source: str = ""
    details: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it stands in the log. ``payload`` is what the tree covers."""

    entry_id: UUID
    written_at: datetime
    record: Record
    payload: bytes

    def leaf_hash(self) -> bytes:
        """The hash under which the tree holds it."""
        return leaf_hash(self.payload)


def entry_of(record: Record, entry_id: UUID, written_at: datetime) -> Entry:
    """The entry that a record becomes.

    Raises MakegoodError MG740 for a kind that is not declared, MG741 where a value has no place in
    the log: control characters, floats, more than 65,535 bytes in all.
    """
    if record.kind not in KINDS:
        hint = did_you_mean(record.kind, KINDS) or "declare it in trust/audit/kinds.py"
        raise MakegoodError(Finding("MG740", f"'{record.kind}' is no kind of entry", hint))
    fields: dict[str, Json] = {name: getattr(record, name) for name in TEXTS}
    for name, text in fields.items():
        if not isinstance(text, str) or not _CONTROL.isdisjoint(text):
            raise _unwritable(f"'{name}' is no text of one line")
    if not record.actor:
        raise _unwritable("'actor' is empty")
    fields["details"] = record.details
    fields["entry_id"] = str(entry_id)
    fields["written_at"] = instant_text(written_at)
    try:
        payload = canonical(fields)
    except NotCanonical as reason:
        raise _unwritable(str(reason)) from None
    if len(payload) > PAYLOAD_BYTES_MAX:
        raise _unwritable(f"it is {len(payload):,} bytes long, and {PAYLOAD_BYTES_MAX:,} may be")
    return Entry(entry_id, written_at, record, payload)


def instant_text(instant: datetime) -> str:
    """An instant as the log writes it: UTC, microseconds, ``Z``."""
    in_utc = instant.astimezone(UTC).replace(tzinfo=None)
    return f"{in_utc.isoformat(timespec='microseconds')}Z"


def _unwritable(why: str) -> MakegoodError:
    hint = "mend what writes it; nothing was written, and the act it records was not done"
    return MakegoodError(Finding("MG741", f"a record that the log cannot hold: {why}", hint))
