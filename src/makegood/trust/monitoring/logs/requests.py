"""Every request has an id, which stands in each line of the log that it causes."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import perf_counter
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponseBase
from opentelemetry import trace
from opentelemetry.trace import SpanKind, Status, StatusCode

from makegood.trust.monitoring.durations import note_request

HEADER = "X-Request-ID"
_ID = re.compile(r"[0-9a-f-]{16,36}")
_SERVER_ERROR = 500

_log = structlog.stdlib.get_logger("makegood.web")
_tracer = trace.get_tracer("makegood.web")


def request_id() -> str:
    """The id of the request at work, to be shown where something went wrong; else empty."""
    return str(structlog.contextvars.get_contextvars().get("request", ""))


class RequestMiddleware:
    """Gives a request its id and its span, and tells how it ended.

    Told are the method, the *pattern* of the page's address, the status and how long it took:
    never the address itself, which may hold what somebody looked for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer of what is behind, with the id in its header."""
        given = request.headers.get(HEADER, "")
        name = given if _ID.fullmatch(given) else uuid4().hex
        begin = perf_counter()
        with (
            structlog.contextvars.bound_contextvars(request=name),
            _tracer.start_as_current_span("request", kind=SpanKind.SERVER) as span,
        ):
            answer = self._get_response(request)
            answer[HEADER] = name
            seconds = perf_counter() - begin
            page = _page(request)
            span.update_name(f"{request.method} {page}")
            span.set_attributes(
                {
                    "http.request.method": str(request.method),
                    "http.route": page,
                    "http.response.status_code": answer.status_code,
                    "makegood.request": name,
                }
            )
            if answer.status_code >= _SERVER_ERROR:
                span.set_status(Status(StatusCode.ERROR))
            note_request(page, str(request.method), answer.status_code, seconds)
            _log.info(
                "request",
                method=request.method,
                page=page,
                status=answer.status_code,
                milliseconds=round(seconds * 1000),
            )
        return answer


def _page(request: HttpRequest) -> str:
    return route_of(request) or "unknown"


def route_of(request: HttpRequest) -> str:
    """The pattern of the page's address, such as ``/log/<uuid:entry_id>/``; else empty."""
    found = request.resolver_match
    return f"/{found.route}" if found else ""
