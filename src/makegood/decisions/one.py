"""One line's facts out of a snapshot, with its membership of the base populations."""

from __future__ import annotations

from collections.abc import Mapping

from makegood.decisions.bases import BASE_PREFIX, BaseSource
from makegood.decisions.python_engine import Value
from makegood.kernel import Finding, MakegoodError
from makegood.population import Snapshot, read_line
from makegood.rules import evaluator, facts_of


def line_facts(
    snapshot: Snapshot, line_id: str, sources: Mapping[str, BaseSource]
) -> dict[str, Value]:
    """The facts of a line as engine values, and ``base.<name>`` for bases read elsewhere.

    Raises MakegoodError MG610 where the snapshot has no such line.
    """
    found = read_line(snapshot, line_id)
    if found is None:
        message = f"no line '{line_id}' among {snapshot.rows:,} as of {snapshot.as_of}"
        first = snapshot.parts[0].first_line if snapshot.parts else ""
        hint = f"line ids here look like '{first}'" if first else ""
        raise MakegoodError(Finding("MG610", message, hint))
    values: dict[str, Value] = dict(found)
    for name, source in sources.items():
        if not source.inline:
            values[f"{BASE_PREFIX}{name}"] = _member(source, line_id)
    return values


def _member(source: BaseSource, line_id: str) -> bool | None:
    """Membership of a base; False for a line that was not there, unknown without a snapshot."""
    if source.snapshot is None:
        return None
    found = read_line(source.snapshot, line_id)
    if found is None:
        return False
    facts = list(facts_of(source.base.where).values())
    verdict = evaluator(source.base.where, facts)(*(found[fact.name] for fact in facts))
    return None if verdict is None else bool(verdict)
