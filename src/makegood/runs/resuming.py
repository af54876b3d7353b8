"""A run that is held goes on, and one that was stopped: once what was wrong is put right."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.runs.rows import RunRow, execute, run_of, select, shards_of
from makegood.runs.shipments import expect_all_unchanged
from makegood.runs.states import RunState
from makegood.runs.steering import resume
from makegood.runs.tried_again import any_done_before, expect_certain
from makegood.trust.access import Visitor, checked_reason, permit
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

_CAN_BE_PUT_RIGHT = ("MG866", "MG873", "MG876")
"""Files that were changed or were gone; what another run has said to be done and failed."""

# Where it stood: what has left says so, else its times. All of it is looked at again from there:
# a planned run is checked, a checked one released, and each shard's hash is taken as it leaves.
_GOES_ON = """
UPDATE runs_run AS run SET finding = '', paused_at = NULL, state = CASE
    WHEN shard.outside > 0 AND shard.waiting = 0 THEN 'sent'
    WHEN shard.tried > 0 THEN 'sending'
    WHEN run.released_at IS NOT NULL THEN 'released'
    WHEN run.checked_at IS NOT NULL THEN 'checked' ELSE 'planned' END,
    sent_at = CASE WHEN shard.outside > 0 AND shard.waiting = 0
              THEN coalesce(run.sent_at, %(now)s) ELSE run.sent_at END
FROM (SELECT count(*) FILTER (WHERE state IN ('sent', 'answered')) AS outside,
             count(*) FILTER (WHERE state IN ('pending', 'sending')) AS waiting,
             count(*) FILTER (WHERE state <> 'pending' OR tries > 0) AS tried
      FROM runs_shard WHERE run_id = %(run)s) AS shard
WHERE run.run_id = %(run)s AND run.state = 'stopped'
"""
_OWN = """
SELECT 1 FROM runs_exception WHERE run_id = %(run)s AND outcome = 'contradictory' AND NOT EXISTS (
    SELECT 1 FROM runs_shard WHERE run_id = %(run)s AND state IN ('pending', 'sending'))
LIMIT 1
"""


def may_go_on(run: RunRow) -> bool:
    """Whether somebody may let the run go on by and by: it is held, or what stopped it mends."""
    if run.state is RunState.STOPPED:
        return run.finding.startswith(_CAN_BE_PUT_RIGHT)
    return run.paused_at is not None and run.state not in {RunState.CLOSED, RunState.CANCELLED}


def go_on(settings: Settings, visitor: Visitor, run_id: UUID, reason: str) -> RunRow:
    """Let a run go on that is held, or that was stopped and is put right by now.

    What has left stays outside, what has not leaves. Raises as ``resume``; MakegoodError MG873
    where its items are not what was planned, MG866 where they still cannot be read, MG876 where it
    would bring what may have been done before, MG878 where nothing lets it go on.
    """
    run = run_of(run_id)
    if run.state is not RunState.STOPPED:
        return resume(visitor, run_id, reason)
    reason = checked_reason(reason)
    with transaction.atomic():
        # The gate first: who may not is told nothing of where the run stands.
        _permitted(visitor, run, "access.permitted", reason)
    if may_go_on(run):
        # Outside of the transaction: it takes its time, and each shard is looked at as it leaves.
        expect_all_unchanged(settings, run, shards_of(run_id))
    with transaction.atomic():
        run = run_of(run_id, locked=True)
        _permitted(visitor, run, "run.resumed", reason)
        _expect_put_right(run)
        execute(_GOES_ON, {"run": run_id, "now": now()})
    return run_of(run_id)


def _expect_put_right(run: RunRow) -> None:
    hint = f"'makegood run show {str(run.run_id)[:8]}' says where it stands"
    if run.state is not RunState.STOPPED or not may_go_on(run):
        raise _not_resumed(run, f"it is {run.state.value}: {run.finding}".rstrip(": "), hint)
    expect_certain(run.run_id)
    if select(_OWN, {"run": run.run_id}):
        hint = "find out which it is: 'makegood run resolve' says it, of a claim 'claim resolve'"
        raise _not_resumed(run, "items of it contradict themselves", hint)
    if run.released_at is None and any_done_before(run.run_id):
        # What two persons release is what leaves.
        hint = "cancel it, and let what failed be tried again without them"
        raise _not_resumed(run, "items of it were done before after all", hint)


def _not_resumed(run: RunRow, why: str, hint: str) -> MakegoodError:
    return MakegoodError(Finding("MG878", f"run {run.run_id} cannot be resumed: {why}", hint))


def _permitted(visitor: Visitor, run: RunRow, kind: str, reason: str) -> None:
    permit(
        visitor,
        Act.PAUSE_RUN,
        Resource(ResourceKind.RUN, str(run.run_id)),
        purpose=Purpose.OPERATION,
        kind=kind,
        details={"reason": reason},
    )
