"""Events out of the log to every destination: in order, at least once, none lost.

Only what has its place in the tree is sent, so that no entry is committed late before a cursor.
A cursor moves after its batch has arrived: who is killed in between sends that batch again. No
transaction is open while the outside is waited for. Each destination is served by a thread of its
own, so that one that hangs keeps no other waiting.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic

from opentelemetry import trace

from makegood.configuration import Settings
from makegood.trust.audit import placed_entries
from makegood.trust.clock import now
from makegood.trust.monitoring.cursors import advance, fail, held, progress_of
from makegood.trust.monitoring.destinations import (
    Destination,
    NotDelivered,
    destinations_of,
)
from makegood.trust.monitoring.ocsf import event_of

BATCH_EVENTS = 200
BATCHES_MAX = 50
SECONDS_MAX = 5.0
"""How much one call sends to a destination, and how long, before others get their turn."""

_tracer = trace.get_tracer("makegood.trust.monitoring")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one call did for a destination. ``failure`` is empty where nothing failed."""

    destination: str
    sent: int = 0
    failure: str = ""
    waits: bool = False
    """Whether it was not tried: it waits after a failure, or another process serves it."""


def forward(settings: Settings | None = None, *, at_once: bool = False) -> list[Delivery]:
    """Send what is due to every destination of the setting ``events``; what was done.

    A destination that failed is left alone until its time has come, or with ``at_once`` is tried
    now. Raises MakegoodError MG790 where the setting cannot be used.
    """
    destinations = destinations_of(settings or _installation())
    if not destinations:
        return []
    with ThreadPoolExecutor(len(destinations), "events") as threads:
        return list(threads.map(lambda one: _in_thread(one, at_once=at_once), destinations))


def _installation() -> Settings:
    from django.conf import settings

    installation: Settings = settings.INSTALLATION
    return installation


def _in_thread(destination: Destination, *, at_once: bool) -> Delivery:
    from django.db import connection

    try:
        return forward_to(destination, at_once=at_once)
    finally:
        connection.close()


def forward_to(destination: Destination, *, at_once: bool = False) -> Delivery:
    """Send one destination what is due."""
    name = destination.name
    with held(name) as mine:
        before = progress_of(name)
        waits = before.retry_at is not None and before.retry_at > now()
        if not mine or (waits and not at_once):
            return Delivery(name, failure=before.failure, waits=True)
        sent, next_leaf, begin = 0, before.next_leaf, monotonic()
        for _ in range(BATCHES_MAX):
            if monotonic() - begin > SECONDS_MAX:
                break
            placed = placed_entries(next_leaf, BATCH_EVENTS)
            if not placed:
                break
            batch = [event_of(one.entry, one.leaf_index or 0) for one in placed]
            with _tracer.start_as_current_span("events.deliver") as span:
                span.set_attribute("makegood.events", len(batch))
                try:
                    destination.deliver(batch)
                except NotDelivered as failure:
                    fail(name, str(failure), before.failures, failure.retry_after_seconds)
                    return Delivery(name, sent, str(failure))
            next_leaf = batch[-1]["metadata"]["sequence"] + 1
            advance(name, next_leaf)
            sent += len(batch)
        return Delivery(name, sent)
