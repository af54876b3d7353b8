"""``claim show | list``: claims as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

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
from makegood.cli.options import Json, Language, language_of
from makegood.cli.output import answer, expect_json, out, table
from makegood.cli.visiting import visiting
from makegood.kernel import Finding, MakegoodError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from makegood.programmes import Programme
    from makegood.redress.claims import Claim, ClaimEvent
    from makegood.trust.access import Visitor


def show(
    receipt: ReceiptNumber,
    purpose: Purpose = CLAIM_HANDLING,
    case: Case = "",
    lang: Language = None,
    json_wanted: Json = False,
) -> None:
    """Show a claim, what happened to it and what comes next; never the account.

    Example: `makegood claim show R7K3-9QXM-2HTB`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress import claims
        from makegood.redress.serving import owner_of, programme_in_force

        claim = claims.claim_of(receipt)
        _may_read(visitor, owner_of(claim), purpose, case)
        history = claims.history_of(claim)
        programme = programme_in_force(claim.programme)
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
    _tell(claim, history, programme, language_of(lang, programme.languages))


def _tell(claim: Claim, history: Sequence[ClaimEvent], programme: Programme, language: str) -> None:
    from makegood.cli.claims.words import ClaimWords

    zone = ZoneInfo(programme.section.time_zone)
    words = ClaimWords(programme, language, zone)
    told = table(claim.receipt_number, ["", ""])
    for name, said in words.rows(claim).items():
        told.add_row(name, said)
    out.print(told)
    heads = [words.word(each) for each in ("at", "became", "why", "by", "amount")]
    shown = table(words.word("history"), heads, heads[-1:])
    for event in history:
        shown.add_row(
            local_second(event.at, zone),
            words.state(event.after, claim.measure),
            words.reason(claim.measure, event.reason),
            event.by,
            programme.currency.text(event.amount, language),
        )
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
        others = any((measure, wanted, line, through, waiting, contradictory))
        _expect_filters(file, through, by_day=by_day, others=others)
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
    zone = ZoneInfo(file.section.time_zone)
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
            local_minute(claim.submitted_at, zone),
        )
    out.print(shown if found else "no claims")


def _expect_filters(file: Programme, through: str, *, by_day: bool, others: bool) -> None:
    """Raises MakegoodError MG844 for a way that is none, and for filters of what is counted."""
    taken = (measure.section.claim for measure in file.measures.values())
    known = sorted({way.value for claim in taken if claim for way in claim.through})
    if through and through not in known:
        hint = did_you_mean(through, known) or f"one of: {', '.join(known)}"
        raise MakegoodError(Finding("MG844", f"no claim comes in through '{through}'", hint))
    if by_day and others:
        hint = "leave --by-day away, or the options that narrow the list down"
        raise MakegoodError(Finding("MG844", "--by-day counts all claims of a programme", hint))


def _may_read(visitor: Visitor, customer_id: str, purpose: str, case: str) -> None:
    from django.db import transaction

    from makegood.trust.access import permit
    from makegood.trust.policy import Act, Resource, ResourceKind

    with transaction.atomic():
        resource = Resource(ResourceKind.CUSTOMER, customer_id)
        act = Act.READ_CLAIMS if customer_id else Act.LIST_CLAIMS
        permit(visitor, act, resource, purpose=purpose, case=case)
