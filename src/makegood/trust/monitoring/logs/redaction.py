"""Takes out of a line of the log what could identify a customer or open a door.

Keys that hold personal data are dropped whatever their value. Every text that is left is masked
where it looks like a telephone, account or e-mail address. Objects are named by their type only.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from datetime import date, datetime
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

from makegood.trust.access import masked_text

DROPPED = frozenset(
    {
        "account",
        "account_holder",
        "account_number",
        "address",
        "authorization",
        "bank_code",
        "birth_date",
        "body",
        "contact",
        "cookie",
        "cookies",
        "customer_name",
        "data",
        "email",
        "full_name",
        "headers",
        "holder",
        "name",
        "number",
        "otp",
        "params",
        "passphrase",
        "password",
        "person",
        "phone",
        "phone_number",
        "query",
        "query_string",
        "secret",
        "session_key",
        "sql",
        "token",
        "username",
    }
)
"""Keys whose values are never written."""

_OF_STRUCTLOG = frozenset({"_record", "_from_structlog", "_logger", "_name"})
_KEPT = (bool, int, float, type(None))
_AS_TEXT = (UUID, datetime, date, PurePath, Enum)
_DEPTH_MAX = 8


def redact(logger: object, method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG001 - a processor of structlog
    """The line without what may not be written; a processor of structlog."""
    return {
        key: value if key in _OF_STRUCTLOG else _clean(value, 0)
        for key, value in line.items()
        if not is_dropped(key)
    }


def is_dropped(key: object) -> bool:
    """Whether the values of a key are never written: also ``customer_phone`` and ``X-Token``."""
    plain = str(key).casefold().replace("-", "_")
    return plain in DROPPED or any(
        plain.endswith(f"_{word}") for word in ("phone", "email", "password", "secret", "token")
    )


def _clean(value: object, depth: int) -> object:
    if isinstance(value, _KEPT) and not isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return masked_text(str.__str__(value))
    if depth < _DEPTH_MAX and isinstance(value, Mapping):
        return {
            masked_text(str(key)): _clean(inner, depth + 1)
            for key, inner in value.items()
            if not is_dropped(key)
        }
    if depth < _DEPTH_MAX and isinstance(value, list | tuple | set | frozenset):
        return [_clean(inner, depth + 1) for inner in value]
    if isinstance(value, _AS_TEXT):
        return masked_text(str(value))
    return f"<{type(value).__name__}>"
