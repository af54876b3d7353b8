"""``claim propose | decide | exception | resolve``: what persons decide."""

from __future__ import annotations

from typing import Annotated

import typer

from makegood.cli.claims.options import (
    CLAIM_HANDLING,
    Case,
    Purpose,
    ReceiptNumber,
    Words,
)
from makegood.cli.claims.telling import tell
from makegood.cli.options import Json
from makegood.cli.output import answer, expect_json, out
from makegood.cli.visiting import visiting


def propose(
    receipt: ReceiptNumber,
    amount: Annotated[
        int, typer.Option("--amount", min=0, help="With which amount, in minor units.")
    ],
    reason: Words,
    purpose: Purpose = CLAIM_HANDLING,
    case: Case = "",
    json_wanted: Json = False,
) -> None:
    """Propose that a claim is approved with an amount; another person approves the proposal.

    For claims that wait for persons, and for a better amount than the one approved.

    Example: `makegood claim propose R7K3-9QXM-2HTB --amount 120000 --reason "proven" --case C-7`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress import claims

        made = claims.propose_amount(visitor, receipt, amount, reason, purpose=purpose, case=case)
    if json_wanted:
        expires_at = made.expires_at.isoformat()
        answer({"ok": True, "proposal": str(made.proposal_id), "expires_at": expires_at})
        return
    out.print(f"proposal {made.proposal_id}")
    out.print(f"another person: makegood proposal approve {made.proposal_id}")


def decide(
    receipt: ReceiptNumber,
    approve: Annotated[
        bool, typer.Option("--approve/--refuse", help="Approving uses the approved proposal.")
    ],
    reason: Words = "",
    purpose: Purpose = CLAIM_HANDLING,
    case: Case = "",
    json_wanted: Json = False,
) -> None:
    """Decide a claim that waits for persons: late, undetermined, another name, an objection.

    Example: `makegood claim decide R7K3-9QXM-2HTB --approve --case CASE-7`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress import claims

        claim = claims.decide(
            visitor, receipt, approve=approve, words=reason, purpose=purpose, case=case
        )
    tell(claim, json_wanted=json_wanted)


def exception_(
    receipt: ReceiptNumber,
    purpose: Purpose = CLAIM_HANDLING,
    case: Case = "",
    json_wanted: Json = False,
) -> None:
    """Give a scheduled claim the better amount that two persons agreed on.

    Example: `makegood claim exception R7K3-9QXM-2HTB --case CASE-7`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress import claims

        claim = claims.grant_exception(visitor, receipt, purpose=purpose, case=case)
    tell(claim, json_wanted=json_wanted)


def resolve(
    receipt: ReceiptNumber,
    paid: Annotated[
        bool, typer.Option("--paid/--not-paid", help="What was found out at the bank.")
    ],
    reason: Words,
    purpose: Purpose = CLAIM_HANDLING,
    case: Case = "",
    json_wanted: Json = False,
) -> None:
    """Say what was found out about a payment of which the other side said both.

    Example: `makegood claim resolve R7K3-9QXM-2HTB --paid --reason "the bank looked it up"`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress import claims

        claim = claims.resolve(
            visitor, receipt, was_paid=paid, words=reason, purpose=purpose, case=case
        )
    tell(claim, json_wanted=json_wanted)
