"""Bounds that keep a programme within what decisions can hold."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.kernel import Finding
from makegood.programmes.checks.base import Draft
from makegood.rules import Missing

EXCLUSIONS_MAX = 100
MISSING_FACTS_MAX = 60


def check_limits(draft: Draft) -> Iterator[Finding]:
    """MG330: more exclusions or facts that may be missing than a decision has room for."""
    for name, measure in draft.programme.measures.items():
        if len(measure.exclusions) > EXCLUSIONS_MAX:
            message = f"{len(measure.exclusions)} exclusions, at most {EXCLUSIONS_MAX}"
            path = ("measures", name, "except")
            yield draft.at("MG330", message, "join some with OR", *path, key=True)
    missing = [f for f in draft.programme.facts.values() if f.missing is not Missing.NEVER]
    count = len(missing) + len(draft.programme.bases)
    if count > MISSING_FACTS_MAX:
        message = f"{count} facts and bases may be missing, at most {MISSING_FACTS_MAX}"
        hint = "declare 'missing: never' where it holds"
        yield draft.at("MG330", message, hint, "facts", key=True)
    budgets = [m.section.budget or 0 for m in draft.programme.measures.values()]
    total = draft.programme.section.budget
    if total is not None and sum(budgets) > total:
        message = f"the measures' budgets sum to {sum(budgets):,}, the programme's is {total:,}"
        yield draft.at("MG331", message, "raise it, or lower one of theirs", "budget")
