"""The columns of made-up contacts, a batch of people at a time."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from makegood.trust.vault.synthetic import words

Column: TypeAlias = Any
"""An array of pyarrow or numpy, which show no types; one value for each of the people."""

FIELDS = (
    *("customer_id", "name", "phone", "birth_date", "email", "address"),
    *("bank_code", "account_number", "account_holder"),
)
SCHEMA = pa.schema([(field, pa.string()) for field in FIELDS])

_EIGHT_DIGITS = 100_000_000
# Without a common divisor with 10^8, so that no two of 10^8 people share a number.
_STRIDE = 38_724_901
_OLDEST = (date(1940, 1, 1) - date(1970, 1, 1)).days
_YOUNGEST = (date(2007, 12, 31) - date(1970, 1, 1)).days

_FAMILY = list(words.FAMILY_NAMES)
_WEIGHTS = np.array(list(words.FAMILY_NAMES.values()), dtype=np.float64)
_HANGUL = ["", *words.SYLLABLES]
_LATIN = ["", *words.SYLLABLES.values()]


def people(seed: int, first: int, count: int) -> pa.RecordBatch:
    """``count`` people from number ``first`` on; the same for the same seed and numbers."""
    random = np.random.default_rng([seed, first])
    number = np.arange(first, first + count, dtype=np.int64)
    name, latin = _names(random, count)
    account = random.random(count) < 0.85  # noqa: PLR2004 - a share
    columns = {
        "customer_id": _joined("C", _padded(number, 8)),
        "name": name,
        "phone": _phones(random, seed, number),
        "birth_date": _unless(random, 0.02, _birth_dates(random, count)),
        "email": _unless(random, 0.07, _joined(latin, _text(number), "@example.com")),
        "address": _addresses(random, count),
        "bank_code": _only(account, _drawn(random, words.BANK_CODES, count)),
        "account_number": _only(account, _account_numbers(random, count)),
        "account_holder": _only(account, name),
    }
    return pa.record_batch([columns[field] for field in FIELDS], schema=SCHEMA)


def _names(random: np.random.Generator, count: int) -> tuple[Column, Column]:
    family = random.choice(len(_FAMILY), size=count, p=_WEIGHTS / _WEIGHTS.sum())
    one = random.integers(1, len(_HANGUL), count)
    two = random.integers(1, len(_HANGUL), count)
    two[random.random(count) < 0.04] = 0  # noqa: PLR2004 - given names of one syllable
    korean = _joined(_taken(_FAMILY, family), _taken(_HANGUL, one), _taken(_HANGUL, two))
    foreign = pa.array(random.random(count) < 0.02)  # noqa: PLR2004 - a share
    name = pc.if_else(foreign, _drawn(random, words.FOREIGN_NAMES, count), korean)
    latin = _joined(
        _taken(_LATIN, one), _taken(_LATIN, two), ".", _taken(words.FAMILY_NAMES_LATIN, family)
    )
    return name, latin


def _phones(random: np.random.Generator, seed: int, number: Column) -> Column:
    digits = _padded((number * _STRIDE + seed) % _EIGHT_DIGITS, 8)
    middle, last = pc.utf8_slice_codeunits(digits, 0, 4), pc.utf8_slice_codeunits(digits, 4, 8)
    draw = random.random(len(number))
    usual = _joined("010-", middle, "-", last)
    abroad = pc.if_else(pa.array(draw < 0.05), _joined("+82 10 ", middle, " ", last), usual)  # noqa: PLR2004
    return pc.if_else(pa.array(draw > 0.9), _joined("010", digits), abroad)  # noqa: PLR2004


def _birth_dates(random: np.random.Generator, count: int) -> Column:
    days = random.integers(_OLDEST, _YOUNGEST, count, dtype=np.int32, endpoint=True)
    return pc.cast(pa.array(days).cast(pa.date32()), pa.string())


def _addresses(random: np.random.Generator, count: int) -> Column:
    street = _joined(
        _drawn(random, words.DISTRICTS, count),
        " ",
        _drawn(random, words.ROADS, count),
        _drawn(random, ("로", "길", "대로"), count),
        " ",
        _text(random.integers(1, 300, count)),
    )
    flat = _joined(
        street,
        ", ",
        _text(random.integers(101, 130, count)),
        "동 ",
        _text(random.integers(1, 26, count) * 100 + random.integers(1, 9, count)),
        "호 (",
        _drawn(random, words.BUILDINGS, count),
        ")",
    )
    return pc.if_else(pa.array(random.random(count) < 0.6), flat, street)  # noqa: PLR2004


def _account_numbers(random: np.random.Generator, count: int) -> Column:
    form = random.integers(0, len(words.ACCOUNT_FORMS), count)
    made = pa.nulls(count, pa.string())
    for place, lengths in enumerate(words.ACCOUNT_FORMS):
        parts = [_padded(random.integers(0, 10**length, count), length) for length in lengths]
        made = pc.if_else(pa.array(form == place), _joined(*parts, between="-"), made)
    return made


def _drawn(random: np.random.Generator, options: tuple[str, ...], count: int) -> Column:
    return _taken(options, random.integers(0, len(options), count))


def _taken(options: list[str] | tuple[str, ...], places: Column) -> Column:
    return pa.array(options, pa.string()).take(pa.array(places))


def _text(numbers: Column) -> Column:
    return pc.cast(pa.array(numbers), pa.string())


def _padded(numbers: Column, width: int) -> Column:
    return pc.utf8_lpad(_text(numbers), width, "0")


def _joined(*parts: Column, between: str = "") -> Column:
    return pc.binary_join_element_wise(*parts, between)


def _unless(random: np.random.Generator, share: float, column: Column) -> Column:
    return pc.if_else(pa.array(random.random(len(column)) < share), "", column)


def _only(wanted: Column, column: Column) -> Column:
    return pc.if_else(pa.array(wanted), column, "")
