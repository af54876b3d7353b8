"""``claim show | list``: claims as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.claims.options import (
    CLAIM_HANDLING,
    Case,
    Purpose,
    ReceiptNumber,
    state_named,
)
from makegood.cli.claims.telling import plain, tell_counts
from makegood.cli.figures import local_minute, local_second
from makegood.cli.options import Json
from makegood.cli.output import answer, expect_json, out, table
from makegood.cli.visiting import visiting
from makegood.kernel import Finding, MakegoodError, did_you_mean

if TYPE_CHECKING:
    from makegood.trust.access import Visitor


def show(
    receipt: ReceiptNumber,
    purpose: Purpose = CLAIM_HANDLING,
    case: Case = "",
    json_wanted: Json = False,
) -> None:
    """Show a claim and what happened to it; never the account.

    Example: `makegood claim show R7K3-9QXM-2HTB`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress import claims
        from makegood.redress.serving import programme_in_force

        claim = claims.claim_of(receipt)
        _may_read(visitor, claim.customer_id, purpose, case)
        history = claims.history_of(claim)
        currency = programme_in_force(claim.programme).currency
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
        answer({"ok": True, **plain(claim), "history": events})
        return
    told = table(f"claim {claim.receipt_number}", ["", "value"])
    for name, value in plain(claim).items():
        told.add_row(name, "" if value is None else str(value))
    out.print(told)
    shown = table("history", ["at", "from", "to", "why", "by", "amount"], ["amount"])
    for event in history:
        before = event.before.value if event.before else ""
        amount = currency.plain(event.amount)
        states = (before, event.after.value)
        shown.add_row(local_second(event.at), *states, event.reason, event.by, amount)
    out.print(shown)


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
    purpose: Purpose = CLAIM_HANDLING,
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

        wanted = [state_named(word) for word in state or []]
        _may_read(visitor, "", purpose, case)
        file = programme_in_force(programme)
        if by_day:
            counts = claims.counts(programme, file.section.time_zone)
            tell_counts(counts, file.currency, json_wanted=json_wanted)
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
    if measure and not found and measure not in file.measures:
        hint = did_you_mean(measure, file.measures) or f"it has {', '.join(file.measures)}"
        raise MakegoodError(Finding("MG837", f"'{programme}' has no measure '{measure}'", hint))
    if json_wanted:
        answer({"ok": True, "claims": [plain(claim) for claim in found]})
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
            file.currency.plain(claim.amount),
            claim.pay_on.isoformat() if claim.pay_on else "",
            local_minute(claim.submitted_at),
        )
    out.print(shown if found else "no claims")


def _may_read(visitor: Visitor, customer_id: str, purpose: str, case: str) -> None:
    from django.db import transaction

    from makegood.trust.access import permit
    from makegood.trust.policy import Act, Resource, ResourceKind

    with transaction.atomic():
        resource = Resource(ResourceKind.CUSTOMER, customer_id)
        act = Act.READ_CLAIMS if customer_id else Act.LIST_CLAIMS
        permit(visitor, act, resource, purpose=purpose, case=case)
