"""A proposal as it stands, and its one form of contents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from makegood.kernel import Finding, MakegoodError
from makegood.trust.audit import Json
from makegood.trust.proposals.kinds import ProposalKind

CONTENTS_BYTES_MAX = 20_000
"""The log keeps the contents beside their hash, in one entry."""


class State(StrEnum):
    """Where in its life a proposal is."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    USED = "used"


MAY_BECOME: Mapping[State, frozenset[State]] = {
    State.OPEN: frozenset({State.APPROVED, State.REFUSED, State.WITHDRAWN, State.EXPIRED}),
    State.APPROVED: frozenset({State.USED, State.EXPIRED}),
    State.REFUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.EXPIRED: frozenset(),
    State.USED: frozenset(),
}
"""Which state may follow which. A trigger of the table holds the same."""


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
    """The one form of contents: keys sorted, no spaces.

    Raises MakegoodError MG768 for floats, keys that are not texts, and more than 20,000 bytes.
    """
    _expect_plain(contents)
    try:
        text = json.dumps(
            contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        )
        size_bytes = len(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise _unusable("they are no plain JSON") from error
    if size_bytes > CONTENTS_BYTES_MAX:
        raise _unusable(f"{size_bytes:,} bytes, and {CONTENTS_BYTES_MAX:,} may be")
    return text


def hash_of(contents: Mapping[str, Json]) -> str:
    """SHA-256 of the canonical contents, in hex: what is approved, to the letter."""
    return sha256(canonical_contents(contents).encode()).hexdigest()


def _expect_plain(value: object) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise _unusable("a key is no text")
            _expect_plain(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _expect_plain(inner)
    elif isinstance(value, float):
        raise _unusable("a float has no one form; write a whole number or a text")
    elif isinstance(value, str) and "\x00" in value:
        raise _unusable("a text holds a character that the database cannot keep")


def _unusable(why: str) -> MakegoodError:
    hint = "give whole numbers, texts, lists and objects; refer to what is long by its hash"
    return MakegoodError(Finding("MG768", f"contents that cannot be proposed: {why}", hint))
