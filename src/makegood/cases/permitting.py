"""The gate's word about a case: whose it is, what for, and the entry that says what is done."""

from __future__ import annotations

from collections.abc import Mapping

from makegood.cases.values import Case
from makegood.trust.access import Visitor, permit
from makegood.trust.audit import Json
from makegood.trust.policy import Act, Resource, ResourceKind


def resource_of(case: Case) -> Resource:
    """What the policies judge about: the customer, where one is known; else the case."""
    if case.customer_id:
        return Resource(ResourceKind.CUSTOMER, case.customer_id)
    return Resource(ResourceKind.CASE, case.number)


def expect_permitted(
    visitor: Visitor,
    act: Act,
    case: Case,
    *,
    purpose: str = "",
    kind: str = "case.changed",
    details: Mapping[str, Json] | None = None,
) -> None:
    """Let the gate decide and record an act on a case, in the act's transaction.

    For the purpose of the case's kind where none is named. Raises Refused MG770, MG771.
    """
    permit(
        visitor,
        act,
        resource_of(case),
        purpose=purpose or case.purpose,
        case=case.number,
        kind=kind,
        details={"kind": case.kind.value, **(details or {})},
    )


def expect_list_permitted(visitor: Visitor, purpose: str) -> None:
    """The same of cases as a list."""
    permit(visitor, Act.READ_CASES, Resource(ResourceKind.CASE), purpose=purpose)
