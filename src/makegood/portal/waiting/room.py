"""The waiting room as one process knows it: it rules on each request, mostly from what it holds.

A request of somebody inside costs nothing but a signature; so does one of somebody who waits. A
newcomer is one transaction, and a count where they wait; who is called, one statement. Once a
second the process tells what it saw, in the thread of whichever request comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import Lock

from django.db import Error, connection

from makegood.portal.waiting.estimates import again_after, ahead_of, seconds_until
from makegood.portal.waiting.gate_row import GateRow
from makegood.portal.waiting.shared import Entry, Use, admit, arrive, came_between, use_of
from makegood.portal.waiting.syncing import Seen, sync
from makegood.portal.waiting.values import (
    DISTURBED_AGAIN_SECONDS,
    IDLE_SECONDS,
    SUBMIT_SECONDS,
    SYNC_SECONDS,
    TICKET_SECONDS,
    Admitted,
    Limits,
    Outlook,
    Pass,
    Ruling,
    Waits,
    microseconds,
)

_RENEW_SECONDS = 30
"""A pass is written anew, and told to the others, at most as often."""
_STALE_SECONDS = 5.0
_CROWDED_AGAIN_SECONDS = 20


class Room:
    """One process's part of the waiting room."""

    def __init__(self, limits: Callable[[], Limits]) -> None:
        self._limits = limits
        self._lock = Lock()
        self._syncing = Lock()
        self._seen = Seen()
        self._crowded: set[str] = set()
        self._gate: GateRow | None = None
        self._called: frozenset[int] = frozenset()
        self._gate_at = 0.0
        self._tried_at = 0.0
        self._last_number = 0

    # --- A request ---

    def rule(self, held: Pass | None, source: str, instant: datetime, *, submits: bool) -> Ruling:
        """Whether a request goes on or waits. ``submits``: it brings something (a POST)."""
        counts = held if held is not None and _counts(held, instant, submits=submits) else None
        # What this request shows is told with it, where the process has few requests.
        renewed = self._note(counts, source, instant) if counts is not None else None
        self._sync_when_due(instant)
        if counts is None:
            return self._newcomer(source, instant)
        if counts.is_inside:
            return Admitted(renewed)
        return self._rule_on_ticket(counts, instant) or self._newcomer(source, instant)

    def note_answer(self, seconds: float) -> None:
        """How long a page took that was let through: the measured limit is made of it."""
        with self._lock:
            self._seen.answers += 1
            self._seen.slow += seconds > self._limits().target_seconds

    def note_left(self, number: int) -> None:
        """Somebody has signed out: their place is free."""
        with self._lock:
            self._seen.visits.pop(number, None)
            self._seen.left.add(number)

    def _note(self, held: Pass, source: str, instant: datetime) -> Pass | None:
        """Remember that somebody asked; the pass anew, where it is due to somebody inside."""
        if not held.is_inside:
            with self._lock:
                self._seen.tickets[held.number] = (instant, source)
            return None
        second = int(instant.timestamp())
        if not held.is_new and second - held.issued_at < _RENEW_SECONDS:
            return None
        with self._lock:
            self._seen.visits[held.number] = (instant, source)
        return replace(held, issued_at=second, is_new=False)

    def _rule_on_ticket(self, held: Pass, instant: datetime) -> Ruling | None:
        """None where the ticket was used already: its holder is a newcomer."""
        gate = self._gate
        was_called = held.number in self._called
        if was_called or (gate is not None and held.number <= gate.highest_called):
            use = self._use(held.number, instant, was_called=was_called)
            if use is Use.USED:
                return None
            if use is Use.ADMITTED:
                with self._lock:
                    self._seen.entered += was_called
                    self._seen.tickets.pop(held.number, None)
                return Admitted(Pass.inside(held.number, instant))
        return self._waits(held, instant)

    def _use(self, number: int, instant: datetime, *, was_called: bool) -> Use:
        try:
            return admit(number, instant) if was_called else use_of(number)
        except Error:
            self._has_failed()
            return Use.WAITING

    def _newcomer(self, source: str, instant: datetime) -> Ruling:
        if source in self._crowded:
            return Waits(None, self._crowd())
        try:
            arrival = arrive(source, instant, tickets_max=self._limits().tickets_a_source)
        except Error:
            self._has_failed()
            # A ticket all the same: its number is its place, and the row is written later.
            number = self._own_number(instant)
            with self._lock:
                self._seen.tickets[number] = (instant, source)
            return self._waits(Pass.ticket(number, instant), instant)
        if arrival.entry is Entry.CROWDED:
            self._crowded.add(source)
            return Waits(None, self._crowd())
        if arrival.entry is Entry.ENTERED:
            return Admitted(Pass.inside(arrival.number, instant))
        return self._waits(Pass.ticket(arrival.number, instant), instant)

    # --- What is told ---

    def _waits(self, held: Pass, instant: datetime) -> Waits:
        renewed = replace(held, issued_at=int(instant.timestamp()))
        gate = self._gate
        if gate is None or instant.timestamp() - self._gate_at > _STALE_SECONDS:
            return Waits(renewed, _disturbed(gate, held.number))
        if gate.settles_until is not None and gate.settles_until > instant:
            # Who came during an outage asks again before anybody is called: till then nobody knows
            # how many they are.
            again = again_after(None, gate.waiting, held.number)
            return Waits(renewed, Outlook(None, None, min(again, DISTURBED_AGAIN_SECONDS)))
        ahead = self._ahead(gate, held.number)
        seconds = None
        if ahead is not None and gate.inside_max:
            pace = gate.admissions_a_minute / 60
            seconds = seconds_until(ahead, empty=gate.empty, a_second=pace, flow=gate.flow)
        again = again_after(seconds, gate.waiting if ahead is None else ahead, held.number)
        return Waits(renewed, Outlook(ahead, seconds, again))

    def _ahead(self, gate: GateRow, number: int) -> int | None:
        """How many are before a number, at most; None where the store does not tell.

        Whoever came since they were counted is asked for: a thousand may come in that second.
        """
        counted = ahead_of(number, gate.ranks, gate.rank_step, gate.waiting)
        if number <= gate.ranked_to:
            return counted
        try:
            return counted + came_between(gate.ranked_to, number)
        except Error:
            self._has_failed()
            return None

    def _crowd(self) -> Outlook:
        waiting = self._gate.waiting if self._gate else 0
        return Outlook(waiting, None, _CROWDED_AGAIN_SECONDS, is_crowded=True)

    # --- What the processes share ---

    def _sync_when_due(self, instant: datetime) -> None:
        """Tell the others and look at the gate, where a second has gone by and nobody does it."""
        if instant.timestamp() - self._tried_at < SYNC_SECONDS and self._gate is not None:
            return
        if not self._syncing.acquire(blocking=self._gate is None):
            return
        try:
            if instant.timestamp() - self._tried_at >= SYNC_SECONDS:
                self._tried_at = instant.timestamp()
                self._sync(instant)
        finally:
            self._syncing.release()

    def _sync(self, instant: datetime) -> None:
        with self._lock:
            seen, self._seen = self._seen, Seen()
        try:
            gate = sync(seen, self._limits(), instant)
        except Error:
            self._keep_for_later(seen)
            self._has_failed()
            return
        self._crowded.clear()
        self._gate, self._called = gate, frozenset(gate.called)
        self._gate_at = instant.timestamp()
        self._last_number = max(self._last_number, gate.last_number)

    def _keep_for_later(self, seen: Seen) -> None:
        with self._lock:
            now = self._seen
            now.tickets = seen.tickets | now.tickets
            now.visits = seen.visits | now.visits
            now.left |= seen.left
            now.answers, now.slow = now.answers + seen.answers, now.slow + seen.slow
            now.entered += seen.entered
            now.had_outage |= seen.had_outage

    def _has_failed(self) -> None:
        """The store did not answer: whoever comes meanwhile is asked again before others enter."""
        if not connection.in_atomic_block:
            connection.close()
        with self._lock:
            self._seen.had_outage = True

    def _own_number(self, instant: datetime) -> int:
        with self._lock:
            self._last_number = max(microseconds(instant), self._last_number + 1)
            return self._last_number


def _disturbed(gate: GateRow | None, number: int) -> Outlook:
    """While the store is away the old places are known, and those of nobody who came since."""
    ahead = None
    if gate is not None and number <= gate.ranked_to:
        ahead = ahead_of(number, gate.ranks, gate.rank_step, gate.waiting)
    return Outlook(ahead, None, DISTURBED_AGAIN_SECONDS, is_disturbed=True)


def _counts(held: Pass, instant: datetime, *, submits: bool) -> bool:
    """Whether a pass is not too old: what somebody inside submits is taken for longer."""
    seconds = int(instant.timestamp()) - held.issued_at
    if not held.is_inside:
        return seconds <= TICKET_SECONDS
    return seconds <= (SUBMIT_SECONDS if submits else IDLE_SECONDS)
