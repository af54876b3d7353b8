"""What the program tells those who watch it: events, metrics, traces and its own log."""

from makegood.trust.monitoring.backlog import Backlog, backlogs
from makegood.trust.monitoring.forwarding import Delivery, forward

__all__ = ["Backlog", "Delivery", "backlogs", "forward"]
