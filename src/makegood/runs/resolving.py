"""A person ends an item that contradicts itself, or that nobody will ever answer; money takes two.

What a claim is paid by is found out about the claim (``claims.resolve``); ``found_out`` brings it
to the run.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from makegood.channels import Outcome
from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.runs.asking import unanswered
from makegood.runs.kinds import RunKind
from makegood.runs.merging import CONTRADICTORY, FOUND_DONE, FOUND_FAILED
from makegood.runs.own_answers import apply_own, own_answers
from makegood.runs.rows import RunRow, ShardRow, execute, run_of, select, shards, source_id_of
from makegood.runs.states import ShardState
from makegood.runs.tried_again import end_before_next_try, row_of
from makegood.trust.access import Visitor, checked_reason, permit
from makegood.trust.audit import Json
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
from makegood.trust.proposals import Proposal, ProposalKind, at_hand, hash_of, redeem
from makegood.trust.proposals import propose as make_proposal

WAYS = {"done": FOUND_DONE, "failed": FOUND_FAILED}
"""What a person may have found out, and how it is kept."""
FOUND_OUT = "found_out"
"""The code of an answer that a person gave."""

_KIND = ProposalKind.END_ITEM
_MONEY = frozenset({RunKind.BILL, RunKind.TOP_UP})
_LOCKED = "WHERE run_id = %s AND number = %s FOR UPDATE"
_ONE = "WHERE run_id = %s AND number = %s"
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

    For an item about which the other side says both, or nothing. A credit or a top-up takes two
    persons: the approved proposal of exactly this is used (``propose_end``). What failed may then
    be tried again. It is kept as an answer file of the program's own. Raises Refused MG770,
    MakegoodError MG769 where nothing approved is at hand, MG773 for a reason that is none, MG870,
    MG882 for an item that is not of the run or has its end, MG883 for one of a claim, MG884 for
    another word.
    """
    reason = checked_reason(reason)
    _expect_way(was)
    run = run_of(run_id)
    number, attempt = _place(settings, run, key)
    _expect_no_claim(run, key)
    with transaction.atomic():
        (shard,) = shards(_LOCKED, [run_id, number])
        before = _expect_open(settings, run, shard, key)
        details: dict[str, Json] = {
            "item": key,
            "before": before,
            "was": was,
            "reason": reason,
        }
        if run.kind in _MONEY:
            _agreed(visitor, run, key, was, details)
        else:
            _permitted(visitor, run, details)
        end_item(settings, run, shard, [(key, attempt)], was)
    return run_of(run_id)


def propose_end(
    settings: Settings, visitor: Visitor, run_id: UUID, key: str, was: str, reason: str
) -> Proposal:
    """Propose what became of an item of money; another authorised person approves it.

    Raises Refused MG770, MakegoodError MG768 where the same is proposed already, MG773, MG870,
    MG882, MG883 for an item of a claim, MG884, and MG885 where one person is enough.
    """
    reason = checked_reason(reason)
    _expect_way(was)
    run = run_of(run_id)
    number, _ = _place(settings, run, key)
    _expect_no_claim(run, key)
    if run.kind not in _MONEY:
        raise _one_is_enough(run)
    (shard,) = shards(_ONE, [run_id, number])
    _expect_open(settings, run, shard, key)
    with transaction.atomic():
        permit(visitor, Act.PROPOSE_END_ITEM, Resource(ResourceKind.PROPOSAL))
        return make_proposal(
            _KIND,
            run.subject,
            {"item": key, "was": was},
            reason,
            by=visitor.actor,
            source=visitor.source,
        )


def end_item(
    settings: Settings, run: RunRow, shard: ShardRow, found: list[tuple[str, int]], was: str
) -> None:
    """Items of a shard, by key and attempt, end as a person found out; the run may go on.

    In the caller's transaction. The same again is refused, as any source that was applied is.
    Raises MakegoodError MG882 where one is tried again and nobody knows whether that has left.
    """
    keys = [key for key, _ in found]
    source_id = source_id_of("resolved", run.run_id, *keys, *(tried for _, tried in found), was)
    name = f"what a person found out about an item of run {run.run_id}"
    said = [(key, attempt, WAYS[was], FOUND_OUT) for key, attempt in found]
    for key in keys:
        if why := end_before_next_try(settings, run, key, was):
            raise _not_open(run, why)
    apply_own(settings, own_answers(settings, run, shard, source_id, name, said))
    if was == "done":
        for key in keys:
            execute(_ENDED_WELL, [run.run_id, key])
    execute(_GOES_ON, [run.run_id])


def _permitted(visitor: Visitor, run: RunRow, details: dict[str, Json]) -> None:
    permit(
        visitor,
        Act.RETRY_RUN,
        Resource(ResourceKind.RUN, str(run.run_id)),
        purpose=Purpose.OPERATION,
        kind="run.item_resolved",
        details=details,
    )


def _agreed(visitor: Visitor, run: RunRow, key: str, was: str, details: dict[str, Json]) -> None:
    """Two persons agreed on it: their proposal is used, in the caller's transaction."""
    agreed_hash = hash_of({"item": key, "was": was})
    approved = at_hand(_KIND, run.subject, agreed_hash)
    permit(
        visitor,
        Act.END_ITEM,
        Resource(ResourceKind.RUN, str(run.run_id)),
        purpose=Purpose.OPERATION,
        proposed_by=approved.proposed_by if approved else "",
        approved=approved is not None,
        kind="run.item_resolved",
        details={**details, "proposal": str(approved.proposal_id) if approved else ""},
    )
    redeem(_KIND, run.subject, agreed_hash, by=visitor.actor, source=visitor.source)


def _place(settings: Settings, run: RunRow, key: str) -> tuple[int, int]:
    """The number of the item's shard, and its attempt."""
    found = row_of(settings, run, key)
    if found is None:
        raise _not_open(run, "it is none of its items")
    return found[0], int(found[1]["attempt"][0].as_py())


def _expect_open(settings: Settings, run: RunRow, shard: ShardRow, key: str) -> str:
    """What is known of the item so far, which is no end. Raises MakegoodError MG882."""
    if shard.state in {ShardState.PENDING, ShardState.SENDING}:
        raise _not_open(run, "its message has not left")
    for outcome, taken_by in select(_OUTCOME, [run.run_id, key]):
        if outcome != CONTRADICTORY:
            raise _not_open(run, f"it is {outcome}" + (" and tried again" if taken_by else ""))
        return CONTRADICTORY
    if key not in unanswered(settings, shard):
        raise _not_open(run, "it is done")
    return Outcome.UNKNOWN.value


def _expect_way(was: str) -> None:
    if was not in WAYS:
        hint = "it is 'done' or 'failed'"
        raise MakegoodError(Finding("MG884", f"an item cannot be ended as '{was[:20]}'", hint))


def _expect_no_claim(run: RunRow, key: str) -> None:
    if run.kind is not RunKind.PAY_OUT and not select(_PAID_AS_CLAIM, [run.run_id, key]):
        return
    hint = "say it of the claim by 'makegood claim resolve RECEIPT': the run hears of it by itself"
    message = f"run {run.run_id} carries out claims: their items are ended claim by claim"
    raise MakegoodError(Finding("MG883", message, hint))


def _one_is_enough(run: RunRow) -> MakegoodError:
    hint = f"'makegood run resolve {str(run.run_id)[:8]} KEY --as done --reason TEXT' ends it"
    message = f"run {run.run_id} brings no money: its items are ended by one person"
    return MakegoodError(Finding("MG885", message, hint))


def _not_open(run: RunRow, why: str) -> MakegoodError:
    hint = f"'makegood run show {str(run.run_id)[:8]}' says how many items have no end"
    message = f"the item of run {run.run_id} does not wait for anybody: {why}"
    return MakegoodError(Finding("MG882", message, hint))
