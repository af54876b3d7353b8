"""Hashes by which secrets are found again without being kept."""

from __future__ import annotations

from hashlib import sha256


def hash_of(what: str, secret: str) -> str:
    """SHA-256 in hex over what kind of secret it is and the secret itself.

    For secrets of 128 random bits and more, which nobody can guess from their hash.
    """
    return sha256(f"makegood/{what}\0{secret}".encode()).hexdigest()
