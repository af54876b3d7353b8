"""What is due for the person of the task: the cards that the customers' own page has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from makegood.centre.behalf.forms import CodeForm
from makegood.centre.casework.speaking import language
from makegood.dues import Dues, dues_of, keep_quotes
from makegood.trust.access import Visitor, permit
from makegood.trust.customers import attempt_of
from makegood.trust.policy import Act, Network, Resource, ResourceKind, Role
from makegood.trust.staff import visitor_of

if TYPE_CHECKING:
    from makegood.centre.views import Task

_ASKED = "makegood_consent_code"
ADDRESSES: Mapping[str, str] = {
    "apply": "centre:for_apply",
    "apply_late": "centre:for_apply",
    "enrol": "centre:for_apply",
    "choose": "centre:for_choose",
    "show_code": "centre:for_code",
    "take_coupon": "centre:for_coupon",
    "certificate": "centre:for_certificate",
    "claim": "centre:for_claim",
    "correct_account": "centre:for_correct",
    "withdraw": "centre:for_withdraw",
    "object": "centre:for_object",
}
"""Where the acts of a card are done here."""


def through_of(visitor: Visitor) -> str:
    """Through what the customer comes: ``shop`` at a counter, else ``call_centre``."""
    is_at_counter = visitor.network == Network.SHOP or visitor.principal.roles == {Role.SHOP_AGENT}
    return "shop" if is_at_counter else "call_centre"


def expect_consent(visitor: Visitor, task: Task, what: str) -> None:
    """The gate's word that the member may act for the person now. Raises Refused MG770."""
    with transaction.atomic():
        permit(
            visitor,
            Act.ACT_FOR_CUSTOMER,
            Resource(ResourceKind.CUSTOMER, task.customer_id),
            purpose=task.purpose,
            case=task.case,
            details={"what": what, "through": through_of(visitor)},
        )


def shown_dues(visitor: Visitor, task: Task) -> Dues:
    """All cards of the person; a quote is kept of what is shown. Raises Refused MG770."""
    expect_consent(visitor, task, "dues_shown")
    found = dues_of(task.customer_id, language())
    keep_quotes(visitor, found, through_of(visitor), purpose=task.purpose, case=task.case)
    return found


def keep_attempt(request: HttpRequest, task: Task, attempt_id: UUID) -> None:
    """Remember that a code was sent for this person and purpose."""
    request.session[_ASKED] = {
        "person": task.customer_id,
        "purpose": task.purpose,
        "attempt": str(attempt_id),
    }


def drop_attempt(request: HttpRequest) -> None:
    """The code was told, or counts no longer."""
    request.session.pop(_ASKED, None)


def kept_attempt(request: HttpRequest, task: Task) -> UUID | None:
    """The attempt of this person and purpose, if a code was sent."""
    held = request.session.get(_ASKED)
    if not held or (held["person"], held["purpose"]) != (task.customer_id, task.purpose):
        return None
    return UUID(held["attempt"])


def dues_context(request: HttpRequest, task: Task, consent: str) -> dict[str, Any]:
    """What the person's page needs for its part about what is due."""
    visitor, attempt_id = visitor_of(request), kept_attempt(request, task)
    return {
        "code_is_asked": attempt_id is not None and attempt_of(attempt_id) is not None,
        "telling": CodeForm(),
        "dues": shown_dues(visitor, task) if consent == "valid" else None,
        "addresses": ADDRESSES,
        "is_at_counter": through_of(visitor) == "shop",
    }
