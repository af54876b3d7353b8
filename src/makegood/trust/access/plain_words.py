"""What may stand in the log of what people type: never what identifies a customer.

What looks personal is said by the kernel, the same for all that is typed, loaded and logged.
"""

from __future__ import annotations

import re

from makegood.kernel import Finding, MakegoodError, is_pseudonym, looks_personal, masked_text

REASON_LETTERS_MAX = 500
_CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/#:-]{0,63}")


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
    if masked_text(reason) != reason:
        raise _bad_reason("the reason seems to hold a telephone, account or e-mail address")
    return reason


def checked_customer_id(customer_id: str) -> str:
    """A customer's pseudonym. Raises MakegoodError MG774 where it cannot be one."""
    if not is_pseudonym(customer_id):
        message = "this is no customer's pseudonym"
        hint = "take it from a look-up; a name or a telephone number is not one"
        raise MakegoodError(Finding("MG774", message, hint))
    return customer_id


def _bad_reason(message: str) -> MakegoodError:
    hint = "say in a sentence what for, without anybody's data: the log keeps it for good"
    return MakegoodError(Finding("MG773", message, hint))
