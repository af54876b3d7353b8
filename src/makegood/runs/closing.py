"""A run is closed when every item has an end and the control totals agree, or it is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from django.db import transaction

from makegood.kernel import Finding, MakegoodError
from makegood.runs.faults import one_by_one, run_named
from makegood.runs.rows import RunRow, execute, run_of, runs, select
from makegood.runs.sending import rolled_up
from makegood.runs.states import RunState
from makegood.runs.stopping import SYSTEM, stop
from makegood.runs.troubles import tell_once
from makegood.trust.audit import Json, Record, append
from makegood.trust.clock import now

# With nothing to send a run has ended when it is released.
_ALL_OUT = """
WHERE (state = 'sending' OR state = 'released' AND paused_at IS NULL) AND NOT EXISTS (
    SELECT 1 FROM runs_shard AS shard
    WHERE shard.run_id = runs_run.run_id AND shard.state IN ('pending', 'sending'))
ORDER BY due_at, run_id
"""
_NOTHING_TO_SEND = """
UPDATE runs_run SET state = 'sent', sent_at = %s
WHERE run_id = %s AND state = 'released' AND shards = 0
"""
_ENDED = """
WHERE state = 'sent' AND NOT EXISTS (
    SELECT 1 FROM runs_shard AS shard
    WHERE shard.run_id = runs_run.run_id AND shard.state <> 'answered')
ORDER BY due_at, run_id
"""
_REOPENED = "WHERE state = 'closed' AND unknown > 0 ORDER BY due_at, run_id"
_OF_SHARDS = """
SELECT count(*), coalesce(sum(items), 0)::bigint, coalesce(sum(total), 0)::bigint,
       coalesce(sum(done), 0)::bigint, coalesce(sum(done_total), 0)::bigint,
       coalesce(sum(failed), 0)::bigint, coalesce(sum(returned), 0)::bigint
FROM runs_shard WHERE run_id = %s
"""
_OF_EXCEPTIONS = """
SELECT count(*) FILTER (WHERE outcome = 'failed'), count(*) FILTER (WHERE outcome = 'returned'),
       coalesce(sum(amount), 0)::bigint
FROM runs_exception WHERE run_id = %s
"""
_CLOSE = "UPDATE runs_run SET state = 'closed', closed_at = %s WHERE run_id = %s"


def close_finished(tell: Callable[[str], object] = tell_once) -> int:
    """Close what has ended; how many runs. What does not agree is stopped with a finding.

    What else goes wrong with one run ``tell`` is told, and the others are closed.
    """
    return one_by_one(_acts(), tell)


def _acts() -> Iterator[tuple[str, Callable[[], bool]]]:
    """What is to be done with each run, by its name; looked for when the one before is done."""
    for where, act in ((_ALL_OUT, _all_out), (_ENDED, _closed_or_stopped), (_REOPENED, _reopened)):
        for run in runs(where):
            yield run_named(run.run_id), partial(act, run)


def _all_out(run: RunRow) -> bool:
    rolled_up(run.run_id)
    execute(_NOTHING_TO_SEND, [now(), run.run_id])
    return False


def _closed_or_stopped(seen: RunRow) -> bool:
    try:
        return _closed(seen)
    except MakegoodError as error:
        stop(seen.run_id, error)
        return False


def _closed(seen: RunRow) -> bool:
    with transaction.atomic():
        run = run_of(seen.run_id, locked=True)
        # Another worker may have been quicker, or something came in.
        if run.state is not RunState.SENT or run.unknown:
            return False
        expect_agreeing(run)
        instant = now()
        execute(_CLOSE, [instant, run.run_id])
        details: dict[str, Json] = {
            "items": run.items,
            "total": run.total,
            "done": run.done,
            "done_total": run.done_total,
            "failed": run.failed,
            "returned": run.returned,
            "left_out": run.left_out,
        }
        append(Record("run.closed", SYSTEM, run.subject, details=details))
    return True


def expect_agreeing(run: RunRow) -> None:
    """Heads and money of a run, of its shards, and of its exceptions say the same.

    Raises MakegoodError MG877 with everything that does not.
    """
    shards, items, total, done, done_total, failed, returned = select(_OF_SHARDS, [run.run_id])[0]
    failed_there, returned_there, not_done = select(_OF_EXCEPTIONS, [run.run_id])[0]
    pairs = (
        ("shards", run.shards, shards),
        ("items of the shards", run.items, items),
        ("total of the shards", run.total, total),
        ("items done", run.done, done),
        ("total done", run.done_total, done_total),
        ("items that failed", run.failed, failed),
        ("items returned", run.returned, returned),
        ("failures kept", run.failed, failed_there),
        ("returns kept", run.returned, returned_there),
        ("items with an end", run.items, run.done + run.failed + run.returned),
        ("total with an end", run.total, run.done_total + not_done),
    )
    wrong = [f"{name}: {ours:,} and {found:,}" for name, ours, found in pairs if ours != found]
    if wrong:
        raise MakegoodError(
            Finding(
                "MG877",
                f"the control totals of run {run.run_id} do not agree: {'; '.join(wrong)}",
                "nothing more of it leaves; compare with the other side's books, and run"
                " 'makegood audit verify'",
            )
        )


def _reopened(run: RunRow) -> bool:
    error = MakegoodError(
        Finding(
            "MG876",
            f"the other side says of items of run {run.run_id} both that they failed and that they"
            " are done",
            "find out which it is before anything is sent again: 'makegood run show' lists them",
        )
    )
    stop(run.run_id, error)
    return False
