"""Where a request comes from. What a header says counts only where a trusted proxy sent it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.core.cache import cache
from django.http import HttpRequest

from makegood.configuration import Settings
from makegood.trust.policy import Network
from makegood.trust.staff.hashing import hash_of
from makegood.trust.staff.installation import installation
from makegood.trust.staff.recording import record

_BROWSERS = (
    ("Edg/", "Edge"),
    ("Whale/", "Whale"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_TOLD_ONCE_SECONDS = 600
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from, as far as it is believed.

    ``source`` is the address; ``network`` a word of the policies; ``certificate`` what the proxy
    says of the client's certificate, or empty; ``browser`` a few words for lists of sessions.
    """

    source: str
    network: str
    browser: str
    browser_hash: str
    certificate: str
    is_https: bool


def read_origin(request: HttpRequest) -> Origin:
    """The origin of a request, read from its connection and from trusted proxies' headers."""
    settings = installation()
    peer = _address(str(request.META.get("REMOTE_ADDR", "")))
    trusted = peer is not None and _is_within(peer, settings)
    source = _client(request, settings) if trusted else peer
    agent = request.headers.get("User-Agent", "")
    is_https = request.scheme == "https" or (
        trusted and request.headers.get("X-Forwarded-Proto", "").strip().lower() == "https"
    )
    return Origin(
        source=str(source) if source is not None else "unknown",
        network=_network(source, settings),
        browser=_browser(agent),
        browser_hash=hash_of("browser", agent),
        certificate=_certificate(request, settings, str(peer), trusted=trusted),
        is_https=is_https,
    )


def _client(request: HttpRequest, settings: Settings) -> Address | None:
    """The last address of X-Forwarded-For that is no proxy of ours: what stands before is hearsay.

    RFC 7239 says the same of its header; X-Forwarded-For is what proxies really send. None where
    the proxy says nothing, or what cannot be read: its own address says nothing of the client.
    """
    nearest = None
    for text in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        nearest = _address(text)
        if nearest is None or not _is_within(nearest, settings):
            return nearest
    return nearest


def _certificate(request: HttpRequest, settings: Settings, peer: str, *, trusted: bool) -> str:
    name = settings.device_certificate_header
    said = request.headers.get(name, "").strip() if name else ""
    if not said or trusted:
        return said
    # Somebody claims a certificate past the proxy. Told once in a while, not once a request.
    if cache.add(f"certificate-header:{peer}", "told", _TOLD_ONCE_SECONDS):
        record("device.refused", source=peer, details={"why": "certificate_header_not_from_proxy"})
    return ""


def _network(address: Address | None, settings: Settings) -> str:
    for network in settings.networks:
        if address is not None and address in network.addresses:
            return network.is_a
    return Network.OUTSIDE


def _is_within(address: Address, settings: Settings) -> bool:
    return any(address in proxies for proxies in settings.proxies)


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _browser(agent: str) -> str:
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(word for word in (browser, system) if word)
