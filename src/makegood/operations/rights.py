"""Asking the gate before a page reads figures, lists or claims."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.http import HttpRequest

from makegood.trust.access import Visitor, permit, policies
from makegood.trust.audit import Json
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
from makegood.trust.staff import visitor_of


def may(visitor: Visitor, *acts: Act) -> bool:
    """Whether a role of theirs has one of the acts: what to offer. The gate decides the act."""
    in_force = policies()
    return any(visitor.principal.roles & in_force.who_may(act) for act in acts)


def ask_to_read(
    request: HttpRequest,
    act: Act,
    kind: ResourceKind,
    resource_id: str = "",
    *,
    purpose: str = Purpose.OPERATION,
    details: Mapping[str, Json] | None = None,
) -> Visitor:
    """Ask the gate; the entry says what is read. Raises Refused MG770, which becomes a page."""
    visitor = visitor_of(request)
    with transaction.atomic():
        permit(
            visitor, act, Resource(kind, resource_id), purpose=purpose, details=dict(details or {})
        )
    return visitor


def ask_for_figures(request: HttpRequest, *, what: str) -> Visitor:
    """Ask to read counts of claims: as the ledger is read, or as claims are by who decides them.

    Counts name nobody, so that who reads the ledger may read them as well.
    """
    visitor = visitor_of(request)
    if may(visitor, Act.READ_LEDGER):
        return ask_to_read(request, Act.READ_LEDGER, ResourceKind.LEDGER, details={"what": what})
    return ask_to_read(
        request,
        Act.READ_CLAIMS,
        ResourceKind.CUSTOMER,
        purpose=Purpose.CLAIM_HANDLING,
        details={"what": what},
    )
