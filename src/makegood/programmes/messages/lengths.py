"""How long a text is on a Korean network, and whether it can be written there at all.

A short message holds 90 bytes, a long one (LMS) 2,000 and a subject of 40. Bytes are those of
EUC-KR: letters of KS X 1003 take one, characters of KS X 1001 two. CP949, which has all 11,172
syllables, is not enough: networks and older telephones show a question mark for what it adds to
the 2,350 of KS X 1001. Nor are syllables composed of eight bytes (KS X 1001, annex 3), which the
codec would write.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

SMS_BYTES_MAX = 90
LMS_BYTES_MAX = 2_000
SUBJECT_BYTES_MAX = 40

_CODEC = "euc_kr"
_WIDE_BYTES = 2
_PRINTABLE_FROM = " "


class SmsKind(StrEnum):
    """What a text of some length is sent as."""

    SMS = "SMS"
    LMS = "LMS"


def sms_bytes(text: str) -> int:
    """The length in EUC-KR; a character that is not in KS X 1001 counts two bytes."""
    return sum([_character_bytes(character) or _WIDE_BYTES for character in text])


def sms_kind(text: str) -> SmsKind:
    """Whether it fits a short message or needs a long one. Bounds are the caller's to hold."""
    return SmsKind.SMS if sms_bytes(text) <= SMS_BYTES_MAX else SmsKind.LMS


def unwritable(text: str) -> list[int]:
    """Where characters stand that no Korean short message can hold, in order."""
    return [at for at, character in enumerate(text) if not _character_bytes(character)]


def encoded(text: str) -> bytes:
    """The text as it is sent. UnicodeEncodeError where ``unwritable`` finds something."""
    return text.encode(_CODEC)


@lru_cache(maxsize=1 << 14)
def _character_bytes(character: str) -> int:
    """1 or 2; 0 for a character that cannot be written."""
    if character < _PRINTABLE_FROM or character == "\x7f":
        return 1 if character == "\n" else 0
    try:
        length = len(character.encode(_CODEC))
    except UnicodeEncodeError:
        return 0
    return length if length <= _WIDE_BYTES else 0
