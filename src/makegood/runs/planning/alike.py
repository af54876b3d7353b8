"""Whether versions of a programme decide a measure alike, whatever else they say otherwise."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from makegood.kernel import MakegoodError

if TYPE_CHECKING:
    from makegood.programmes import Programme

# Windows, reminders and money set aside decide nothing, nor do words.
_MEASURE = {"title", "promise", "remind", "budget", "by_day", "claim", "late", "exclusions"}
_KINDS = {"refund", "discount"}
_KEPT = 64


def decided_alike(programme: Programme, measure: str, versions: Collection[str]) -> frozenset[str]:
    """Of versions, by their hashes, those that decide a measure as this one does.

    What they read of a line is compared as it is written, and so are the rules: a comment, words
    and other measures make no difference. One that is not published any more is none of them, nor
    is one of an earlier format that cannot be read any more.
    """
    from makegood.publication import versions as published

    found = {programme.sha256} & set(versions)
    others = set(versions) - found
    if others:
        own = _deciding(programme, measure)
        for each in published(programme.identifier):
            if each.sha256 in others and _kept(each.text, measure) == own:
                found.add(each.sha256)
    return frozenset(found)


@lru_cache(maxsize=_KEPT)
def _kept(text: str, measure: str) -> dict[str, Any] | None:
    from makegood.programmes import load_text

    try:
        return _deciding(load_text(text), measure)
    except MakegoodError:
        return None


def _deciding(programme: Programme, name: str) -> dict[str, Any] | None:
    """All that decides a measure; None of a programme without it."""
    section = programme.section
    measure = section.measures.get(name)
    if measure is None:
        return None
    tables = {key: table.model_dump(exclude={"label"}) for key, table in section.tables.items()}
    facts = {
        key: (fact.model_dump(exclude={"label", "unit", "values"}), tuple(fact.values))
        for key, fact in section.facts.items()
    }
    return {
        "currency": section.currency.model_dump(),
        "time_zone": section.time_zone,
        "contract": section.contract,
        "dates": section.dates,
        "facts": facts,
        "tables": tables,
        "formulas": {key: formula.value for key, formula in section.formulas.items()},
        "bases": {key: (base.as_of, base.where) for key, base in section.bases.items()},
        "measure": measure.model_dump(exclude=_MEASURE | _KINDS),
        "kind": measure.kind,
        "amount": measure.amount,
        # In this order: the first that applies is the reason.
        "exclusions": [(key, each.when) for key, each in measure.exclusions.items()],
        "on_application": measure.claim is not None,
        "late": measure.late.when if measure.late else None,
    }
