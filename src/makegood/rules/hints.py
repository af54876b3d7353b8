"""What an author may have meant by a name or a function that the language does not have."""

from __future__ import annotations

from makegood.kernel import did_you_mean
from makegood.rules.facts import Kind
from makegood.rules.functions import FUNCTIONS
from makegood.rules.names import Names

_NO_CLOCK = "a rule knows no today: name a day under 'dates', or use a fact"
_INSTEAD = {
    "cast": "the only cast is DATE '2026-01-13'",
    "if": "write CASE WHEN … THEN … ELSE … END",
    "iif": "write CASE WHEN … THEN … ELSE … END",
    "nvl": "use coalesce(value, default)",
    "ifnull": "use coalesce(value, default)",
    "min": "use least(value, …)",
    "max": "use greatest(value, …)",
    "datediff": "use days(from, to)",
    "date_diff": "use days(from, to)",
    "dateadd": "use plus_days(day, days)",
    "date_add": "use plus_days(day, days)",
    "round": "use prorate(amount, part, whole, half_up)",
    "floor": "use prorate(amount, part, whole, down)",
    "ceil": "use prorate(amount, part, whole, up)",
    "now": _NO_CLOCK,
    "today": _NO_CLOCK,
    "current_date": _NO_CLOCK,
    "current_timestamp": _NO_CLOCK,
}


def unknown_hint(name: str, names: Names) -> str:
    """What to do about a name that stands for nothing."""
    lower = name.lower()
    if lower in _INSTEAD:
        return _INSTEAD[lower]
    if lower in FUNCTIONS:
        return f"it is a function: {FUNCTIONS[lower].signature}"
    values = {v for fact in names.facts.values() if fact.kind is Kind.ENUM for v in fact.values}
    if name in values:
        return f"a value of an enum is written in single quotes: '{name}'"
    return did_you_mean(name, names.values()) or "declare it under 'facts' or 'formulas'"


def function_hint(name: str) -> str:
    """What to do about a function that there is not."""
    known = f"the functions are {', '.join(sorted(FUNCTIONS))}"
    return _INSTEAD.get(name) or did_you_mean(name, FUNCTIONS) or known
