"""What if: facts of a line as somebody supposes them to be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from makegood.decisions.python_engine import Value
from makegood.kernel import Finding, MakegoodError, day_number, day_of, did_you_mean
from makegood.programmes import Programme
from makegood.rules import Fact, Kind, Missing

UNKNOWN_WORD = "?"
# No separators: what is a comma between thousands to one is a decimal point to another.
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


def supposed(
    programme: Programme, values: Mapping[str, Value], suppositions: Sequence[str]
) -> dict[str, Value]:
    """The line's facts with each ``FACT=VALUE`` put in; ``FACT=`` or ``FACT=?`` empties a fact.

    Raises MakegoodError MG609 with everything that is wrong in the suppositions.
    """
    changed = dict(values)
    findings: list[Finding] = []
    for text in suppositions:
        try:
            name, value = _read(programme, text)
            changed[name] = value
        except MakegoodError as error:
            findings += error.findings
    if findings:
        raise MakegoodError(findings)
    return changed


def _read(programme: Programme, text: str) -> tuple[str, Value]:
    name, sign, word = (part.strip() for part in text.partition("="))
    if not sign:
        raise _wrong(f"'{text}' is no supposition", "write FACT=VALUE")
    fact = programme.facts.get(name)
    if fact is None:
        hint = did_you_mean(name, programme.facts) or f"facts: {', '.join(programme.facts)}"
        raise _wrong(f"unknown fact '{name}'", hint)
    if word in ("", UNKNOWN_WORD):
        if fact.missing is Missing.NEVER:
            raise _wrong(f"'{name}' is never empty", "give it a value")
        return name, None
    return name, _value(fact, word)


def _value(fact: Fact, word: str) -> Value:
    match fact.kind:
        case Kind.ENUM:
            if word not in fact.values:
                hint = did_you_mean(word, fact.values) or f"one of {', '.join(fact.values)}"
                raise _wrong(f"'{word}' is not a value of '{fact.name}'", hint)
            return word
        case Kind.BOOLEAN:
            if word.lower() not in ("true", "false"):
                raise _wrong(f"'{fact.name}' is true or false, not '{word}'", "")
            return word.lower() == "true"
    number = _number(fact, word)
    if not fact.low <= number <= fact.high:
        low, high = _shown(fact, fact.low), _shown(fact, fact.high)
        raise _wrong(f"'{fact.name}' lies between {low} and {high}, not at {word}", "")
    return number


def _number(fact: Fact, word: str) -> int:
    message = f"'{fact.name}' is {fact.kind.named}, not '{word}'"
    if fact.kind is Kind.DATE:
        try:
            return day_number(date.fromisoformat(word))
        except ValueError:
            raise _wrong(message, "such as 2026-01-05") from None
    if not _WHOLE.fullmatch(word):
        units = " in minor units" if fact.kind is Kind.MONEY else ""
        raise _wrong(message, f"write a whole number{units}, without separators")
    return int(word)


def _shown(fact: Fact, number: int) -> str:
    return day_of(number).isoformat() if fact.kind is Kind.DATE else f"{number:,}"


def _wrong(message: str, hint: str) -> MakegoodError:
    return MakegoodError(Finding("MG609", message, hint))
