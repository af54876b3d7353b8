"""Whole columns checked at once: most rows are written as they are kept, and are seen as such here.

A row whose every field plainly has the one form is *plain*: Hangul name, Korean mobile number, and
so on. All others go through ``rows.py`` one by one, which decides alone; a test holds that both
say the same of a plain row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from makegood.kernel import is_pseudonym
from makegood.trust.vault.normalising import (
    ADDRESS_LETTERS_MAX,
    EMAIL_LETTERS_MAX,
    HOME_COUNTRY,
    NAME_LETTERS_MAX,
)
from makegood.trust.vault.packing import BYTES_MAX, FORM, LENGTH_FOR, MARK

Array: TypeAlias = Any
"""An array of pyarrow, which shows no types."""

Kept = tuple[bytes, bytes, bytes | None, bytes | None]
"""A row that is taken: person, packed; phone and name as indexed; account, packed."""

_RUNNING_NUMBER = r"\A[A-Za-z]{1,2}[0-9]{1,9}\z"
"""Most pseudonyms: too short for a telephone number, and no birth date behind so few letters."""
_HANGUL_NAME = rf"\A[가-힣]{{1,{NAME_LETTERS_MAX}}}\z"
_MOBILE = r"\A01[016789][0-9]{7,8}\z"
_EMAIL = r"\A(?:[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)?\z"
_ADDRESS = r"\A(?:[가-힣A-Za-z0-9(),.-]+(?: [가-힣A-Za-z0-9(),.-]+)*)?\z"
_BANK_CODE = r"\A[0-9]{3}\z"
_ACCOUNT_NUMBER = r"\A[0-9]{6,20}\z"


@dataclass(frozen=True, slots=True, repr=False)
class Plain:
    """Which rows are plain, and what each of these becomes (the others' values mean nothing)."""

    is_plain: list[bool]
    kept: list[Kept]


def plain_rows(
    columns: Sequence[Sequence[str]], day_of: Callable[[str], str | None]
) -> Plain | None:
    """The plain rows among ``columns``, which come in the order of the fields.

    ``day_of`` gives a birth date's one form. None where a column holds text that is no Unicode.
    """
    import pyarrow as pa

    try:
        arrays = [pa.array(column, pa.string()) for column in columns]
    except UnicodeEncodeError:
        return None
    ids, names, phones, _, emails, addresses, banks, numbers, holders = arrays
    phone, phone_fits = _phones(phones)
    days = [day_of(text) for text in columns[3]]
    account, number, account_fits = _accounts(names, banks, numbers, holders)
    is_plain = (
        phone_fits
        & account_fits
        & _pseudonyms(columns[0], ids)
        & _matches(names, _HANGUL_NAME)
        & _matches(emails, _EMAIL)
        & _short(emails, EMAIL_LETTERS_MAX)
        & _matches(addresses, _ADDRESS)
        & _short(addresses, ADDRESS_LETTERS_MAX)
        & np.fromiter((day is not None for day in days), bool, len(days))
    )
    born = pa.array([day or "" for day in days], pa.string())
    phone_texts, number_texts = phone.to_pylist(), number.to_pylist()
    reveals = [
        digits[3:] in key or (code is not None and code in key)
        for key, digits, code in zip(columns[0], phone_texts, number_texts, strict=True)
    ]
    return Plain(
        (is_plain & ~np.array(reveals, dtype=bool)).tolist(),
        list(
            zip(
                _padded(_joined(FORM, names, phone, born, emails, addresses)),
                [text.encode() for text in phone_texts],
                _either(_joined(names, born), days),
                _padded(account),
                strict=True,
            )
        ),
    )


def _pseudonyms(texts: Sequence[str], ids: Array) -> Array:
    fits = _matches(ids, _RUNNING_NUMBER)
    if fits.all():
        return fits
    return np.fromiter(
        (short or is_pseudonym(text) for short, text in zip(fits, texts, strict=True)),
        bool,
        len(texts),
    )


def _phones(texts: Array) -> tuple[Array, Array]:
    import pyarrow.compute as pc

    digits = pc.replace_substring_regex(texts, "[-. ()]", "")
    digits = pc.replace_substring_regex(digits, rf"\A\+{HOME_COUNTRY}", "0")
    rest = pc.utf8_slice_codeunits(digits, 1)
    return pc.binary_join_element_wise(f"+{HOME_COUNTRY}", rest, ""), _matches(digits, _MOBILE)


def _accounts(
    names: Array, banks: Array, numbers: Array, holders: Array
) -> tuple[Array, Array, Array]:
    """The accounts joined, their numbers (null where there is no account), and which rows fit."""
    import pyarrow.compute as pc

    digits = pc.replace_substring_regex(numbers, "[- ]", "")
    is_none = pc.and_(pc.equal(banks, ""), pc.equal(numbers, ""))
    is_named = pc.equal(holders, "")
    holder = pc.if_else(is_named, names, holders)
    fits = _matches(banks, _BANK_CODE) & _matches(digits, _ACCOUNT_NUMBER)
    fits &= _matches(holder, _HANGUL_NAME)
    nothing = _null()
    return (
        pc.if_else(is_none, nothing, _joined(FORM, banks, digits, holder)),
        pc.if_else(is_none, nothing, digits),
        fits | _numpy(is_none),
    )


def _padded(texts: Array) -> list[Any]:
    """Packed as ``packing.pack`` does it, or None where the text is null.

    No plain row is too long for it: its fields are short enough.
    """
    import pyarrow as pa

    return [
        None if data is None else data.ljust(LENGTH_FOR[min(len(data), BYTES_MAX)], b"\0")
        for data in texts.cast(pa.binary()).to_pylist()
    ]


def _either(texts: Array, wanted: Sequence[str | None]) -> list[bytes | None]:
    import pyarrow as pa

    values = texts.cast(pa.binary()).to_pylist()
    return [value if want else None for value, want in zip(values, wanted, strict=True)]


def _joined(*parts: Array) -> Array:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*parts, MARK)


def _matches(texts: Array, pattern: str) -> Array:
    import pyarrow.compute as pc

    return _numpy(pc.match_substring_regex(texts, pattern))


def _short(texts: Array, letters_max: int) -> Array:
    import pyarrow.compute as pc

    return _numpy(pc.less_equal(pc.utf8_length(texts), letters_max))


def _numpy(flags: Array) -> Array:
    return flags.to_numpy(zero_copy_only=False)


def _null() -> Array:
    import pyarrow as pa

    return pa.scalar(None, pa.string())
