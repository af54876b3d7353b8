"""A person holds a run, lets it go on, gives it up, or lets what failed be tried again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from makegood.channels import Taken
from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError, Progress, silent
from makegood.ledger import Account, Transfer, post
from makegood.redress.choices import stop_granting
from makegood.redress.claims import stop_paying
from makegood.redress.serving import programme_in_force
from makegood.runs.channels import Channels, configured
from makegood.runs.days import today_of
from makegood.runs.kinds import RunKind
from makegood.runs.planning import (
    Due,
    demands,
    due,
    due_anew,
    plan_follow_up,
    plan_run,
    top_ups,
    upheld_due,
)
from makegood.runs.planning.earlier import family_runs, standing
from makegood.runs.planning.not_anew import hint_not_anew
from makegood.runs.planning.upheld import is_upheld
from makegood.runs.releasing import LEDGER_KINDS
from makegood.runs.rows import RunRow, execute, run_of, select, shards
from makegood.runs.settling import CLAIM_KINDS
from makegood.runs.shipments import shipment_of
from makegood.runs.states import RunState, ShardState
from makegood.runs.tried_again import forget_done_before
from makegood.trust.access import Visitor, checked_reason, permit
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

_log = logging.getLogger("makegood.runs")
_OVER = frozenset({RunState.CLOSED, RunState.CANCELLED})
_PAUSE = "UPDATE runs_run SET paused_at = coalesce(paused_at, %s) WHERE run_id = %s"
_RESUME = "UPDATE runs_run SET paused_at = NULL WHERE run_id = %s"
_CANCEL = "UPDATE runs_run SET state = 'cancelled', closed_at = %s WHERE run_id = %s"
_IN_HAND = "SELECT count(*) FROM runs_shard WHERE run_id = %s AND state = 'sending'"
_LOCKED = "WHERE run_id = %s ORDER BY number FOR UPDATE"
_GIVE_BACK = "UPDATE runs_exception SET taken_by = NULL WHERE taken_by = %s"


def pause(visitor: Visitor, run_id: UUID, reason: str) -> int:
    """Hold a run: no shard leaves from here on. How many were being sent at this instant.

    Answers are taken in all the same. Raises Refused MG770, MakegoodError MG870, MG878 where it is
    over or everything of it has left, MG773 for a reason that is none.
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        run = run_of(run_id, locked=True)
        # The gate first: who may not is told nothing of where the run stands.
        _permitted(visitor, Act.PAUSE_RUN, run, "run.paused", reason)
        _expect(run, run.state not in _OVER, "paused")
        if run.state is RunState.SENT:
            raise _has_left(run)
        execute(_PAUSE, [now(), run_id])
    return int(select(_IN_HAND, [run_id])[0][0])


def resume(visitor: Visitor, run_id: UUID, reason: str) -> RunRow:
    """Let a run that is held go on. Raises as ``pause``; MG878 where it is not held."""
    reason = checked_reason(reason)
    with transaction.atomic():
        run = run_of(run_id, locked=True)
        _permitted(visitor, Act.PAUSE_RUN, run, "run.resumed", reason)
        _expect(run, run.paused_at is not None and run.state not in _OVER, "resumed")
        execute(_RESUME, [run_id])
    return run_of(run_id)


def cancel(
    settings: Settings,
    visitor: Visitor,
    run_id: UUID,
    reason: str,
    *,
    channels: Channels = configured,
) -> RunRow:
    """Give a run up before anything of it has left; its claims and choices wait again.

    About a shard that was tried before the other side is asked. Raises Refused MG770, MakegoodError
    MG870, MG878 where something has left, or may have, MG773 for a reason that is none.
    """
    reason = checked_reason(reason)
    unsent = _never_left(settings, visitor, run_id, reason, channels)
    with transaction.atomic():
        held = shards(_LOCKED, [run_id])
        run = run_of(run_id, locked=True)
        nothing_left = all(
            shard.state is ShardState.PENDING
            and (shard.tries == 0 or (shard.number, shard.tries) in unsent)
            for shard in held
        )
        _permitted(visitor, Act.PAUSE_RUN, run, "run.cancelled", reason)
        _expect(run, run.state not in _OVER | {RunState.SENT} and nothing_left, "cancelled")
        execute(_CANCEL, [now(), run_id])
        execute(_GIVE_BACK, [run_id])
        forget_done_before(run_id)
        if run.kind in CLAIM_KINDS:
            stop_paying(run_id)
        elif run.kind is RunKind.PASSES:
            stop_granting(run_id)
        elif run.kind in LEDGER_KINDS and run.released_at and run.follows is None and run.total:
            post([_given_back(settings, run)])
    return run_of(run_id)


def retry(
    settings: Settings, visitor: Visitor, run_id: UUID, reason: str, progress: Progress = silent
) -> RunRow:
    """Plan a follow-up of exactly what failed or was returned; claims must be mended first.

    What is unknown or contradictory is never tried again. What was cancelled is planned anew, from
    the version in force: twice asked, once planned. Raises Refused MG770, MakegoodError MG870,
    MG879 where there is nothing to try again, MG773 for a reason that is none, and as ``plan_run``.
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        run = run_of(run_id)
        _permitted(visitor, Act.RETRY_RUN, run, "access.permitted", reason)
    if run.state is RunState.CANCELLED:
        follow_up = _anew(settings, run, visitor.actor, progress)
    else:
        follow_up = plan_follow_up(settings, run_id, visitor.actor, progress)
    if follow_up is None:
        message = f"run {run_id} has nothing that could be tried again"
        raise MakegoodError(Finding("MG879", message, hint_not_anew(settings, run)))
    return follow_up


def _anew(settings: Settings, run: RunRow, by: str, progress: Progress) -> RunRow | None:
    """The run that is planned instead of a cancelled one; None where it is due no more.

    A cancelled follow-up gave back what it had taken: the run that it followed is tried again.
    """
    if run.follows is not None:
        return None
    if run.kind is RunKind.TOP_UP:
        return _topped_up(settings, run, by, progress)
    stands = standing(family_runs(*run.family), run.kind, run.due_at)
    if stands is not None and stands.state is not RunState.CANCELLED:
        return stands
    known = (run.kind, run.measure, run.period, run.due_at)
    for entry in _due_again(run):
        if (entry.kind, entry.measure, entry.period, entry.due_at) == known:
            return plan_run(settings, run.programme, entry, by, progress, again=True)
    return None


def _topped_up(settings: Settings, run: RunRow, by: str, progress: Progress) -> RunRow | None:
    """The top-up that is planned today instead of a cancelled one, or was planned since.

    What was planned while the one named still stood brings something else, and is never taken for
    it: where that is all that is due today, there is None.
    """
    before = family_runs(*run.family)
    since = [
        each
        for each in before
        if each.kind is RunKind.TOP_UP
        and each.follows is None
        and each.state is not RunState.CANCELLED
        and each.sequence > run.sequence
        and (run.closed_at is None or each.planned_at >= run.closed_at)
    ]
    if since:
        # The first of them brought what was missing then; later ones what came beside it.
        return since[0]
    known = {each.run_id for each in before}
    for entry in _added_again(settings, run, progress):
        if (entry.measure, entry.period) == (run.measure, run.period):
            found = plan_run(settings, run.programme, entry, by, progress, again=True)
            return None if found.run_id in known else found
    return None


def _due_again(run: RunRow) -> Iterator[Due]:
    """What may be due in place of a cancelled run, also where no date of the calendar brings it."""
    programme = programme_in_force(run.programme)
    yield from due(programme, run.due_at)
    yield from demands(programme, now())
    yield from due_anew(programme, run, now())


def _added_again(settings: Settings, run: RunRow, progress: Progress) -> Iterator[Due]:
    """What top-ups are due today, whatever the day for which one was planned before."""
    if is_upheld(run.kind, run.period):
        yield from upheld_due(settings, programme_in_force(run.programme), now())
    else:
        found = top_ups(settings, run.programme, progress)
        yield from (each.due for each in found if each.heads)


def _never_left(
    settings: Settings, visitor: Visitor, run_id: UUID, reason: str, channels: Channels
) -> set[tuple[int, int]]:
    """Number and tries of waiting shards that were tried and of which certainly nothing left."""
    with transaction.atomic():
        run = run_of(run_id)
        tried = [
            shard
            for shard in shards(_LOCKED, [run_id])
            if shard.state is ShardState.PENDING and shard.tries
        ]
        if not tried or run.state in _OVER:
            return set()
        _permitted(visitor, Act.PAUSE_RUN, run, "access.permitted", reason)
    channel, found = channels(run.channel, settings), set[tuple[int, int]]()
    for shard in tried:
        try:
            taken = channel.taken(shipment_of(settings, run, shard))
        except Exception as error:
            # What cannot be asked may have left.
            _log.warning("shard %s of run %s: %s", shard.number, run_id, type(error).__name__)
            break
        if taken is not Taken.NO:
            break
        found.add((shard.number, shard.tries))
    return found


def _given_back(settings: Settings, run: RunRow) -> Transfer:
    """What was approved by the release is only promised again."""
    return Transfer(
        f"cancelled:{run.run_id}",
        run.programme,
        run.measure,
        today_of(settings, run.programme),
        Account.APPROVED,
        Account.PROMISED,
        run.total,
        run.items,
        run.subject,
    )


def _permitted(visitor: Visitor, act: Act, run: RunRow, kind: str, reason: str) -> None:
    permit(
        visitor,
        act,
        Resource(ResourceKind.RUN, str(run.run_id)),
        purpose=Purpose.OPERATION,
        kind=kind,
        details={"reason": reason},
    )


def _has_left(run: RunRow) -> MakegoodError:
    what = f"run {run.run_id} cannot be paused: everything of it has left already"
    hint = "nothing is left to hold; whoever has it must be asked to stop it, and says what came"
    return MakegoodError(Finding("MG878", what, f"{hint} of each item in the answers"))


def _expect(run: RunRow, may: bool, what: str) -> None:  # noqa: FBT001 - one condition
    if may:
        return
    hint = f"'makegood run show {str(run.run_id)[:8]}' says where it stands"
    state = f"{run.state.value}, and paused" if run.paused_at else run.state.value
    raise MakegoodError(Finding("MG878", f"run {run.run_id} cannot be {what}: it is {state}", hint))
