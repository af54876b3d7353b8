"""One round of telling what happened: batches are made, leave, and are asked about."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from makegood.configuration import Settings
from makegood.runs.channels import Channels, configured
from makegood.runs.events.asking import ask_about_batches
from makegood.runs.events.batching import make_batches
from makegood.runs.events.leaving import send_batches
from makegood.runs.faults import one_by_one


@dataclass(slots=True)
class TellDone:
    """What one round came to: events put into batches, batches sent, and what went wrong."""

    events: int = 0
    sent: int = 0
    postponed: int = 0
    troubles: list[str] = field(default_factory=list)


def tell_events(settings: Settings, *, channels: Channels = configured) -> TellDone:
    """Tell customers what happened to their applications and passes, each event once.

    Safe in any number of processes at once, and killed at any instant.
    """
    done = TellDone()
    # What was batched before leaves, and is asked about, whatever keeps new ones from being made.
    making = ("messages about events", partial(make_batches, settings))
    done.events = one_by_one([making], done.troubles.append)
    left = send_batches(settings, channels=channels)
    done.sent, done.postponed = left.sent, left.postponed
    done.troubles += left.troubles
    ask_about_batches(settings, done.troubles.append, channels=channels)
    return done
