"""What is wrong about a customer is put right, and a customer is deleted, through the gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from makegood.kernel import Finding, MakegoodError, did_you_mean
from makegood.trust.access.gate import permit
from makegood.trust.access.people import ACCOUNT_FIELDS, PERSON_FIELDS
from makegood.trust.access.visitor import Visitor
from makegood.trust.policy import Act, Resource, ResourceKind
from makegood.trust.vault import (
    Account,
    DeletionReceipt,
    delete_person,
    open_person,
    store_account,
    store_person,
)

# Two corrections of one customer do not overwrite each other.
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('makegood.access.correct'), hashtext(%s))"


def correct_person(
    visitor: Visitor,
    customer_id: str,
    changes: Mapping[str, str | date | None],
    *,
    purpose: str,
    case: str = "",
) -> None:
    """Put fields of a person right; those that are not named stay.

    In the caller's transaction, or in one of its own, together with its entry, which names the
    fields and no value. Raises Refused MG770; MakegoodError MG727 where the vault does not know
    the customer, MG729 for a value that cannot be, MG776 for a field that is none; and as
    ``permit``.
    """
    from django.db import connection, transaction

    _expect_known(changes, PERSON_FIELDS)
    with transaction.atomic():
        _permitted(visitor, customer_id, tuple(changes), purpose, case)
        with connection.cursor() as cursor:
            cursor.execute(_ALONE, [customer_id])
        person = open_person(customer_id)
        # Values are checked by the vault, whatever type a caller gives.
        store_person(replace(person, **changes), actor=visitor.actor)  # type: ignore[arg-type]


def correct_account(
    visitor: Visitor,
    customer_id: str,
    *,
    bank_code: str,
    account_number: str,
    account_holder: str,
    purpose: str,
    case: str = "",
) -> None:
    """Put in place where a customer is paid. Raises as ``correct_person``."""
    from django.db import transaction

    with transaction.atomic():
        _permitted(visitor, customer_id, ACCOUNT_FIELDS, purpose, case)
        open_person(customer_id)
        account = Account(customer_id, bank_code, account_number, account_holder)
        store_account(account, actor=visitor.actor)


def delete_customer(
    visitor: Visitor, customer_id: str, *, purpose: str, case: str = ""
) -> DeletionReceipt:
    """Remove all that the vault holds of a customer, for good; the receipt.

    Raises Refused MG770, MakegoodError MG727 where the vault never knew the customer; and as
    ``permit``.
    """
    from django.db import transaction

    resource = Resource(ResourceKind.CUSTOMER, customer_id)
    with transaction.atomic():
        permit(visitor, Act.DELETE_PERSON, resource, purpose=purpose, case=case)
        return delete_person(customer_id, actor=visitor.actor, purpose=purpose, case=case.strip())


def _permitted(
    visitor: Visitor, customer_id: str, fields: tuple[str, ...], purpose: str, case: str
) -> None:
    permit(
        visitor,
        Act.CORRECT,
        Resource(ResourceKind.CUSTOMER, customer_id),
        purpose=purpose,
        case=case,
        kind="personal_data.corrected",
        details={"fields": fields},
    )


def _expect_known(changes: Mapping[str, object], known: tuple[str, ...]) -> None:
    wrong = [field for field in changes if field not in known]
    if wrong or not changes:
        hint = did_you_mean(wrong[0], known) if wrong else ""
        message = "this is no field of a person" if wrong else "no field is named"
        hint = hint or f"name one or more of {', '.join(known)}"
        raise MakegoodError(Finding("MG776", message, hint))
