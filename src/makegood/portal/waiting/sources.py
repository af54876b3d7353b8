"""Where a request comes from, to count by: the address, of IPv6 the network of one customer."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.http import HttpRequest

from makegood.configuration import Settings

_OF_ONE_CUSTOMER_BITS = 64
Address = IPv4Address | IPv6Address


def source_of(request: HttpRequest, settings: Settings) -> str:
    """The client's address, or its /64; ``unknown`` where a proxy does not say.

    Of X-Forwarded-For the last address counts that is no proxy of ours: what stands before it is
    hearsay.
    """
    nearest = _read(str(request.META.get("REMOTE_ADDR", "")))
    if nearest is not None and _is_proxy(nearest, settings):
        for text in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
            nearest = _read(text)
            if nearest is None or not _is_proxy(nearest, settings):
                break
    if nearest is None:
        return "unknown"
    if isinstance(nearest, IPv6Address):
        return str(ip_network((nearest, _OF_ONE_CUSTOMER_BITS), strict=False))
    return str(nearest)


def _is_proxy(address: Address, settings: Settings) -> bool:
    return any(address in proxies for proxies in settings.proxies)


def _read(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
