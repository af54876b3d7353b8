"""What looks like personal data in a text that should hold none.

The patterns would rather take a harmless number for a telephone number than let one through.
"""

from __future__ import annotations

import re

# A digit in any script that people type here, so that full-width digits are no way around.
_D = "[0-9\uff10-\uff19]"
# What a number would be a part of. A Korean particle is none: it follows without a space.
_WORD = "0-9A-Za-z_\uff10-\uff19"
_GAP = r"[\s.\-()/\u2010-\u2015\u2212]{0,3}"
_EMAIL = re.compile(r"[\w.+%'-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    rf"(?<![{_WORD}.-])(?:\+?82{_GAP}\(?0?\)?{_GAP}1{_D}"
    rf"|\+{_D}{{1,3}}{_GAP}{_D}{{1,3}}|[0\uff10]{_D}{{1,2}})"
    rf"{_GAP}{_D}{{3,4}}{_GAP}{_D}{{4}}(?![{_WORD}-])"
)
# Nine digits or more in groups; a date with a time of day is none.
_ACCOUNT = re.compile(
    rf"(?<![{_WORD}.-])(?!20[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}[ T])"
    rf"(?=(?:[- ]?{_D}){{9,20}}(?![{_WORD}-]))"
    rf"{_D}{{2,8}}(?:[- ]{_D}{{2,8}}){{1,4}}(?![{_WORD}-])"
)
_DIGITS = re.compile(rf"(?<![{_WORD}.-]){_D}{{10,20}}(?![{_WORD}-])")
_REGISTRATION = re.compile(rf"(?<![{_WORD}.-])(?:[0-9]{{6}}-?[1-8][0-9*]{{6}})(?![{_WORD}-])")
"""A Korean resident registration number."""

_MASKS = (
    (_EMAIL, "[e-mail]"),
    (_REGISTRATION, "[registration number]"),
    (_PHONE, "[phone]"),
    (_ACCOUNT, "[number]"),
    (_DIGITS, "[number]"),
)
_PERSONAL = (_EMAIL, _PHONE, _REGISTRATION)

_PSEUDONYM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MADE_BY_CHANCE = re.compile(
    r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32,64}"
)
"""A UUID or a digest: whatever digits stand in it, they say nothing."""

# The shortest of what follows, and of what is masked in such a text, is a date of eight digits.
_EIGHT_DIGITS = re.compile(r"(?:[^0-9]*[0-9]){8}")
# Behind one or two letters eight digits are a running number; behind a word they are a birth date.
_IN_A_PSEUDONYM = re.compile(
    r"(?<![0-9])(?:0|82[._-]?0?)1[016789][._-]?[0-9]{3,4}[._-]?[0-9]{4}(?![0-9A-Za-z])"
    r"|(?:(?<![0-9A-Za-z])|(?<=[A-Za-z]{3}))"
    r"(?:19[0-9]{2}|20[0-2][0-9])[._-]?(?:0[1-9]|1[0-2])[._-]?(?:0[1-9]|[12][0-9]|3[01])(?![0-9])"
    r"|(?<![0-9])[0-9]{6}-?[1-8][0-9]{6}(?![0-9A-Za-z])"
)


def looks_personal(text: str) -> bool:
    """Whether a text seems to hold an e-mail address, a telephone or registration number."""
    return any(pattern.search(text) for pattern in _PERSONAL)


def masked_text(text: str) -> str:
    """The text with everything masked that looks like a telephone, account or e-mail address."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


def is_pseudonym(text: str) -> bool:
    """Whether a text can stand for a customer wherever personal data may not stand.

    1 to 64 Latin letters, digits, dots, dashes and underscores; nothing in it may look like a
    telephone, account or registration number or like a birth date.
    """
    if not _PSEUDONYM.fullmatch(text):
        return False
    if not _EIGHT_DIGITS.match(text):
        return True
    if _MADE_BY_CHANCE.fullmatch(text):
        return not text.isdecimal()
    return masked_text(text) == text and not _IN_A_PSEUDONYM.search(text)
