"""Hashes with the site's key: of what is too easily guessed to be hashed without one."""

from __future__ import annotations

from hashlib import sha256
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.utils.crypto import salted_hmac

_NETWORK_BITS = 64
_MARK_LETTERS = 16


def keyed_hash(what: str, secret: str) -> str:
    """HMAC-SHA-256 in hex over what kind of secret it is and the secret, with the site's key."""
    return salted_hmac(f"makegood.customers.{what}", secret, algorithm="sha256").hexdigest()


def common_hash(what: str, pseudonym: str) -> str:
    """SHA-256 in hex over a pseudonym, which needs no key: the same on every site.

    The sites have keys of their own, so that what both count is not found under ``keyed_hash``.
    """
    return sha256(f"makegood.customers.{what}\0{pseudonym}".encode()).hexdigest()


def place_of(source: str) -> str:
    """What an address is counted by: itself, or of IPv6 the network of a line (RFC 6177)."""
    try:
        address = ip_address(source)
    except ValueError:
        return source
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _NETWORK_BITS), strict=False))
    return source


def mark_of(source: str) -> str:
    """How the log names a customer's address: that it is the same, not which."""
    return f"web:{keyed_hash('source', place_of(source))[:_MARK_LETTERS]}"
