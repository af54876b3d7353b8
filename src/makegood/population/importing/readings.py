"""Looks whether a reading fits the kind of its fact, before a single row is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from makegood.kernel import Finding, did_you_mean
from makegood.population.importing.mapping import ISO_DATE, Arm, Scalar, formats_of, text_of
from makegood.population.importing.sql_values import DECIMAL, WHOLE, grouping_of
from makegood.programmes import Document
from makegood.rules import Fact, Kind, Missing

_Fault = tuple[str, str, str, str]
"""Code, key, message, hint."""

_ORIGINS = ("column", "constant", "as_of", "absent")
_KINDS = {
    "date": {Kind.DATE},
    "months_before_as_of": {Kind.DATE},
    "as_of": {Kind.DATE},
    "unit": {Kind.MONEY},
    "rounding": {Kind.MONEY},
    "thousands": {Kind.MONEY, Kind.INTEGER},
    "decimal": {Kind.MONEY, Kind.INTEGER},
}
_READS_TEXT = ("empty", "recode", "otherwise", *_KINDS.keys() - {"as_of"})
_DIRECTIVE = re.compile(r"%(-?.)?")
_DIRECTIVES = ("%Y", "%m", "%d", "%-m", "%-d", "%H", "%M", "%S")
_WHOLE = re.compile(WHOLE)
_DECIMAL = re.compile(DECIMAL)


def reading_faults(
    document: Document, path: tuple[str | int, ...], arm: Arm, fact: Fact
) -> Iterator[Finding]:
    """What is wrong with a reading of this fact (MG401, MG405, MG406, MG407)."""
    faults = (*_origin(arm, fact), *_operations(arm, fact), *_values(arm, fact))
    for code, key, message, hint in faults:
        place = document.place((*path, key) if key else path, key=True)
        yield Finding(code, f"'{fact.name}': {message}", hint, place)


def _origin(arm: Arm, fact: Fact) -> Iterator[_Fault]:
    given = [key for key in _ORIGINS if key in arm.model_fields_set]
    if len(given) != 1:
        stands = " and ".join(given) if given else "nothing"
        hint = f"give exactly one of {', '.join(_ORIGINS)}"
        yield "MG401", "", f"{stands} says where it comes from", hint
    if arm.absent and fact.missing is Missing.NEVER:
        hint = "give a column or a constant, or declare the fact's 'missing'"
        yield "MG405", "absent", "it is absent, but never may be empty", hint
    if "column" not in given:
        for key in (*_READS_TEXT, "default"):
            if key in arm.model_fields_set and given:
                message = f"'{key}' has no column to work on"
                yield "MG401", key, message, "give a 'column', or drop it"
    if "otherwise" in arm.model_fields_set and not arm.recode:
        yield "MG401", "otherwise", "'otherwise' needs a 'recode'", "say what else is recoded"


def _operations(arm: Arm, fact: Fact) -> Iterator[_Fault]:
    for key, kinds in _KINDS.items():
        if key in arm.model_fields_set and fact.kind not in kinds:
            wanted = " or ".join(sorted(kinds))
            yield "MG405", key, f"'{key}' reads {wanted}, but the fact is {fact.kind}", "drop it"
    if arm.thousands == arm.decimal:
        key = "decimal" if "decimal" in arm.model_fields_set else "thousands"
        other = "." if arm.decimal == "," else ","
        message = f"'{arm.decimal}' cannot stand both between thousands and before decimals"
        yield "MG405", key, message, f"say decimal: '{other}', or another 'thousands'"
    if arm.months_before_as_of and arm.date:
        yield "MG401", "date", "it is a date or a number of months, not both", "drop one"
    for text in formats_of(arm) if fact.kind is Kind.DATE else ():
        found = [match.group(0) for match in _DIRECTIVE.finditer(text)]
        if any(word not in _DIRECTIVES for word in found):
            odd = next(word for word in found if word not in _DIRECTIVES)
            yield "MG407", "date", f"'{odd}' is unknown in a date", f"use {' '.join(_DIRECTIVES)}"
        elif not {word.replace("-", "") for word in found} >= {"%Y", "%m", "%d"}:
            hint = "a day needs %Y, %m and %d"
            yield "MG407", "date", f"'{text}' does not name a day", hint


def _values(arm: Arm, fact: Fact) -> Iterator[_Fault]:
    """Values that the mapping itself puts in must be readable as the fact's kind."""
    listed: list[tuple[str, Scalar]] = [("recode", value) for value in arm.recode.values()]
    listed += [(key, getattr(arm, key)) for key in ("constant", "default", "otherwise")]
    for key, value in listed:
        text = text_of(value)
        if text is None:
            if key == "constant" and key in arm.model_fields_set:
                yield "MG406", key, "the constant is empty", "say 'absent: true' for no value"
        elif not _readable(text, None if key == "constant" else arm, fact):
            known = did_you_mean(text, fact.values) or ", ".join(fact.values)
            hint = known if fact.kind is Kind.ENUM else ""
            yield "MG406", key, f"'{text}' cannot be read as {fact.kind}", hint


def _readable(text: str, arm: Arm | None, fact: Fact) -> bool:
    match fact.kind:
        case Kind.BOOLEAN:
            return text.lower() in ("true", "false", "1", "0")
        case Kind.ENUM:
            return text in fact.values
        case Kind.INTEGER:
            return bool(_WHOLE.fullmatch(_plain(text, arm)))
        case Kind.MONEY:
            return bool(_DECIMAL.fullmatch(_plain(text, arm)))
        case Kind.DATE:
            if arm is not None and arm.months_before_as_of:
                return bool(_WHOLE.fullmatch(text))
            return any(_is_day(text, form) for form in (formats_of(arm) if arm else [ISO_DATE]))


def _plain(text: str, arm: Arm | None) -> str:
    """A number without the separators of its reading; empty where they stand wrongly."""
    pattern = grouping_of(arm) if arm is not None else None
    if arm is None or pattern is None:
        return text
    digits = text.replace(arm.thousands or "", "").replace(arm.decimal, ".")
    return digits if re.fullmatch(pattern, text) else ""


def _is_day(text: str, form: str) -> bool:
    try:
        return bool(datetime.strptime(text, form.replace("%-", "%")))  # noqa: DTZ007 - a day
    except ValueError:
        return False
