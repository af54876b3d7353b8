"""Django's lines about requests, without the address that was asked for.

Django writes ``Not Found: /centre/...`` with whatever somebody typed there, an invitation's token,
or what a header held. Written instead are what happened and the pattern of the page.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest

from makegood.trust.monitoring.logs.requests import route_of

_REQUESTS = "django.request"
_SECURITY = "django.security."
_NO_ROUTE = "(no route)"


def tell_route(logger: object, method: str, line: MutableMapping[str, Any]) -> Any:  # noqa: ANN401, ARG001 - a processor of structlog
    """Put the page's pattern in the place of its address; a processor of structlog."""
    record = line.get("_record")
    if isinstance(record, logging.LogRecord):
        request = getattr(record, "request", None)
        is_refusal = record.name.startswith(_SECURITY)
        if is_refusal or (record.name == _REQUESTS and isinstance(request, HttpRequest)):
            line["event"] = f"{_what(record, is_refusal=is_refusal)}: {_route(request)}"
    return line


def _what(record: logging.LogRecord, *, is_refusal: bool) -> str:
    """``Not Found``, or of a refusal its kind: ``DisallowedHost``, ``csrf``."""
    if is_refusal:
        return record.name.removeprefix(_SECURITY)
    status = getattr(record, "status_code", None)
    return next((known.phrase for known in HTTPStatus if known == status), "Request")


def _route(request: object) -> str:
    found = route_of(request) if isinstance(request, HttpRequest) else ""
    return found or _NO_ROUTE
