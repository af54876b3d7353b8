"""JSON in one form only, so that the same values always give the same bytes (RFC 8785)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"
"""What a record may hold. Floats are left out on purpose: money is whole, and so is time."""

INTEGER_MAX = 2**53 - 1
"""The largest integer that every reader of JSON keeps exactly (RFC 7493, 2.2)."""

_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), check_circular=False
).encode


class NotCanonical(ValueError):
    """A value that has no canonical form; ``args[0]`` says why without repeating the value."""


def canonical(value: Json) -> bytes:
    """The one form of a value: keys by UTF-16 code units, no spaces, UTF-8.

    Raises NotCanonical for a float, an integer beyond ±INTEGER_MAX, a key that is no text, a lone
    surrogate, and whatever JSON does not know.
    """
    try:
        return _encode(_ordered(value)).encode()
    except UnicodeEncodeError:
        raise NotCanonical("a text holds a lone surrogate") from None
    except RecursionError:
        raise NotCanonical("a value is nested too deeply") from None


def _ordered(value: Json) -> Json:
    if value is None or type(value) is str or isinstance(value, bool):
        return value
    if isinstance(value, str):
        # An enum that is a text is written as its text.
        return str.__str__(value)
    if isinstance(value, int):
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise NotCanonical("an integer has more than 53 bits; write it as text")
        return int(value)
    if isinstance(value, Mapping):
        # Among ASCII alone the order of code units is Python's own, and that is nearly every entry.
        keys = sorted(value, key=None if all(map(_is_ascii, value)) else _by_code_unit)
        return {key: _ordered(value[key]) for key in keys}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    raise NotCanonical(f"a {type(value).__name__} is no value of the log")


def _is_ascii(key: object) -> bool:
    return isinstance(key, str) and key.isascii()


def _by_code_unit(key: object) -> bytes:
    if not isinstance(key, str):
        raise NotCanonical("a key is no text")
    return key.encode("utf-16-be")
