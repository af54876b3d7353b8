"""The values of the waiting room, and its times in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SYNC_SECONDS = 1.0
"""How often a process that has requests tells the others what it saw, and looks at the gate."""
ALIVE_SECONDS = 90
"""Who has not asked for as long is passed over until they ask again; a hidden tab asks once a
minute."""
CALLED_SECONDS = 90
"""How long a place inside is kept for somebody who was called."""
UNCONFIRMED_SECONDS = 120
"""How long somebody takes a place who was let in and has asked for nothing since."""
ACTIVE_SECONDS = 180
"""How long somebody takes a place after their last request."""
IDLE_SECONDS = 15 * 60
"""How long somebody who was let in may go on after their last request without waiting again."""
SUBMIT_SECONDS = 2 * 3600
"""What somebody who was let in submits is taken for as long."""
TICKET_SECONDS = 4 * 3600
"""How long a ticket keeps its place without asking."""
SETTLE_SECONDS = 15
"""After an outage nobody is called for as long, so that all who came meanwhile have asked."""
AGAIN_SECONDS_MIN, AGAIN_SECONDS_MAX = 3, 60
"""How soon and how late a page asks again."""
DISTURBED_AGAIN_SECONDS = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(instant: datetime) -> int:
    """An instant as a number of a ticket: microseconds since 1970."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Pass:
    """What the signed cookie says: a number, and whether its holder was let in.

    ``is_new``: let in, and nothing was asked for since. ``issued_at`` in whole seconds since 1970.
    """

    number: int
    is_inside: bool
    issued_at: int
    is_new: bool = False

    @classmethod
    def ticket(cls, number: int, instant: datetime) -> Pass:
        """The pass of somebody who waits, as of an instant."""
        return cls(number, is_inside=False, issued_at=int(instant.timestamp()))

    @classmethod
    def inside(cls, number: int, instant: datetime) -> Pass:
        """The pass of somebody who is let in at an instant."""
        return cls(number, is_inside=True, issued_at=int(instant.timestamp()), is_new=True)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What somebody who waits is told.

    ``ahead``: how many are before them, at most; ``seconds``: an estimate; each None where nobody
    can say. ``again_seconds``: when to ask again. ``is_crowded``: too many from the same address
    wait already, so there is no ticket yet. ``is_disturbed``: the places are kept, and nobody is
    let in at the moment.
    """

    ahead: int | None
    seconds: float | None
    again_seconds: int
    is_crowded: bool = False
    is_disturbed: bool = False


@dataclass(frozen=True, slots=True)
class Admitted:
    """Go on; ``renewed`` is the pass to be handed out, None where the old one does."""

    renewed: Pass | None = None


@dataclass(frozen=True, slots=True)
class Waits:
    """Wait; ``held`` is the ticket to be handed out, None where there is none yet."""

    held: Pass | None
    outlook: Outlook


Ruling = Admitted | Waits


@dataclass(frozen=True, slots=True)
class Limits:
    """What is set: 0 means measured. ``target_seconds``: 95 of 100 answers should take less.

    ``tickets_a_source``: how many from one address wait and are inside, together, at most.
    """

    inside_max: int = 0
    admissions_a_minute: int = 0
    target_seconds: float = 0.5
    tickets_a_source: int = 200
