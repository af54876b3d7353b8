"""``makegood claim``: applications, their decisions, and everything a customer may ask for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.options import Json
from makegood.cli.output import answer, expect_json, out, table
from makegood.cli.visiting import visiting
from makegood.kernel import Finding, MakegoodError, did_you_mean

if TYPE_CHECKING:
    from makegood.redress.claims import Claim, ClaimState
    from makegood.trust.access import Visitor

commands = typer.Typer(help="Applications: taken in, decided, followed.", no_args_is_help=True)

_FILE_BYTES_MAX = 2_000
_CLAIM_HANDLING, _CUSTOMER_REQUEST = "claim_handling", "customer_request"

ReceiptNumber = Annotated[
    str, typer.Argument(metavar="RECEIPT", help="The receipt number: R7K3-9QXM-2HTB.")
]
Words = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, for the log; nobody's data.")
]
Case = Annotated[
    str, typer.Option("--case", metavar="CASE", help="The task or case, where there is one.")
]
Purpose = Annotated[
    str, typer.Option("--purpose", metavar="PURPOSE", help="claim_handling, complaint, …")
]
AccountFile = Annotated[
    Path | None,
    typer.Option(
        "--account",
        metavar="FILE",
        help="Three lines: bank code, account number, holder; - is the standard input. "
        "Without it they are asked for.",
    ),
]
Document = Annotated[
    str, typer.Option("--document", metavar="NUMBER", help="The number a document is filed under.")
]

AccountDocument = Annotated[
    str,
    typer.Option(
        "--account-document",
        metavar="NUMBER",
        help="The same of one that shows why the account is in another name.",
    ),
]


@commands.command()
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
    purpose: Purpose = _CLAIM_HANDLING,
    case: Case = "",
    json_wanted: Json = False,
) -> None:
    """Take in an application; the same again names the claim that stands.

    Example: `makegood claim submit kt-2025 penalty_waiver L0001 --through shop`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress import claims

        needed = claims.needs_account(programme, measure)
        code, number, holder = _account(account) if needed else ("", "", "")
        application = claims.Application(
            *(programme, measure, line, through, code, number, holder, document, quote),
            account_document=account_document,
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


@commands.command()
def show(
    receipt: ReceiptNumber,
    purpose: Purpose = _CLAIM_HANDLING,
    case: Case = "",
    json_wanted: Json = False,
) -> None:
    """Show a claim and what happened to it; never the account.

    Example: `makegood claim show R7K3-9QXM-2HTB`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress import claims

        claim = claims.claim_of(receipt)
        _may_read(visitor, claim.customer_id, purpose, case)
        history = claims.history_of(claim)
    if json_wanted:
        events: list[dict[str, Any]] = [
            {
                "number": event.number,
                "at": event.at.isoformat(),
                "before": event.before.value if event.before else None,
                "after": event.after.value,
                "reason": event.reason,
                "by": event.by,
                "run": str(event.run_id) if event.run_id else None,
                "amount": event.amount,
            }
            for event in history
        ]
        answer({"ok": True, **_plain(claim), "history": events})
        return
    told = table(f"claim {claim.receipt_number}", ["", "value"])
    for name, value in _plain(claim).items():
        told.add_row(name, "" if value is None else str(value))
    out.print(told)
    shown = table("history", ["at", "from", "to", "why", "by", "amount"], ["amount"])
    for event in history:
        before = event.before.value if event.before else ""
        at = f"{event.at:%Y-%m-%d %H:%M:%S}"
        shown.add_row(at, before, event.after.value, event.reason, event.by, f"{event.amount:,}")
    out.print(shown)


@commands.command("list")
def list_(
    programme: Annotated[str, typer.Argument(metavar="PROGRAMME", help="Its name: kt-2025.")],
    measure: Annotated[
        str, typer.Option("--measure", metavar="MEASURE", help="Of one measure only.")
    ] = "",
    state: Annotated[
        list[str] | None,
        typer.Option("--state", metavar="STATE", help="In this state; may be given again."),
    ] = None,
    line: Annotated[str, typer.Option("--line", metavar="LINE", help="Of one line only.")] = "",
    through: Annotated[
        str, typer.Option("--through", metavar="WAY", help="web, call_centre or shop.")
    ] = "",
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only those that persons must decide.")
    ] = False,
    contradictory: Annotated[
        bool,
        typer.Option("--contradictory", help="Only those of which both was said: paid and failed."),
    ] = False,
    by_day: Annotated[
        bool, typer.Option("--by-day", help="Counts by day, way and state instead of claims.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many.")] = 100,
    purpose: Purpose = _CLAIM_HANDLING,
    case: Case = "",
    json_wanted: Json = False,
) -> None:
    """List claims, the newest first, or count them by day.

    Example: `makegood claim list kt-2025 --waiting`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress import claims
        from makegood.redress.serving import programme_in_force

        wanted = [_state(word) for word in state or []]
        _may_read(visitor, "", purpose, case)
        if by_day:
            zone = programme_in_force(programme).section.time_zone
            _tell_counts(claims.counts(programme, zone), json_wanted=json_wanted)
            return
        found = claims.claims(
            programme,
            measure,
            states=wanted,
            line_id=line,
            through=through,
            is_waiting=waiting or None,
            is_contradictory=contradictory or None,
            limit=limit,
        )
    if json_wanted:
        answer({"ok": True, "claims": [_plain(claim) for claim in found]})
        return
    columns = ["receipt", "measure", "line", "state", "why", "amount", "pay on", "submitted"]
    shown = table("claims", columns, ["receipt", "amount"])
    for claim in found:
        shown.add_row(
            claim.receipt_number,
            claim.measure,
            claim.line_id,
            claim.state.value,
            claim.waits_for or claim.reason,
            f"{claim.amount:,}",
            claim.pay_on.isoformat() if claim.pay_on else "",
            f"{claim.submitted_at:%Y-%m-%d %H:%M}",
        )
    out.print(shown if found else "no claims")


@commands.command()
def propose(
    receipt: ReceiptNumber,
    amount: Annotated[
        int, typer.Option("--amount", min=0, help="With which amount, in minor units.")
    ],
    reason: Words,
    purpose: Purpose = _CLAIM_HANDLING,
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


@commands.command()
def decide(
    receipt: ReceiptNumber,
    approve: Annotated[
        bool, typer.Option("--approve/--refuse", help="Approving uses the approved proposal.")
    ],
    reason: Words = "",
    purpose: Purpose = _CLAIM_HANDLING,
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
    _tell(claim, json_wanted=json_wanted)


@commands.command("exception")
def exception_(
    receipt: ReceiptNumber,
    purpose: Purpose = _CLAIM_HANDLING,
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
    _tell(claim, json_wanted=json_wanted)


@commands.command()
def resolve(
    receipt: ReceiptNumber,
    paid: Annotated[
        bool, typer.Option("--paid/--not-paid", help="What was found out at the bank.")
    ],
    reason: Words,
    purpose: Purpose = _CLAIM_HANDLING,
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
    _tell(claim, json_wanted=json_wanted)


@commands.command()
def withdraw(
    receipt: ReceiptNumber,
    purpose: Purpose = _CUSTOMER_REQUEST,
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
    _tell(claim, json_wanted=json_wanted)


@commands.command("object")
def object_(
    receipt: ReceiptNumber,
    reason: Words,
    purpose: Purpose = _CUSTOMER_REQUEST,
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
    _tell(claim, json_wanted=json_wanted)


@commands.command()
def account(
    receipt: ReceiptNumber,
    file: AccountFile = None,
    document: Document = "",
    account_document: AccountDocument = "",
    purpose: Purpose = _CUSTOMER_REQUEST,
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
        given = _account(file)
        claim = claims.correct_account(
            visitor,
            receipt,
            *given,
            document=document,
            account_document=account_document,
            purpose=purpose,
            case=case,
        )
    _tell(claim, json_wanted=json_wanted)


def _account(file: Path | None) -> tuple[str, str, str]:
    """Bank code, number and holder: from a file, the standard input, or asked for.

    Never from the command line, which other users of the machine can read.
    """
    if file is None:
        code = typer.prompt("Bank code", err=True)
        number = typer.prompt("Account number", hide_input=True, err=True)
        return str(code), str(number), str(typer.prompt("Holder", err=True))
    if str(file) == "-":
        text = sys.stdin.read(_FILE_BYTES_MAX)
    else:
        with file.open(encoding="utf-8", errors="replace") as opened:
            text = opened.read(_FILE_BYTES_MAX)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) != 3:  # noqa: PLR2004 - as the message says
        hint = "write the bank's code, the account's number and its holder on three lines"
        raise MakegoodError(Finding("MG844", f"the account has {len(lines)} lines, not 3", hint))
    return lines[0], lines[1], lines[2]


def _may_read(visitor: Visitor, customer_id: str, purpose: str, case: str) -> None:
    from django.db import transaction

    from makegood.trust.access import permit
    from makegood.trust.policy import Act, Resource, ResourceKind

    with transaction.atomic():
        resource = Resource(ResourceKind.CUSTOMER, customer_id)
        permit(visitor, Act.READ_CLAIMS, resource, purpose=purpose, case=case)


def _state(word: str) -> ClaimState:
    """The state of this name. Raises MakegoodError MG844."""
    from makegood.redress.claims import ClaimState

    try:
        return ClaimState(word)
    except ValueError:
        known = [state.value for state in ClaimState]
        hint = did_you_mean(word, known) or f"one of: {', '.join(known)}"
        raise MakegoodError(Finding("MG844", f"no claim is ever '{word}'", hint)) from None


def _tell(claim: Claim, *, json_wanted: bool) -> None:
    if json_wanted:
        answer({"ok": True, **_plain(claim)})
        return
    paid = f", to be paid on {claim.pay_on}" if claim.pay_on else ""
    out.print(f"{claim.receipt_number}: {claim.state}{paid}")


def _tell_counts(found: list[Any], *, json_wanted: bool) -> None:
    if json_wanted:
        counted = [
            {
                "measure": each.measure,
                "day": each.day.isoformat(),
                "through": each.through,
                "state": each.state.value,
                "claims": each.claims,
                "amount": each.amount,
            }
            for each in found
        ]
        answer({"ok": True, "counts": counted})
        return
    columns = ["measure", "day", "through", "state", "claims", "amount"]
    shown = table("claims by day", columns, ["claims", "amount"])
    for each in found:
        shown.add_row(
            each.measure,
            each.day.isoformat(),
            each.through,
            each.state.value,
            f"{each.claims:,}",
            f"{each.amount:,}",
        )
    out.print(shown if found else "no claims")


def _plain(claim: Claim) -> dict[str, Any]:
    return {
        "receipt": claim.receipt_number,
        "programme": claim.programme,
        "measure": claim.measure,
        "line": claim.line_id,
        "contract": claim.contract,
        "customer": claim.customer_id,
        "through": claim.through,
        "submitted_at": claim.submitted_at.isoformat(),
        "state": claim.state.value,
        "reason": claim.reason,
        "waits_for": claim.waits_for,
        "late": claim.is_late,
        "document": claim.document,
        "account_document": claim.account_document,
        "holder": claim.holder,
        "quote": claim.quote_id or None,
        "amount": claim.amount,
        "attempt": claim.attempt,
        "approved_on": claim.approved_on.isoformat() if claim.approved_on else None,
        "pay_on": claim.pay_on.isoformat() if claim.pay_on else None,
        "run": str(claim.run_id) if claim.run_id else None,
        "contradictory": claim.is_contradictory,
        "key": claim.key,
        "programme_sha256": claim.programme_sha256,
        "snapshot_sha256": claim.snapshot_sha256,
    }
