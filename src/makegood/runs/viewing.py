"""Runs as they are to be seen while they go on: counts, times, shards, failures, what is next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from makegood.kernel import MakegoodError
from makegood.redress.serving import programme_in_force, registered
from makegood.runs.merging import CONTRADICTORY
from makegood.runs.planning import Deviating, deviating_of
from makegood.runs.planning.upheld import is_upheld
from makegood.runs.reminding import applied_of
from makegood.runs.resuming import may_go_on
from makegood.runs.rows import RunRow, ShardRow, run_of, runs, select, shards_of
from makegood.runs.states import RunState, ShardState
from makegood.trust.access import Visitor, permit
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

_FAILURES = """
SELECT outcome, code, count(*), sum(amount)::bigint,
       count(*) FILTER (WHERE taken_by IS NULL AND outcome <> 'contradictory')
FROM runs_exception WHERE run_id = %s GROUP BY outcome, code ORDER BY outcome, count(*) DESC, code
"""
_OPEN_PROPOSAL = """
SELECT state, proposal_id FROM proposal
WHERE kind = 'release_run' AND subject = %s AND state IN ('open', 'approved') AND expires_at > %s
ORDER BY proposed_at DESC LIMIT 1
"""
_CONTRADICTORY = """
WHERE unknown > 0 AND run_id IN (
    SELECT run_id FROM runs_exception WHERE outcome = 'contradictory')
ORDER BY due_at DESC, run_id LIMIT %s
"""
_NOT_SENT = """
SELECT run_id, sum(items)::bigint FROM runs_shard
WHERE run_id = ANY(%s) AND state = 'pending' GROUP BY run_id
"""
_FOLLOW_UPS = "WHERE follows = %s ORDER BY sequence"


@dataclass(frozen=True, slots=True)
class Failures:
    """Items of one outcome and code: how many, how much, and how many may still be tried again.

    Of what contradicts itself that is none, until somebody has found out.
    """

    outcome: str
    code: str
    items: int
    amount: int
    not_taken: int


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with everything that is known of it; ``next_step`` says what happens next.

    ``applied`` items of reminders count as done and were not sent: their customers had applied.
    ``release_state`` is that of the proposal to release it, open or approved; empty without one.
    ``facts_day`` is the day of the snapshot that it was planned from; None where it is not known.
    ``deviating`` is how its lines stand to what they were shown; None where that was not looked at.
    """

    run: RunRow
    shards: tuple[ShardRow, ...]
    failures: tuple[Failures, ...]
    follow_ups: tuple[RunRow, ...]
    next_step: str
    applied: int = 0
    release_state: str = ""
    release_proposal: UUID | None = None
    facts_day: date | None = None
    deviating: Deviating | None = None

    @property
    def doubtful(self) -> tuple[ShardRow, ...]:
        """Shards of which nobody knows whether the other side has them."""
        return tuple(shard for shard in self.shards if shard.doubtful_at is not None)

    @property
    def contradictory(self) -> int:
        """Items of which the other side says both that they failed and that they are done."""
        return sum(each.items for each in self.failures if each.outcome == CONTRADICTORY)

    @property
    def brings_upheld(self) -> bool:
        """Whether it brings what two persons upheld from quotes, as far as that was by then."""
        return is_upheld(self.run.kind, self.run.period)

    @property
    def not_sent(self) -> int:
        """Items that have not left: of the rest without an end nobody has said what came of it."""
        return sum(shard.items for shard in self.shards if shard.state is ShardState.PENDING)

    @property
    def by_state(self) -> Mapping[str, int]:
        """How many shards are in each state."""
        counts = dict.fromkeys((state.value for state in ShardState), 0)
        for shard in self.shards:
            counts[shard.state.value] += 1
        return counts


def list_runs(
    visitor: Visitor, programme: str = "", state: str = "", limit: int = 100, offset: int = 0
) -> list[RunRow]:
    """The newest runs first. Raises Refused MG770."""
    with transaction.atomic():
        permit(visitor, Act.READ_RUNS, Resource(ResourceKind.RUN), purpose=Purpose.OPERATION)
    return runs(
        "WHERE (%s = '' OR programme = %s) AND (%s = '' OR state = %s)"
        " ORDER BY due_at DESC, planned_at DESC, run_id LIMIT %s OFFSET %s",
        [programme, programme, state, state, limit, offset],
    )


def not_sent(found: Sequence[RunRow]) -> Mapping[UUID, int]:
    """How many items of each run have not left; runs of which all have are not named."""
    return dict(select(_NOT_SENT, [[run.run_id for run in found]]))


def open_runs(visitor: Visitor, limit: int = 100) -> list[RunRow]:
    """Runs of which items contradict themselves, those due last first. Raises Refused MG770."""
    with transaction.atomic():
        permit(visitor, Act.READ_RUNS, Resource(ResourceKind.RUN), purpose=Purpose.OPERATION)
    return runs(_CONTRADICTORY, [limit])


def show_run(visitor: Visitor, run_id: UUID) -> RunView:
    """One run. Raises Refused MG770, MakegoodError MG870 where there is none."""
    with transaction.atomic():
        resource = Resource(ResourceKind.RUN, str(run_id))
        permit(visitor, Act.READ_RUNS, resource, purpose=Purpose.OPERATION)
    run = run_of(run_id)
    found = tuple(shards_of(run_id))
    failures = tuple(Failures(*row) for row in select(_FAILURES, [run_id]))
    follow_ups = tuple(runs(_FOLLOW_UPS, [run_id]))
    release = select(_OPEN_PROPOSAL, [run.subject, now()])
    state, proposal_id = release[0] if release else ("", None)
    next_step = _next(run, found, failures, state)
    applied = applied_of(run, found)
    known = (each for each in registered(run.programme))
    facts = next((each for each in known if each.content_sha256 == run.snapshot_sha256), None)
    return RunView(
        run,
        found,
        failures,
        follow_ups,
        next_step,
        applied,
        state,
        proposal_id,
        facts.as_of if facts else None,
        deviating_of(run),
    )


def _next(
    run: RunRow, shards: tuple[ShardRow, ...], failures: tuple[Failures, ...], release: str
) -> str:
    short = str(run.run_id)[:8]
    if run.paused_at is not None and run.state not in {RunState.CLOSED, RunState.CANCELLED}:
        return f"it is paused: 'makegood run resume {short}'"
    match run.state:
        case RunState.PLANNED:
            return "the other engine makes it again"
        case RunState.CHECKED if run.needs_release:
            return _release_words(release, short)
        case RunState.CHECKED:
            return "it is released by itself"
        case RunState.RELEASED:
            return f"it is sent from {_local(run)} on"
        case RunState.SENDING:
            waiting = sum(shard.state is ShardState.PENDING for shard in shards)
            return f"{waiting:,} shards are still to leave"
        case RunState.SENT:
            return _sent_words(run, failures)
        case RunState.STOPPED:
            return _stopped_words(run, failures)
        case RunState.CANCELLED:
            return "nothing: it was cancelled"
        case RunState.CLOSED:
            left = sum(each.not_taken for each in failures)
            return (
                f"{left:,} items may be tried again: 'makegood run retry {short}'" if left else ""
            )


def _contradictory(run: RunRow, failures: tuple[Failures, ...]) -> tuple[int, str]:
    """How many items contradict themselves, and what is to be done about them."""
    count = sum(each.items for each in failures if each.outcome == CONTRADICTORY)
    how = f"'makegood run resolve {str(run.run_id)[:8]}', of claims 'makegood claim resolve'"
    return count, f"{count:,} items contradict themselves, somebody finds out: {how}"


def _sent_words(run: RunRow, failures: tuple[Failures, ...]) -> str:
    count, words = _contradictory(run, failures)
    if not count:
        return f"{run.unknown:,} items wait for an answer"
    waiting = run.unknown - count
    return f"{words}; {waiting:,} items wait for an answer" if waiting > 0 else words


def _stopped_words(run: RunRow, failures: tuple[Failures, ...]) -> str:
    count, words = _contradictory(run, failures)
    if run.finding.startswith("MG876") and count:
        return words
    words = f"somebody finds out what is wrong: {run.finding}"
    if may_go_on(run):
        words += f"; then it goes on: 'makegood run resume {str(run.run_id)[:8]}'"
    return words


def _local(run: RunRow) -> str:
    """When it is due, where its programme's customers are."""
    try:
        zone = ZoneInfo(programme_in_force(run.programme).section.time_zone)
    except MakegoodError:
        return f"{run.due_at.astimezone(UTC):%Y-%m-%d %H:%M %Z}"
    return f"{run.due_at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _release_words(state: str, short: str) -> str:
    if not state:
        return f"somebody proposes its release: 'makegood run release {short} --reason TEXT'"
    if state == "approved":
        return "its release is approved: the next round of work releases it"
    return "another person approves its release: 'makegood proposal list --state open'"
