"""Claims as commands tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from makegood.cli.output import answer, out, table

if TYPE_CHECKING:
    from makegood.kernel import Currency
    from makegood.redress.claims import Claim


def tell(claim: Claim, *, json_wanted: bool) -> None:
    """Say where a claim stands after an act."""
    if json_wanted:
        answer({"ok": True, **plain(claim)})
        return
    paid = f", to be paid on {claim.pay_on}" if claim.pay_on else ""
    out.print(f"{claim.receipt_number}: {claim.state}{paid}")


def tell_counts(found: list[Any], currency: Currency, *, json_wanted: bool) -> None:
    """Say how many claims there are by day, way and state."""
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
            currency.plain(each.amount),
        )
    out.print(shown if found else "no claims")


def plain(claim: Claim) -> dict[str, Any]:
    """A claim as plain values; never the account."""
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
