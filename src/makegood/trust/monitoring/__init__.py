"""What the program tells those who watch it: events, metrics, traces and its own log."""

from makegood.trust.monitoring.backlog import Backlog, backlogs
from makegood.trust.monitoring.forwarding import Delivery, forward
from makegood.trust.monitoring.logs import RequestMiddleware, request_id, set_up_logs
from makegood.trust.monitoring.metrics_page import MetricsMiddleware
from makegood.trust.monitoring.tallies import count_log
from makegood.trust.monitoring.traces import (
    are_traces_wanted,
    command_span,
    set_up_traces,
)

__all__ = [
    "Backlog",
    "Delivery",
    "MetricsMiddleware",
    "RequestMiddleware",
    "are_traces_wanted",
    "backlogs",
    "command_span",
    "count_log",
    "forward",
    "request_id",
    "set_up_logs",
    "set_up_traces",
]
