"""``/metrics``, for the addresses that may read it.

It is answered before anything else looks at the request, as it has no session. A request that
came through a proxy is not answered: whoever is behind it is not known by its address.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from prometheus_client import CONTENT_TYPE_LATEST

from makegood.configuration import Settings
from makegood.trust.monitoring.metrics import metrics_text

PATH = "/metrics"
_OF_PROXIES = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


class MetricsMiddleware:
    """Answers ``/metrics``; everything else goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The metrics, or 404 for whoever may not read them."""
        from django.conf import settings

        if request.path_info != PATH or request.method not in {"GET", "HEAD"}:
            return self._get_response(request)
        installation: Settings = settings.INSTALLATION
        if not may_read(request, installation):
            return HttpResponse(status=HTTPStatus.NOT_FOUND)
        answer = HttpResponse(metrics_text(installation), content_type=CONTENT_TYPE_LATEST)
        answer["Cache-Control"] = "no-store"
        return answer


def may_read(request: HttpRequest, settings: Settings) -> bool:
    """Whether the request comes straight from this machine or from an address that was set.

    Never from an address of ``proxies``: whoever is behind it is not known.
    """
    if any(header in request.headers for header in _OF_PROXIES):
        return False
    address = _address(request.META.get("REMOTE_ADDR", ""))
    if address is None:
        return False
    # What a proxy hands on without saying so comes from its address.
    if any(address in proxies for proxies in settings.proxies):
        return False
    return address.is_loopback or any(address in network for network in settings.metrics_networks)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
