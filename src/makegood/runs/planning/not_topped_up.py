"""What an amended programme says otherwise without adding anything: told, so that it is seen."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from makegood.runs.planning.texts import MESSAGES
from makegood.runs.rows import select

if TYPE_CHECKING:
    from makegood.decisions import KeyChange
    from makegood.programmes import Measure, Programme

# What people were told is no thing that they got.
_VERSIONS = """
SELECT measure, array_agg(DISTINCT programme_sha256), array_agg(DISTINCT run_id) FROM runs_run
WHERE programme = %s AND kind <> ALL(%s) AND measure <> '' AND state <> 'cancelled' AND items > 0
GROUP BY measure ORDER BY measure
"""
# These are reckoned: who is due how much is decided anew for everybody who got something.
_RECKONED = frozenset(
    {
        *("for", "base", "except", "automatic", "refund.amount", "discount.amount"),
        *("grant.quantity", "grant.first_month", "grant.months"),
    }
)


@dataclass(frozen=True, slots=True)
class NotToppedUp:
    """A measure of which lines got something by another version, with the keys that differ.

    ``keys`` are ways through the measure, such as ``uplift.percent``, that no top-up makes up for.
    ``is_gone`` where the version in force has no such measure any more: nothing is taken back.
    """

    measure: str
    keys: tuple[str, ...]
    is_gone: bool = False

    def as_json(self) -> dict[str, Any]:
        """For answers in JSON and for what is kept of a study."""
        return {"measure": self.measure, "keys": list(self.keys), "is_gone": self.is_gone}


def not_topped_up(programme_name: str) -> tuple[NotToppedUp, ...]:
    """What the version in force says otherwise of measures that lines have something of.

    Compared with every version by which something of a measure was done, or approved as a claim;
    of offers, which no run brings, with all versions before. Raises MakegoodError MG632 where no
    version is in force.
    """
    from makegood.publication import versions
    from makegood.redress.serving import programme_in_force

    programme = programme_in_force(programme_name)
    published = {each.sha256: each for each in versions(programme_name)}
    changes: dict[str, tuple[KeyChange, ...]] = {}
    found = []
    for name, used in _used(programme, frozenset(published)).items():
        if name not in programme.measures:
            found.append(NotToppedUp(name, (), is_gone=True))
            continue
        keys: dict[str, None] = {}
        for sha256 in sorted(used & published.keys() - {programme.sha256}):
            if sha256 not in changes:
                changes[sha256] = _changes(published[sha256].load(), programme)
            keys |= dict.fromkeys(_of_measure(changes[sha256], name))
        if keys:
            found.append(NotToppedUp(name, tuple(sorted(keys))))
    return tuple(found)


def _used(programme: Programme, published: frozenset[str]) -> dict[str, set[str]]:
    """By measure the versions by which lines got something."""
    from makegood.redress.claims import approved_under

    found: defaultdict[str, set[str]] = defaultdict(set)
    messages = [kind.value for kind in MESSAGES]
    for name, hashes, run_ids in select(_VERSIONS, [programme.identifier, messages]):
        found[name] |= {*hashes, *approved_under(run_ids)}
    for name, measure in programme.measures.items():
        if _has_offers(measure):
            found[name] |= published
    return dict(found)


def _has_offers(measure: Measure) -> bool:
    discount = measure.section.discount
    return discount is not None and bool(discount.windows)


def _changes(old: Programme, new: Programme) -> tuple[KeyChange, ...]:
    from makegood.decisions import key_changes

    return key_changes(old, new)


def _of_measure(changes: tuple[KeyChange, ...], name: str) -> list[str]:
    """The keys of a measure that differ and are not reckoned."""
    start = f"measures.{name}."
    own = [each.path.removeprefix(start) for each in changes if each.path.startswith(start)]
    # What is counted in another unit cannot be compared, however much it is.
    unit = any(key.startswith("grant.unit.") for key in own)
    return [key for key in own if not _is_reckoned(key) or (unit and key == "grant.quantity")]


def _is_reckoned(key: str) -> bool:
    parts = key.split(".")
    if parts[0] == "except":
        return "because" not in parts
    return key in _RECKONED
