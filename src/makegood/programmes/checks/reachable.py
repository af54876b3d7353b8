"""Exclusions that can never be the reason, and measures nobody can get."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.kernel import Finding
from makegood.programmes.checks.base import Draft
from makegood.programmes.programme import Measure
from makegood.rules import TRUE, AnyOf, Node, satisfiable


def check_reachable(draft: Draft) -> Iterator[Finding]:
    """MG302 an exclusion that can never be reached; MG303 a measure nobody can get."""
    for name, measure in draft.programme.measures.items():
        scope = _scope(measure)
        if not satisfiable(scope, within=TRUE):
            message = f"nobody can get '{name}': no line meets its 'for'"
            hint = "look at the parts that contradict each other"
            yield draft.at("MG303", message, hint, "measures", name, "for")
            continue
        yield from _exclusions(draft, name, measure, scope)
    for name, base in draft.programme.bases.items():
        if not satisfiable(base.where, within=TRUE):
            message = f"nobody is in the base '{name}'"
            yield draft.at("MG303", message, "look at its condition", "bases", name, "where")


def _scope(measure: Measure) -> Node:
    return AnyOf((measure.scope, measure.late)) if measure.late else measure.scope


def _exclusions(draft: Draft, name: str, measure: Measure, scope: Node) -> Iterator[Finding]:
    earlier: list[Node] = []
    for exclusion in measure.exclusions:
        path = ("measures", name, "except", exclusion.name, "when")
        if not satisfiable(exclusion.when, within=scope, unless=earlier):
            message = f"the exclusion '{exclusion.name}' can never be the reason"
            hint = "no line in scope meets it that an earlier one does not take out"
            yield draft.at("MG302", message, hint, *path)
        earlier.append(exclusion.when)
        if not satisfiable(scope, within=TRUE, unless=earlier):
            message = f"nobody can get '{name}': '{exclusion.name}' takes out whoever is left"
            yield draft.at("MG303", message, "narrow it", *path)
            return
