"""``/health/live`` and ``/health/ready``: whether this process works, and whether it can serve.

They are answered before anything else looks at the request: no session, no host, no personal data.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

LIVE, READY = "/health/live", "/health/ready"
Answering = Callable[[HttpRequest], HttpResponseBase]


class HealthMiddleware:
    """Answers the two addresses; everything else goes on. The first of all middleware."""

    def __init__(self, get_response: Answering) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer: 200, or 503 where the store does not answer."""
        if request.path_info not in {LIVE, READY} or request.method not in {"GET", "HEAD"}:
            return self._get_response(request)
        answer = _live() if request.path_info == LIVE else _ready()
        answer["Cache-Control"] = "no-store"
        return answer


def _live() -> HttpResponse:
    return JsonResponse({"live": True})


def _ready() -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        connection.close()
        return JsonResponse({"ready": False}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"ready": True})
