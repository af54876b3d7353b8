"""Documents through the gate: handed in by or for a customer, shown to who decides about them."""

from __future__ import annotations

from makegood.trust.access.gate import Request, decide, permit, write_decision
from makegood.trust.access.visitor import Visitor
from makegood.trust.access.writing import committed_before_shown
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
from makegood.trust.vault import (
    Document,
    DocumentReference,
    document_standing,
    examine_document,
    keep_examined,
    open_document,
)


def hand_in_document(
    visitor: Visitor,
    customer_id: str,
    name: str,
    content: bytes,
    *,
    purpose: str = Purpose.CUSTOMER_REQUEST,
    case: str = "",
) -> DocumentReference:
    """Examine a customer's document and keep it sealed; its number.

    ``name`` is what its sender calls the file. In no transaction of the caller's: a scanner may be
    asked. Raises Refused MG770, MakegoodError MG680 to MG684 where it cannot be taken, MG728 where
    the customer was deleted, and as ``permit``.
    """
    from django.db import transaction

    examined = examine_document(name, content)
    with transaction.atomic(durable=True):
        permit(
            visitor,
            Act.APPLY,
            Resource(ResourceKind.CUSTOMER, customer_id),
            purpose=purpose,
            case=case,
            details={"what": "document_handed_in", "kind": examined.kind.value},
        )
        return keep_examined(customer_id, examined, actor=visitor.actor)


def show_document(visitor: Visitor, reference: str, *, purpose: str, case: str = "") -> Document:
    """A document in the clear, after the entry that says so is committed.

    Raises MakegoodError MG682 where there is none, Refused MG770, MakegoodError MG726 where it was
    changed, and as ``permit``.
    """
    standing = document_standing(reference)
    resource = Resource(ResourceKind.CUSTOMER, standing.customer_id)
    details = {"document": reference, "used_for": standing.used_for}
    decision = decide(Request(visitor, Act.READ_DOCUMENT, resource, purpose, case, details=details))
    with committed_before_shown():
        document = open_document(reference)
        write_decision(decision, "document.shown", [])
    return document
