"""What may stand in the log of what people type: never what identifies a customer.

The patterns also serve the redaction of technical logs. They would rather take a harmless number
for a telephone number than let one through.
"""

from __future__ import annotations

import re

from makegood.kernel import Finding, MakegoodError

REASON_LETTERS_MAX = 500
_CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/#:-]{0,63}")
_CUSTOMER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

# A digit in any script that people type here, so that full-width digits are no way around.
_D = "[0-9\uff10-\uff19]"
_GAP = r"[\s.\-()/\u2010-\u2015\u2212]{0,3}"
EMAIL_LIKE = re.compile(r"[\w.+%'-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")
PHONE_LIKE = re.compile(
    rf"(?<![\w.-])(?:\+?82{_GAP}\(?0?\)?{_GAP}1{_D}|\+{_D}{{1,3}}{_GAP}{_D}{{1,3}}|[0\uff10]{_D}{{1,2}})"
    rf"{_GAP}{_D}{{3,4}}{_GAP}{_D}{{4}}(?![\w-])"
)
# Nine digits or more in groups; a date with a time of day is none.
ACCOUNT_LIKE = re.compile(
    rf"(?<![\w.-])(?!20[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}[ T])(?=(?:[- ]?{_D}){{9,20}}(?![\w-]))"
    rf"{_D}{{2,8}}(?:[- ]{_D}{{2,8}}){{1,4}}(?![\w-])"
)
DIGITS_LIKE = re.compile(rf"(?<![\w.-]){_D}{{10,20}}(?![\w-])")
BIRTH_LIKE = re.compile(r"(?<![\w.-])(?:[0-9]{6}-?[1-8][0-9*]{6})(?![\w-])")
"""A Korean resident registration number."""

_MASKS = (
    (EMAIL_LIKE, "[e-mail]"),
    (BIRTH_LIKE, "[registration number]"),
    (PHONE_LIKE, "[phone]"),
    (ACCOUNT_LIKE, "[number]"),
    (DIGITS_LIKE, "[number]"),
)
_PERSONAL = (EMAIL_LIKE, PHONE_LIKE, BIRTH_LIKE)


def looks_personal(text: str) -> bool:
    """Whether a text seems to hold an e-mail address, a telephone or registration number."""
    return any(pattern.search(text) for pattern in _PERSONAL)


def masked_text(text: str) -> str:
    """The text with everything masked that looks like a telephone, account or e-mail address."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


def checked_case(case: str) -> str:
    """The case without spaces around it; may be empty.

    Raises MakegoodError MG772 where it is no reference, or looks like personal data.
    """
    case = case.strip()
    if case and (not _CASE.fullmatch(case) or looks_personal(case)):
        message = "this is no reference of a task or case"
        hint = "write its number, such as CALL-2026-00017: Latin letters and digits, at most 64"
        raise MakegoodError(Finding("MG772", message, hint))
    return case


def checked_reason(reason: str) -> str:
    """A reason in a sentence, as it may stand in the log.

    Raises MakegoodError MG773 where there is none, it is too long, or names personal data.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise _bad_reason("a reason is missing")
    if len(reason) > REASON_LETTERS_MAX:
        raise _bad_reason(f"the reason is longer than {REASON_LETTERS_MAX} letters")
    if not reason.isprintable():
        raise _bad_reason("the reason holds characters that nobody can read")
    if looks_personal(reason) or ACCOUNT_LIKE.search(reason) or DIGITS_LIKE.search(reason):
        raise _bad_reason("the reason seems to hold a telephone, account or e-mail address")
    return reason


def checked_customer_id(customer_id: str) -> str:
    """A customer's pseudonym. Raises MakegoodError MG774 where it cannot be one."""
    if not _CUSTOMER_ID.fullmatch(customer_id) or looks_personal(customer_id):
        message = "this is no customer's pseudonym"
        hint = "take it from a look-up; a name or a telephone number is not one"
        raise MakegoodError(Finding("MG774", message, hint))
    return customer_id


def _bad_reason(message: str) -> MakegoodError:
    hint = "say in a sentence what for, without anybody's data: the log keeps it for good"
    return MakegoodError(Finding("MG773", message, hint))
