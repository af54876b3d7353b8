"""``claim submit | withdraw | object | account``: what the customer wishes."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from makegood.cli.claims.options import (
    CLAIM_HANDLING,
    CUSTOMER_REQUEST,
    AccountDocument,
    AccountFile,
    Case,
    Document,
    Purpose,
    ReceiptNumber,
    Words,
    account_given,
)
from makegood.cli.claims.telling import tell
from makegood.cli.options import Json
from makegood.cli.output import answer, expect_json, out
from makegood.cli.visiting import visiting


def submit(
    programme: Annotated[str, typer.Argument(metavar="PROGRAMME", help="Its name: kt-2025.")],
    measure: Annotated[str, typer.Argument(metavar="MEASURE", help="What is applied for.")],
    line: Annotated[str, typer.Argument(metavar="LINE", help="For which line.")],
    through: Annotated[
        str, typer.Option("--through", metavar="WAY", help="web, call_centre or shop.")
    ],
    account: AccountFile = None,
    document: Document = "",
    account_document: AccountDocument = "",
    quote: Annotated[
        str | None, typer.Option("--quote", metavar="ID", help="The quote that was shown.")
    ] = None,
    purpose: Purpose = CLAIM_HANDLING,
    case: Case = "",
    json_wanted: Json = False,
) -> None:
    """Take in an application; the same again names the claim that stands.

    Example: `makegood claim submit kt-2025 penalty_waiver L0001 --through shop`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress import claims

        application = claims.Application(
            *(programme, measure, line, through),
            document=document,
            quote_id=quote,
            account_document=account_document,
        )
        # Whatever else is wrong is told before somebody types an account.
        if claims.asks_for_account(application):
            code, number, holder = account_given(account)
            application = replace(
                application, bank_code=code, account_number=number, account_holder=holder
            )
        made = claims.submit(visitor, application, purpose=purpose, case=case)
    if json_wanted:
        answer(
            {
                "ok": True,
                "receipt": made.receipt_number,
                "new": made.is_new,
                "state": made.state.value,
                "key": made.key,
                "amount": made.amount,
                "submitted_at": made.submitted_at.isoformat(),
            }
        )
        return
    out.print(f"{made.receipt_number}: {'taken in' if made.is_new else 'stands there already'}")


def withdraw(
    receipt: ReceiptNumber,
    purpose: Purpose = CUSTOMER_REQUEST,
    case: Case = "",
    json_wanted: Json = False,
) -> None:
    """Take a claim back, as its customer wishes; it may be made again.

    Example: `makegood claim withdraw R7K3-9QXM-2HTB`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress import claims

        claim = claims.withdraw(visitor, receipt, purpose=purpose, case=case)
    tell(claim, json_wanted=json_wanted)


def object_(
    receipt: ReceiptNumber,
    reason: Words,
    purpose: Purpose = CUSTOMER_REQUEST,
    case: Case = "",
    json_wanted: Json = False,
) -> None:
    """Object to a refusal, as the customer wishes; persons decide it.

    Example: `makegood claim object R7K3-9QXM-2HTB --reason "the line was never an MVNO's"`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress import claims

        claim = claims.object_to(visitor, receipt, reason, purpose=purpose, case=case)
    tell(claim, json_wanted=json_wanted)


def account(
    receipt: ReceiptNumber,
    file: AccountFile = None,
    document: Document = "",
    account_document: AccountDocument = "",
    purpose: Purpose = CUSTOMER_REQUEST,
    case: Case = "",
    json_wanted: Json = False,
) -> None:
    """Put another account in place: one was refused, or a payment came back.

    Example: `makegood claim account R7K3-9QXM-2HTB`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress import claims

        claims.claim_of(receipt)
        given = account_given(file)
        claim = claims.correct_account(
            visitor,
            receipt,
            *given,
            document=document,
            account_document=account_document,
            purpose=purpose,
            case=case,
        )
    tell(claim, json_wanted=json_wanted)
