"""A formula of a programme, evaluated for one line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from makegood.kernel import day_number
from makegood.programmes import Programme
from makegood.rules import evaluator, facts_of


def reckoned(programme: Programme, formula: str, line: Mapping[str, date | int | str]) -> int:
    """What the formula comes to for the line's facts; facts it does not read may be left out."""
    tree = programme.names.formulas[formula]
    facts = facts_of(tree)
    values = [line[name] for name in facts]
    whole = [day_number(v) if isinstance(v, date) else v for v in values]
    return int(evaluator(tree, list(facts.values()))(*whole))
