"""One form for what is written in many: so that the same person is found however it is typed.

Each function gives the one form, or None where the text is none such.
"""

from __future__ import annotations

import re
from datetime import date
from unicodedata import is_normalized, normalize

HOME_COUNTRY = "82"
NAME_LETTERS_MAX = 100
ADDRESS_LETTERS_MAX = 300
EMAIL_LETTERS_MAX = 254
FIRST_YEAR = 1880

_SEPARATORS = dict.fromkeys(map(ord, " -.()/\u00a0\u2010\u2011\u2012\u2013\u2014\u2212\t"))
_WIDE = {ord("０") + digit: ord("0") + digit for digit in range(10)} | {ord("＋"): ord("+")}
_DIGITS = str.maketrans({**_SEPARATORS, **_WIDE})

_MOBILE = re.compile(r"01[016789][0-9]{7,8}")
_ANY_AT_HOME = re.compile(r"0[1-9][0-9]{7,10}")
_ABROAD = re.compile(r"[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^\s@,;<>\"]{1,64}@[^\s@,;<>\"]+\.[^\s@,;<>\"]+")
_BANK_CODE = re.compile(r"[0-9]{3}")
_ACCOUNT_NUMBER = re.compile(r"[0-9]{6,20}")
_BIRTH_DATE = re.compile(r"([0-9]{4})[-./]?([0-9]{2})[-./]?([0-9]{2})")


def canonical_phone(text: str) -> str | None:
    """The number with ``+`` and country (E.164): 010-1234-5678 and +82 10 1234 5678 are one."""
    digits = text.translate(_DIGITS)
    if _MOBILE.fullmatch(digits):  # nearly all of them
        return f"+{HOME_COUNTRY}{digits[1:]}"
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if not digits.startswith("+"):
        return f"+{HOME_COUNTRY}{digits[1:]}" if _ANY_AT_HOME.fullmatch(digits) else None
    abroad = digits[1:]
    if abroad.startswith(HOME_COUNTRY):
        # Some write +82 (0)10.
        at_home = "0" + abroad.removeprefix(HOME_COUNTRY).removeprefix("0")
        return f"+{HOME_COUNTRY}{at_home[1:]}" if _ANY_AT_HOME.fullmatch(at_home) else None
    return f"+{abroad}" if _ABROAD.fullmatch(abroad) else None


def clean_text(text: str) -> str | None:
    """The text composed (NFC), with single spaces; None where it holds control characters."""
    if not (text.isascii() or is_normalized("NFC", text)):
        text = normalize("NFC", text)
    text = " ".join(text.split())
    return text if text.isprintable() else None


def clean_name(text: str) -> str | None:
    """A name of 1 to 100 letters, as it is kept."""
    cleaned = clean_text(text)
    return cleaned if cleaned and len(cleaned) <= NAME_LETTERS_MAX else None


def name_for_index(name: str) -> str:
    """A name without spaces and capitals, as it is looked up. Takes a clean name."""
    folded = name.replace(" ", "").casefold()
    return folded if is_normalized("NFC", folded) else normalize("NFC", folded)


def clean_address(text: str) -> str | None:
    """An address of at most 300 letters; may be empty."""
    cleaned = clean_text(text)
    return cleaned if cleaned is not None and len(cleaned) <= ADDRESS_LETTERS_MAX else None


def clean_email(text: str) -> str | None:
    """An address of e-mail with one @ and a domain; may be empty. Capitals stay."""
    stripped = text.strip()
    if not stripped:
        return ""
    fits = len(stripped) <= EMAIL_LETTERS_MAX and _EMAIL.fullmatch(stripped)
    return clean_text(stripped) if fits else None


def read_birth_date(text: str, today: date) -> date | None:
    """A day between 1880 and today, as 1985-03-07, 19850307, 1985.03.07 or 1985/03/07."""
    found = _BIRTH_DATE.fullmatch(text.strip())
    if not found:
        return None
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        return None
    return day if day.year >= FIRST_YEAR and day <= today else None


def clean_bank_code(text: str) -> str | None:
    """A bank's code of three digits (KFTC); two digits get their leading zero."""
    code = text.strip().rjust(3, "0")
    return code if _BANK_CODE.fullmatch(code) else None


def clean_account_number(text: str) -> str | None:
    """6 to 20 digits, without dashes and spaces."""
    digits = text.translate(_DIGITS)
    return digits if _ACCOUNT_NUMBER.fullmatch(digits) else None
