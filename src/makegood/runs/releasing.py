"""A checked run is released: by two persons where money or messages leave."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.ledger import Account, Transfer, post
from makegood.runs.days import today_of
from makegood.runs.kinds import RULES, RunKind
from makegood.runs.planning.deviating import deviating_of
from makegood.runs.planning.deviating import told as deviating_told
from makegood.runs.rows import RunRow, execute, run_of, runs, shards_of
from makegood.runs.shipments import Unreadable, expect_all_unchanged
from makegood.runs.states import RunState
from makegood.runs.stopping import SYSTEM, stop
from makegood.trust.access import Refused, Visitor, checked_reason, permit
from makegood.trust.audit import Json, Record, append
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
from makegood.trust.proposals import (
    Proposal,
    ProposalKind,
    at_hand,
    hash_of,
    redeem,
    standing_proposal,
)
from makegood.trust.proposals import propose as make_proposal

KIND = ProposalKind.RELEASE_RUN
LEDGER_KINDS = frozenset({RunKind.BILL, RunKind.TOP_UP})
"""Kinds whose money the run itself moves in the ledger; elsewhere the claims do."""
_NOT_AGREED = ("two_persons_agreed",)
"""What refuses a release to whoever may have it, once another person has agreed."""

_RELEASED = """
UPDATE runs_run SET state = 'released', released_at = %s, released_by = %s, proposal_id = %s
WHERE run_id = %s
"""


def contents_of(run: RunRow) -> dict[str, Json]:
    """What two persons agree to: these items, to the byte, and what they come to.

    Where lines get something else than they were shown, that is a part of it: how many and how
    much.
    """
    return {
        "total": run.total,
        "items": run.items,
        "shards": run.shards,
        "sha256": run.items_sha256,
        **deviating_told(deviating_of(run)),
    }


def propose_release(visitor: Visitor, run_id: UUID, reason: str) -> Proposal:
    """Propose to release a checked run; another authorised person approves it.

    Raises Refused MG770, MakegoodError MG870, MG871 where it is not checked or waits for nobody,
    MG773 for a reason that is none, MG768 where the same is proposed already.
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        run = run_of(run_id, locked=True)
        _expect_waiting(run)
        permit(visitor, Act.PROPOSE_RELEASE_RUN, Resource(ResourceKind.PROPOSAL))
        return make_proposal(
            KIND,
            run.subject,
            contents_of(run),
            reason,
            by=visitor.actor,
            source=visitor.source,
        )


def release(settings: Settings, visitor: Visitor, run_id: UUID) -> RunRow:
    """Release a checked run whose release another person has approved.

    One transaction: the proposal is used, the run released, the log written. Raises MakegoodError
    MG769 where nothing approved is at hand and nothing else is amiss, Refused MG770, MakegoodError
    MG870, MG871, MG873, MG866 where its items cannot be read.
    """
    expect_all_unchanged(settings, run_of(run_id), shards_of(run_id))
    with transaction.atomic():
        run = run_of(run_id, locked=True)
        _expect_waiting(run)
        approved = _approved(run)
        try:
            permit(
                visitor,
                Act.RELEASE_RUN,
                Resource(ResourceKind.RUN, str(run_id)),
                purpose=Purpose.OPERATION,
                proposed_by=approved.proposed_by if approved else "",
                approved=approved is not None,
                kind="run.released",
                details=contents_of(run),
            )
        except Refused as refused:
            if approved is None and refused.policy_ids == _NOT_AGREED:
                raise _not_agreed(run) from refused
            raise
        used = redeem(
            KIND,
            run.subject,
            hash_of(contents_of(run)),
            by=visitor.actor,
            source=visitor.source,
        )
        _set_released(settings, run, visitor.actor, used.proposal_id)
    return run_of(run_id)


def release_ready(settings: Settings) -> int:
    """Release what is checked and needs nobody, and what two persons have agreed on; how many."""
    return sum(release_if_ready(settings, seen) for seen in checked_runs())


def checked_runs() -> list[RunRow]:
    """The runs that wait to be released, those due first first."""
    return runs("WHERE state = 'checked' ORDER BY due_at, run_id")


def release_if_ready(settings: Settings, seen: RunRow) -> bool:
    """Release one that needs nobody, or on which two persons have agreed; whether it was.

    One whose items are not as they were checked is stopped. Raises Unreadable where they cannot be
    read now: it waits.
    """
    if seen.needs_release and _approved(seen) is None:
        return False
    try:
        expect_all_unchanged(settings, seen, shards_of(seen.run_id))
    except Unreadable:
        raise
    except MakegoodError as error:
        stop(seen.run_id, error)
        return False
    with transaction.atomic():
        run = run_of(seen.run_id, locked=True)
        # Another worker may have been quicker, or the approval's time may be over.
        if run.state is not RunState.CHECKED or (run.needs_release and not _approved(run)):
            return False
        used = (
            redeem(KIND, run.subject, hash_of(contents_of(run)), by=SYSTEM)
            if run.needs_release
            else None
        )
        append(Record("run.released", SYSTEM, run.subject, details=contents_of(run)))
        _set_released(settings, run, SYSTEM, used.proposal_id if used else None)
    return True


def _set_released(settings: Settings, run: RunRow, actor: str, proposal_id: UUID | None) -> None:
    execute(_RELEASED, [now(), actor, proposal_id, run.run_id])
    # What a follow-up tries again was approved before, and stands as returned.
    if run.kind in LEDGER_KINDS and run.follows is None and run.total:
        post(
            [
                Transfer(
                    f"released:{run.run_id}",
                    run.programme,
                    run.measure,
                    today_of(settings, run.programme),
                    Account.PROMISED,
                    Account.APPROVED,
                    run.total,
                    run.items,
                    run.subject,
                )
            ]
        )


def _approved(run: RunRow) -> Proposal | None:
    return at_hand(KIND, run.subject, hash_of(contents_of(run)))


def _not_agreed(run: RunRow) -> MakegoodError:
    short = str(run.run_id)[:8]
    found = standing_proposal(KIND, run.subject, hash_of(contents_of(run)))
    if found is None:
        why = f"nobody has proposed it for {run.subject} as it stands"
        hint = f"propose it: 'makegood run release {short} --reason TEXT'"
    else:
        why = f"the proposal of {run.subject} waits for another person"
        hint = f"another person: 'makegood proposal approve {found.proposal_id}'"
    return MakegoodError(Finding("MG769", f"two persons are needed to release a run: {why}", hint))


def _expect_waiting(run: RunRow) -> None:
    if run.state is RunState.CHECKED and run.needs_release:
        return
    why = f"it is {run.state.value}"
    if run.state is RunState.CHECKED:
        is_empty = RULES[run.kind].needs_release
        why = "it holds nothing to release" if is_empty else "its kind is released by itself"
    raise MakegoodError(
        Finding(
            "MG871",
            f"run {run.run_id} does not wait for a release: {why}",
            f"'makegood run show {str(run.run_id)[:8]}' says what happens next",
        )
    )
