"""A person ends an item that contradicts itself, or that nobody will ever answer."""

from __future__ import annotations

from uuid import UUID

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction

from makegood.channels import Outcome
from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.runs.asking import unanswered
from makegood.runs.folders import folder_of, items_file
from makegood.runs.kinds import RunKind
from makegood.runs.merging import CONTRADICTORY, FOUND_DONE, FOUND_FAILED
from makegood.runs.own_answers import apply_own, own_answers
from makegood.runs.rows import RunRow, ShardRow, execute, run_of, select, shards, source_id_of
from makegood.runs.states import ShardState
from makegood.trust.access import Visitor, checked_reason, permit
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

WAYS = {"done": FOUND_DONE, "failed": FOUND_FAILED}
"""What a person may have found out, and how it is kept."""

_MONEY = frozenset({RunKind.PAY_OUT, RunKind.BILL, RunKind.TOP_UP})
_CODE = "found_out"
_LOCKED = "WHERE run_id = %s AND number = %s FOR UPDATE"
_OUTCOME = "SELECT outcome, taken_by FROM runs_exception WHERE run_id = %s AND item_key = %s"
_PAID_AS_CLAIM = "SELECT 1 FROM claims_payment WHERE run_id = %s AND key = %s"
_ENDED_WELL = "DELETE FROM runs_exception WHERE run_id = %s AND item_key = %s"
# It was stopped for what contradicted itself: with all of that found out it may be closed again.
_GOES_ON = """
UPDATE runs_run SET state = 'sent', finding = ''
WHERE run_id = %s AND state = 'stopped' AND finding LIKE 'MG876%%' AND unknown = 0
"""


def resolve_item(
    settings: Settings, visitor: Visitor, run_id: UUID, key: str, was: str, reason: str
) -> RunRow:
    """Say what a person found out about an item: ``done`` or ``failed``.

    For an item about which the other side says both, or nothing. What failed may then be tried
    again. It is kept as an answer file of the program's own. Raises Refused MG770, MakegoodError
    MG773 for a reason that is none, MG870, MG882 for an item that is not of the run or has its end,
    MG883 for money, MG884 for another word.
    """
    reason = checked_reason(reason)
    if was not in WAYS:
        hint = "it is 'done' or 'failed'"
        raise MakegoodError(Finding("MG884", f"an item cannot be ended as '{was[:20]}'", hint))
    run = run_of(run_id)
    number, attempt = _place(settings, run, key)
    if run.kind in _MONEY or select(_PAID_AS_CLAIM, [run_id, key]):
        raise _money(run)
    with transaction.atomic():
        (shard,) = shards(_LOCKED, [run_id, number])
        before = _expect_open(settings, run, shard, key)
        permit(
            visitor,
            Act.RETRY_RUN,
            Resource(ResourceKind.RUN, str(run_id)),
            purpose=Purpose.OPERATION,
            kind="run.item_resolved",
            details={"item": key, "before": before, "was": was, "reason": reason},
        )
        source_id = source_id_of("resolved", run_id, key, attempt, was)
        name = f"what a person found out about an item of run {run_id}"
        said = [(key, attempt, WAYS[was], _CODE)]
        apply_own(settings, own_answers(settings, run, shard, source_id, name, said))
        if was == "done":
            execute(_ENDED_WELL, [run_id, key])
        execute(_GOES_ON, [run_id])
    return run_of(run_id)


def _place(settings: Settings, run: RunRow, key: str) -> tuple[int, int]:
    """The number of the item's shard, and its attempt."""
    for number in range(1, run.shards + 1):
        path = items_file(folder_of(settings, run.run_id), number)
        table = pq.read_table(path, columns=["key", "attempt"], partitioning=None)
        at = pc.index(table.column("key"), key).as_py()
        if at >= 0:
            return number, int(table.column("attempt")[at].as_py())
    raise _not_open(run, "it is none of its items")


def _expect_open(settings: Settings, run: RunRow, shard: ShardRow, key: str) -> str:
    """What is known of the item so far, which is no end. Raises MakegoodError MG882."""
    if shard.state in {ShardState.PENDING, ShardState.SENDING}:
        raise _not_open(run, "its message has not left")
    for outcome, taken_by in select(_OUTCOME, [run.run_id, key]):
        if outcome != CONTRADICTORY or taken_by is not None:
            raise _not_open(run, f"it is {outcome}" + (" and tried again" if taken_by else ""))
        return CONTRADICTORY
    if key not in unanswered(settings, shard):
        raise _not_open(run, "it is done")
    return Outcome.UNKNOWN.value


def _not_open(run: RunRow, why: str) -> MakegoodError:
    hint = f"'makegood run show {str(run.run_id)[:8]}' says how many items have no end"
    message = f"the item of run {run.run_id} does not wait for anybody: {why}"
    return MakegoodError(Finding("MG882", message, hint))


def _money(run: RunRow) -> MakegoodError:
    hint = (
        "of a claim say it by 'makegood claim resolve RECEIPT'; of a credit or a top-up let the"
        " other side answer once more, as returned or as done"
    )
    message = f"run {run.run_id} moves money: its items are not ended by one person's word"
    return MakegoodError(Finding("MG883", message, hint))
