"""A proposal as it stands, and its one form of contents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from makegood.kernel import Finding, MakegoodError
from makegood.trust.audit import Json, NotCanonical, canonical
from makegood.trust.proposals.kinds import ProposalKind

CONTENTS_BYTES_MAX = 20_000
"""The log keeps the contents beside their hash, in one entry."""

_ZERO = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""The character of code 0 as JSON writes it, which jsonb does not take."""


class State(StrEnum):
    """Where in its life a proposal is. A trigger of the table holds which may follow which."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal. Actors are ``staff:<id>`` or ``console:<user>``; times have their zone.

    ``expires_at`` is until when an open one may be decided, and an approved one used.
    """

    proposal_id: UUID
    kind: ProposalKind
    subject: str
    contents: Mapping[str, Json]
    contents_hash: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    state: State
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    used_at: datetime | None
    used_by: str

    def state_at(self, instant: datetime) -> State:
        """Its state by the clock: what nobody has marked yet may have expired all the same."""
        is_live = self.state in {State.OPEN, State.APPROVED}
        return State.EXPIRED if is_live and instant >= self.expires_at else self.state


def canonical_contents(contents: Mapping[str, Json]) -> str:
    """The one form of contents, which is that of the log (RFC 8785).

    Raises MakegoodError MG768 for what has no place in the log, for a character that the database
    cannot keep, and for more than 20,000 bytes.
    """
    try:
        text = canonical(contents).decode()
    except NotCanonical as reason:
        raise _unusable(str(reason)) from None
    if _ZERO.search(text):
        raise _unusable("a text holds a character that the database cannot keep")
    size_bytes = len(text.encode())
    if size_bytes > CONTENTS_BYTES_MAX:
        raise _unusable(f"{size_bytes:,} bytes, and {CONTENTS_BYTES_MAX:,} may be")
    return text


def hash_of(contents: Mapping[str, Json]) -> str:
    """SHA-256 of the canonical contents, in hex: what is approved, to the letter."""
    return sha256(canonical_contents(contents).encode()).hexdigest()


def _unusable(why: str) -> MakegoodError:
    hint = "give whole numbers, texts, lists and objects; refer to what is long by its hash"
    return MakegoodError(Finding("MG768", f"contents that cannot be proposed: {why}", hint))
