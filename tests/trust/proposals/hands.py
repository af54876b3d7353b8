"""What tests of proposals share: a clock that is moved by hand, actors, one thing to propose."""

from datetime import UTC, datetime, timedelta

from makegood.trust.audit import Json
from makegood.trust.proposals import ProposalKind, hash_of, propose

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ANN, BEN, EVE = "staff:1", "staff:2", "staff:3"
RUN = ProposalKind.RELEASE_RUN
CONTENTS: dict[str, Json] = {"shards": 12, "total": 1_234_500, "sha256": "ab" * 32}
HASH = hash_of(CONTENTS)


class Hand:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.instant = START

    def now(self) -> datetime:
        return self.instant

    def go(self, **time: float) -> None:
        self.instant += timedelta(**time)


def proposed(by: str = ANN, subject: str = "run:2026-02"):
    return propose(RUN, subject, CONTENTS, "the run of February", by=by, source="10.1.0.7")
