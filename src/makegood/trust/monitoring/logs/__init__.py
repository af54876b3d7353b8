"""The program's own log: one form for all processes and libraries, without personal data."""

from makegood.trust.monitoring.logs.requests import RequestMiddleware, request_id
from makegood.trust.monitoring.logs.setup import set_up_logs

__all__ = ["RequestMiddleware", "request_id", "set_up_logs"]
