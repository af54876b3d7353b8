"""What the program tells those who watch it: events, metrics, traces and its own log."""

from makegood.trust.monitoring.backlog import Backlog, backlogs
from makegood.trust.monitoring.forwarding import Delivery, forward
from makegood.trust.monitoring.logs import RequestMiddleware, request_id, set_up_logs
from makegood.trust.monitoring.tallies import count_log

__all__ = [
    "Backlog",
    "Delivery",
    "RequestMiddleware",
    "backlogs",
    "count_log",
    "forward",
    "request_id",
    "set_up_logs",
]
