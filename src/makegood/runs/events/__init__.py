"""Messages about single events: each is told once, in batches that leave as shipments do."""

from makegood.runs.events.counting import (
    MessageCount,
    delivered_counts,
    messages_waiting,
    show_messages,
)
from makegood.runs.events.hearing import Separated, hear, hear_codes, separate
from makegood.runs.events.sending_codes import send_code
from makegood.runs.events.telling import TellDone, tell_events

__all__ = [
    "MessageCount",
    "Separated",
    "TellDone",
    "delivered_counts",
    "hear",
    "hear_codes",
    "messages_waiting",
    "send_code",
    "separate",
    "show_messages",
    "tell_events",
]
