"""What runs of a measure have brought to lines, by the facts that decided it.

A run that pays claims pays what each was approved for: by the snapshot and the version of then,
whatever the run itself was planned on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from makegood.kernel import ONCE
from makegood.runs.kinds import RunKind
from makegood.runs.planning.alike import decided_alike
from makegood.runs.rows import RunRow, runs, select
from makegood.runs.states import RunState

if TYPE_CHECKING:
    from makegood.programmes import Measure, Programme

TOP_UP = "top-up"
"""How the period of a top-up begins: then the version, of a grant the month, and the facts."""

_SHORT = 12
_MONEY = (RunKind.PAY_OUT, RunKind.BILL)
_GRANTS = (RunKind.GRANT,)
_RUNS = """
WHERE programme = %s AND measure = %s AND kind = ANY(%s) AND state <> 'cancelled' AND items > 0
ORDER BY due_at, sequence, planned_at
"""
_NOT_DONE = """
SELECT run_id, item_key, attempt FROM runs_exception
WHERE run_id = ANY(%s) AND (%s::timestamptz IS NULL OR told_at <= %s)
"""


@dataclass(frozen=True, slots=True, order=True)
class Pin:
    """What something was decided on: the snapshot and the version, each by its hash."""

    facts: str
    version: str


@dataclass(frozen=True, slots=True)
class Done:
    """What was done of a measure; of a grant in one ``month``, which is empty for money.

    ``closed`` runs have brought what they say, but for what did not go well. ``unfinished`` ones
    are not closed: what they bring is not counted, as it may still fail. ``top_ups`` count from the
    moment they are planned: nothing is proposed twice, and what of them failed is tried again by
    themselves. ``pins`` say of each run on what its items were decided: of claims there may be
    many. ``alike`` are the versions that decide the measure as the one in force does.
    """

    measure: str
    month: str
    closed: tuple[RunRow, ...]
    unfinished: tuple[RunRow, ...]
    top_ups: tuple[RunRow, ...]
    pins: Mapping[UUID, tuple[Pin, ...]]
    alike: frozenset[str]

    @property
    def is_quantity(self) -> bool:
        """Whether quantities are brought, and no money."""
        return bool(self.month)

    @property
    def facts(self) -> tuple[str, ...]:
        """The hashes of all snapshots that items were decided on, in the order of the runs."""
        found = (pin.facts for run in self.brought for pin in self.pins[run.run_id])
        return tuple(dict.fromkeys(found))

    @property
    def brought(self) -> tuple[RunRow, ...]:
        """All runs that bring lines something first: all but what adds to it."""
        return (*self.originals, *self.upheld)

    @property
    def upheld(self) -> tuple[RunRow, ...]:
        """The top-ups of what was upheld that are closed: a line that had nothing has it first."""
        closed = (run for run in self.top_ups if run.state is RunState.CLOSED)
        return tuple(run for run in closed if run.period == ONCE)

    @property
    def originals(self) -> tuple[RunRow, ...]:
        """All runs but top-ups."""
        return (*self.closed, *self.unfinished)

    def by_facts(self, facts: str) -> tuple[RunRow, ...]:
        """The runs that bring something first, with anything that was decided on a snapshot."""
        return tuple(
            run for run in self.brought if any(pin.facts == facts for pin in self.pins[run.run_id])
        )

    def is_amended(self, facts: str) -> bool:
        """Whether anything by these facts was decided otherwise than the version in force does."""
        found = {
            pin.version
            for run in self.brought
            for pin in self.pins[run.run_id]
            if pin.facts == facts
        }
        found |= {run.programme_sha256 for run in self.top_ups if run.snapshot_sha256 == facts}
        return not found <= self.alike


def pays_claims(run: RunRow) -> bool:
    """Whether the items of a run are claims, each decided on what it was approved on."""
    return run.kind is RunKind.PAY_OUT


def done_by(programme: Programme, measure: Measure) -> Iterator[Done]:
    """What was done of a measure: of a grant month by month, else all at once; nothing yields none.

    Of a measure whose kind brings neither an amount nor a quantity nothing is told here.
    """
    is_grant = measure.section.grant is not None
    if not is_grant and measure.amount is None:
        return
    wanted = [kind.value for kind in (*(_GRANTS if is_grant else _MONEY), RunKind.TOP_UP)]
    found: dict[str, list[RunRow]] = {}
    for run in runs(_RUNS, [programme.identifier, measure.name, wanted]):
        month = _month(run) if is_grant else ""
        # A measure that was money once and is a grant now has top-ups of both.
        if run.kind is not RunKind.TOP_UP or bool(month_of(run.period)) is bool(month):
            found.setdefault(month, []).append(run)
    for month, all_runs in sorted(found.items()):
        done = _sorted_out(programme, measure, month, all_runs)
        if done.originals or (done.upheld and not is_grant):
            yield done


def _month(run: RunRow) -> str:
    return month_of(run.period) if run.kind is RunKind.TOP_UP else run.period


def _sorted_out(programme: Programme, measure: Measure, month: str, found: list[RunRow]) -> Done:
    originals = [run for run in found if run.kind is not RunKind.TOP_UP]
    added = tuple(run for run in found if run.kind is RunKind.TOP_UP)
    pins = _pins(found)
    versions = {pin.version for own in pins.values() for pin in own}
    return Done(
        measure.name,
        month,
        tuple(run for run in originals if run.state is RunState.CLOSED),
        tuple(run for run in originals if run.state is not RunState.CLOSED),
        added,
        pins,
        decided_alike(programme, measure.name, versions),
    )


def _pins(found: list[RunRow]) -> dict[UUID, tuple[Pin, ...]]:
    from makegood.redress.claims import approved_on

    pins: dict[UUID, tuple[Pin, ...]] = {}
    for run_id, facts, version in approved_on([run.run_id for run in found if pays_claims(run)]):
        pins[run_id] = (*pins.get(run_id, ()), Pin(facts, version))
    own = {run.run_id: (Pin(run.snapshot_sha256, run.programme_sha256),) for run in found}
    return own | pins


def top_up_period(programme: Programme, month: str, facts: str) -> str:
    """What a top-up's key is paid once for: this version, this month, the facts of these runs."""
    words = (TOP_UP, programme.sha256[:_SHORT], month, facts[:_SHORT])
    return " ".join(word for word in words if word)


def month_of(period: str) -> str:
    """The month that a top-up of a grant is for, such as ``2026-02``; empty for all others."""
    words = period.split()
    is_monthly = len(words) == 4 and words[0] == TOP_UP  # noqa: PLR2004 - see top_up_period
    return words[2] if is_monthly else ""


def not_done(found: Iterable[RunRow], until: datetime | None = None) -> list[tuple[UUID, str, int]]:
    """Run, key and attempt of all items that failed, came back, or contradict themselves.

    Up to an instant, where one is given.
    """
    rows = select(_NOT_DONE, [[run.run_id for run in found], until, until])
    return [(run_id, key, attempt) for run_id, key, attempt in rows]
