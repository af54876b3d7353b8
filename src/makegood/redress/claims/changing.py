"""Claims go from state to state: rows, events and ledger together, in the act's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import psycopg
from django.db import connection

from makegood.ledger import Account, Transfer, post
from makegood.redress.claims.paying import expect_transaction
from makegood.redress.claims.problems import changed_meanwhile, wrong_step
from makegood.redress.claims.states import ClaimState, follows
from makegood.redress.claims.values import Claim
from makegood.trust.clock import now

_MUTABLE = {
    "state": "text",
    "reason": "text",
    "waits_for": "text",
    "document": "text",
    "programme_sha256": "text",
    "snapshot_sha256": "text",
    "is_late": "boolean",
    "amount": "bigint",
    "attempt": "smallint",
    "changes": "int",
    "approved_on": "date",
    "pay_on": "date",
    "run_id": "uuid",
    "check_after": "timestamptz",
    "tries": "int",
    "is_contradictory": "boolean",
    "account_serial": "smallint",
    "account_document": "text",
    "holder": "text",
}
_KEEP = f"""
UPDATE claims_claim AS claim SET {", ".join(f"{name} = given.{name}" for name in _MUTABLE)}
FROM unnest(%s::uuid[], %s::int[], {", ".join(f"%s::{kind}[]" for kind in _MUTABLE.values())})
     AS given (claim_id, changes_before, {", ".join(_MUTABLE)})
WHERE claim.claim_id = given.claim_id AND claim.changes = given.changes_before
RETURNING claim.claim_id
"""
_TELL = """
INSERT INTO claims_event (claim_id, number, at, before, after, reason, by, run_id, amount)
SELECT * FROM unnest(%s::uuid[], %s::int[], %s::timestamptz[], %s::text[], %s::text[], %s::text[],
                     %s::text[], %s::uuid[], %s::bigint[])
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a claim: where it came from and went to, why, and with which amount."""

    before: ClaimState
    after: ClaimState
    reason: str
    amount: int


@dataclass(frozen=True, slots=True)
class Change:
    """What an act does to one claim: how it stood, how it stands, the steps between, the money."""

    before: Claim
    claim: Claim
    steps: tuple[Step, ...] = ()
    transfers: tuple[Transfer, ...] = ()

    @classmethod
    def of(cls, claim: Claim) -> Change:
        """Nothing has changed yet."""
        return cls(claim, claim)

    def to(self, state: ClaimState, reason: str = "", **changed: object) -> Change:
        """One step further. Raises MakegoodError MG845 where it does not follow."""
        standing = self.claim
        if not follows(standing.state, state):
            raise wrong_step(standing.receipt_number, standing.state, state)
        changed |= {"state": state, "reason": reason, "changes": standing.changes + 1}
        after = _with(standing, changed)
        step = Step(standing.state, state, reason, after.amount)
        return replace(self, claim=after, steps=(*self.steps, step))

    def noted(self, reason: str, **changed: object) -> Change:
        """An event that leaves the state as it is."""
        standing = self.claim
        after = _with(standing, {**changed, "changes": standing.changes + 1})
        step = Step(standing.state, standing.state, reason, after.amount)
        return replace(self, claim=after, steps=(*self.steps, step))

    def with_amount(self, amount: int) -> Change:
        """With another amount, which the last event shows as well."""
        steps = (*self.steps[:-1], replace(self.steps[-1], amount=amount))
        return replace(self, claim=_with(self.claim, {"amount": amount}), steps=steps)

    def with_fields(self, **changed: object) -> Change:
        """Other fields, without an event."""
        return replace(self, claim=_with(self.claim, changed))

    def moving(
        self, word: str, source: Account, target: Account, amount: int, day: date, *, heads: int = 1
    ) -> Change:
        """With an amount that moves in the ledger; ``word`` begins the transfer's key."""
        if amount == 0:
            return self
        claim = self.claim
        key = f"{word}:{claim.claim_id}:{claim.changes}"
        transfer = Transfer(
            key,
            claim.programme,
            claim.measure,
            day,
            source,
            target,
            amount,
            heads,
            claim.subject,
        )
        return replace(self, transfers=(*self.transfers, transfer))

    def repriced(self, amount: int, day: date) -> Change:
        """With another amount claimed: what it differs by goes from or to what is promised."""
        more = amount - self.claim.amount
        source, target = Account.PROMISED, Account.CLAIMED
        if more < 0:
            source, target = target, source
        # Who had 0 before was no head of what is claimed yet, and who has 0 now is none any more.
        heads = int((self.claim.amount == 0) != (amount == 0))
        moved = self.moving("amount", source, target, abs(more), day, heads=heads)
        return moved.with_fields(amount=amount)


def keep(changes: Sequence[Change], by: str) -> None:
    """Write what was changed, in the caller's transaction.

    Raises MakegoodError MG851 where a claim was changed by somebody else since it was read, and
    what ``ledger.post`` raises; then let the transaction end.
    """
    expect_transaction("keep")
    if not changes:
        return
    ordered = sorted(changes, key=lambda change: change.before.claim_id)
    columns = [[getattr(change.claim, name) for change in ordered] for name in _MUTABLE]
    with psycopg.Cursor(connection.connection) as cursor:
        kept = cursor.execute(
            _KEEP,
            [
                [change.before.claim_id for change in ordered],
                [change.before.changes for change in ordered],
                *columns,
            ],
        ).fetchall()
        if len(kept) != len(ordered):
            there = {row[0] for row in kept}
            lost = next(change for change in ordered if change.before.claim_id not in there)
            raise changed_meanwhile(lost.before.receipt_number)
        events = [row for change in ordered for row in _events(change, by)]
        if events:
            cursor.execute(_TELL, [list(column) for column in zip(*events, strict=True)])
    post([transfer for change in ordered for transfer in change.transfers])


def _events(change: Change, by: str) -> list[tuple[object, ...]]:
    at, first = now(), change.before.changes + 1
    claim = change.claim
    return [
        (
            claim.claim_id,
            first + place,
            at,
            step.before.value,
            step.after.value,
            step.reason,
            by,
            claim.run_id,
            step.amount,
        )
        for place, step in enumerate(change.steps)
    ]


def _with(claim: Claim, changed: Mapping[str, object]) -> Claim:
    """The claim with other values of these fields."""
    return replace(claim, **changed)  # type: ignore[arg-type] # named by the callers here
