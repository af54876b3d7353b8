"""One claim with all that happened to it, and what may be done; its document, opened once."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from makegood.kernel import MakegoodError
from makegood.operations.chosen import Chosen
from makegood.operations.claims.forms import AmountForm, FoundOutForm, RefuseForm
from makegood.operations.claims.words import (
    channel_words,
    is_money,
    reason_words,
    state_words,
    waits_words,
)
from makegood.operations.parts import Figures, Shown
from makegood.operations.reading import actor_names
from makegood.operations.rights import ask_to_read, may
from makegood.redress.claims import (
    Claim,
    ClaimEvent,
    ClaimState,
    claim_of,
    history_of,
    subjects_of,
)
from makegood.redress.serving import owner_of, programme_in_force
from makegood.trust.access import Visitor, show_document
from makegood.trust.policy import Act, Purpose, ResourceKind
from makegood.trust.proposals import Proposal, ProposalKind, State, proposals
from makegood.trust.staff import standing, visitor_of
from makegood.trust.vault import document_standing

_PROPOSED_MAX = 20


@dataclass(frozen=True, slots=True)
class Possible:
    """What may be done with a claim, by its state and by the visitor's roles; the acts decide."""

    propose: bool
    approve: bool
    refuse: bool
    better: bool
    resolve: bool
    document: bool
    account_document: bool


@login_required
@require_GET
def claim(request: HttpRequest, receipt: str) -> HttpResponse:
    """Where a claim stands, its history, and the acts that its state and one's roles allow."""
    found = found_claim(receipt)
    visitor = ask_to_read(
        request,
        Act.READ_CLAIMS,
        ResourceKind.CUSTOMER,
        owner_of(found),
        purpose=Purpose.CLAIM_HANDLING,
        details={"claim": found.receipt_number},
    )
    return render(request, "operations/claims/claim.html", context_of(visitor, found))


@login_required
@require_POST
def document(request: HttpRequest, receipt: str) -> HttpResponse:
    """The claim's document as a file; the log says who looked at it and for which claim."""
    found = found_claim(receipt)
    which = found.account_document if "account" in request.POST else found.document
    if not which:
        raise Http404
    standing(request).onward = reverse("claim", args=[found.receipt_number])
    if not _is_kept(found, which):
        raise Http404
    opened = show_document(
        visitor_of(request),
        which,
        purpose=Purpose.CLAIM_HANDLING,
        case=found.receipt_number,
    )
    response = HttpResponse(opened.content, content_type=opened.kind.content_type)
    name = f"{opened.reference}.{opened.kind.value}"
    # It came from outside: it is saved, and never opened within this site.
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def found_claim(receipt: str) -> Claim:
    """The claim of a receipt number. Raises Http404 where there is none."""
    try:
        return claim_of(receipt)
    except MakegoodError:
        raise Http404 from None


def context_of(visitor: Visitor, found: Claim, **more: object) -> dict[str, object]:
    """What the page of a claim shows."""
    about = Chosen(programme_in_force(found.programme))
    events = history_of(found)
    names = actor_names([found.submitted_by, *(event.by for event in events)])
    proposed = _proposed(visitor, found)
    pays = is_money(about.programme, found)
    return {
        "claim": found,
        "customer": owner_of(found),
        "measure": about.measure(found.measure),
        "is_money": pays,
        "programme": about,
        "amount": about.money(found.amount),
        "channel": channel_words(found.through),
        "state": state_words(found.state, pays=pays),
        "waits": waits_words(found.waits_for, found.state),
        "reason": reason_words(found.reason, about, found.measure),
        "submitted_by": names.get(found.submitted_by, found.submitted_by),
        "is_of_customer": found.submitted_by.startswith("customer:"),
        "history": _history(about, found.measure, events, names, pays=pays),
        "proposals": [
            (each, about.money(int(str(each.contents.get("amount", 0)))) if pays else "")
            for each in proposed
        ],
        "is_agreed": any(each.state is State.APPROVED for each in proposed),
        "may": _possible(visitor, found),
        "amount_form": AmountForm(initial={"amount": found.amount}),
        "refuse_form": RefuseForm(),
        "found_out_form": FoundOutForm(),
        **more,
    }


def _possible(visitor: Visitor, claim: Claim) -> Possible:
    waits = claim.state is ClaimState.CHECKED and bool(claim.waits_for)
    waits = waits or claim.state is ClaimState.OBJECTED
    scheduled = claim.state is ClaimState.SCHEDULED
    decides = may(visitor, Act.DECIDE_CLAIM)
    return Possible(
        propose=(waits or scheduled) and may(visitor, Act.PROPOSE_CUSTOMER_EXCEPTION),
        approve=waits and decides,
        refuse=waits and decides,
        better=scheduled and may(visitor, Act.GRANT_EXCEPTION),
        resolve=claim.is_contradictory and decides,
        document=_is_kept(claim, claim.document) and may(visitor, Act.READ_DOCUMENT),
        account_document=_is_kept(claim, claim.account_document)
        and may(visitor, Act.READ_DOCUMENT),
    )


def _is_kept(claim: Claim, reference: str) -> bool:
    """Whether the vault has the document, of this very customer; others are filed elsewhere."""
    try:
        return bool(reference) and document_standing(reference).customer_id in {
            claim.customer_id,
            owner_of(claim),
        }
    except MakegoodError:
        return False


def _proposed(visitor: Visitor, claim: Claim) -> list[Proposal]:
    """What is proposed about the claim and not used, where the visitor may read proposals."""
    if not may(visitor, Act.READ_PROPOSALS):
        return []
    kind = ProposalKind.CUSTOMER_EXCEPTION
    return [
        each
        for state in (State.OPEN, State.APPROVED)
        for about in subjects_of(claim)
        for each in proposals(state, kind, _PROPOSED_MAX, subject=about)
        if each.contents.get("measure") == claim.measure
        and each.contents.get("line") == claim.line_id
    ]


def _history(
    about: Chosen, measure: str, events: list[ClaimEvent], names: dict[str, str], *, pays: bool
) -> Figures:
    rows = tuple(
        (
            event.at,
            Shown(state_words(event.after, pays=pays), event.after.value),
            reason_words(event.reason, about, measure),
            names.get(event.by, event.by),
            Shown(about.money(event.amount), event.amount) if pays else None,
        )
        for event in reversed(events)
    )
    columns = (_("When"), _("State"), _("Why"), _("Who"), _("Amount"))
    return Figures("history", _("What happened"), columns, rows)
