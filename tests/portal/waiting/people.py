"""People before the gate, on a clock of their own: several processes, one real database.

Everybody asks again when they are told to, at whichever process it falls to; inside they ask for
something every half minute until they sign out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from makegood.portal.waiting.gate_row import GateRow
from makegood.portal.waiting.room import Room
from makegood.portal.waiting.values import Admitted, Limits, Outlook, Pass, Waits

BEGIN = datetime(2026, 1, 14, 9, 0, tzinfo=UTC)
INSIDE_EVERY_SECONDS = 30.0


@dataclass(eq=False)
class Visitor:
    """Somebody who comes after so many seconds and stays so long; gives up, or looks away."""

    comes: float
    stays: float
    gives_up: float | None = None
    looks_away: tuple[float, float] | None = None
    held: Pass | None = None
    asked: float = 0.0
    entered: float | None = None
    left: float | None = None
    told: list[tuple[float, float | None]] = field(default_factory=list)

    @property
    def is_waiting(self) -> bool:
        return self.held is not None and not self.held.is_inside and self.left is None


class Day:
    """A day at the gate; ``until`` gives up on people that never get in."""

    def __init__(self, limits: Limits, processes: int = 1) -> None:
        self.limits = limits
        self.rooms = [self.room() for _ in range(processes)]
        self.people: list[Visitor] = []
        self.seconds = 0.0
        self._turn = count()
        self._events: list[tuple[float, int, Visitor | None, int]] = []

    def room(self) -> Room:
        return Room(lambda: self.limits)

    @property
    def instant(self) -> datetime:
        return BEGIN + timedelta(seconds=self.seconds)

    def comes(self, visitor: Visitor) -> None:
        self.people.append(visitor)
        heappush(self._events, (visitor.comes, next(self._turn), visitor, 0))

    def dies(self, at: float, process: int) -> None:
        """A process is killed and another begins in its place, knowing nothing."""
        heappush(self._events, (at, next(self._turn), None, process))

    def run(self, until: float) -> None:
        while self._events and self._events[0][0] <= until:
            self.seconds, turn, visitor, process = heappop(self._events)
            if visitor is None:
                self.rooms[process % len(self.rooms)] = self.room()
            else:
                self._ask(visitor, turn)

    def _ask(self, visitor: Visitor, turn: int) -> None:
        until = None if visitor.gives_up is None else visitor.comes + visitor.gives_up
        if until is not None and visitor.entered is None and self.seconds >= until:
            visitor.left = self.seconds
            return
        room = self.rooms[turn % len(self.rooms)]
        ruling = room.rule(visitor.held, "", self.instant, submits=False)
        visitor.asked = self.seconds
        if isinstance(ruling, Waits):
            assert visitor.entered is None, "who is inside is never sent back to the queue"
            visitor.held = ruling.held
            visitor.told.append((self.seconds, ruling.outlook.seconds))
            self.told(visitor, ruling.outlook)
            self._again(visitor, self._later(visitor, ruling.outlook.again_seconds))
        else:
            self._inside(visitor, room, ruling)

    def _inside(self, visitor: Visitor, room: Room, ruling: Admitted) -> None:
        visitor.held = ruling.renewed or visitor.held
        if visitor.entered is None:
            visitor.entered = self.seconds
            self.entered(visitor)
        stays_until = visitor.entered + visitor.stays
        if self.seconds >= stays_until:
            assert visitor.held
            room.note_left(visitor.held.number)
            visitor.left = self.seconds
            return
        self._again(visitor, min(INSIDE_EVERY_SECONDS, stays_until - self.seconds))

    def entered(self, visitor: Visitor) -> None:
        """What holds when somebody is let in is asked here."""

    def told(self, visitor: Visitor, outlook: Outlook) -> None:
        """What holds when somebody is told to wait is asked here."""

    def called(self) -> set[int]:
        """The numbers of those who were called and have not come yet."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM waiting_ticket WHERE called_at IS NOT NULL")
            return {number for (number,) in cursor.fetchall()}

    def _later(self, visitor: Visitor, seconds: float) -> float:
        if visitor.looks_away is None:
            return seconds
        begins, lasts = visitor.looks_away
        if visitor.asked <= visitor.comes + begins < visitor.asked + seconds:
            return seconds + lasts
        return seconds

    def _again(self, visitor: Visitor, seconds: float) -> None:
        heappush(self._events, (self.seconds + seconds, next(self._turn), visitor, 0))


def gate() -> GateRow:
    from django.db import connection

    with connection.cursor() as cursor:
        return GateRow.read(cursor)


def taken(instant: datetime) -> int:
    """Visits that take a place, and places kept for those who were called."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM waiting_visit WHERE ends_at > %s)"
            " + (SELECT count(*) FROM waiting_ticket WHERE called_at > %s)",
            [instant, instant - timedelta(seconds=90)],
        )
        return int(cursor.fetchone()[0])


def empty_gate() -> None:
    """As it is after the migration."""
    from django.apps import apps

    for name in ("Ticket", "Visit", "Gate"):
        apps.get_model("waiting", name).objects.all().delete()
    apps.get_model("waiting", "Gate").objects.create(gate_id=1)
