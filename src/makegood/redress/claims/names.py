"""Whether two names are the same name, however a bank and a carrier write it."""

from __future__ import annotations

import re
from unicodedata import normalize

# How a company says that it is one, in brackets or not, before or behind its name.
_FORMS_KOREAN = (
    *("주식회사", "유한책임회사", "유한회사", "합자회사", "합명회사"),
    *("사단법인", "재단법인", "의료법인", "학교법인", "사회복지법인", "농업회사법인"),
)
_BRACKETED = re.compile(r"[(\[{](?:주|유|사|재|복|학|의|합|합자)[)\]}]")
_FORM_ENGLISH = re.compile(
    r"(?:[\s,.]+(?:co|company|ltd|limited|inc|incorporated|corp|corporation|llc|llp|plc|gmbh))+"
    r"[\s,.]*$"
)
_NOT_LETTERS = re.compile(r"[\W_]+")


def plain_name(name: str) -> str:
    """The name in one form: without spaces, marks, capitals and what kind of company it is.

    A name that is nothing but such words stays as it is, so that it equals no other.
    """
    text = normalize("NFKC", name).casefold().strip()
    bare = _FORM_ENGLISH.sub("", _BRACKETED.sub(" ", text))
    for form in _FORMS_KOREAN:
        bare = bare.removeprefix(form).removesuffix(form).strip()
    return _NOT_LETTERS.sub("", bare) or _NOT_LETTERS.sub("", text)


def is_same_name(one: str, other: str) -> bool:
    """Whether both are the same; an empty name is the same as none."""
    plain = plain_name(one)
    return bool(plain) and plain == plain_name(other)
