"""From the vault to people's eyes, and only through the gate.

Whoever is shown something stands in the log before they see it: these functions keep a
transaction of their own, and give values back after it is committed. An answer that finds nobody
is recorded in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from opentelemetry import trace

from makegood.kernel import Finding, MakegoodError, did_you_mean
from makegood.trust.access.gate import (
    Decision,
    Request,
    decide,
    write_decision,
)
from makegood.trust.access.plain_words import checked_reason
from makegood.trust.access.visitor import Visitor
from makegood.trust.access.writing import committed_before_shown
from makegood.trust.policy import Act, Resource, ResourceKind
from makegood.trust.vault import (
    Account,
    MaskedPerson,
    Person,
    checked_phone,
    find_by_name_and_birth_date,
    find_by_phone,
    mask_account,
    mask_person,
    open_account,
    open_person,
)

PERSON_FIELDS = ("name", "phone", "birth_date", "email", "address")
ACCOUNT_FIELDS = ("bank_code", "account_number", "account_holder")
FIELDS = (*PERSON_FIELDS, *ACCOUNT_FIELDS)
"""What can be revealed of a customer."""

DOWNLOAD_PERSONS_MAX = 1_000
UNKNOWN_CUSTOMER = "MG727"

_tracer = trace.get_tracer("makegood.trust.access")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class MaskedCustomer:
    """A customer as shown by default. ``account`` is empty where none is kept."""

    person: MaskedPerson
    account: str


def look_up(
    visitor: Visitor,
    *,
    purpose: str,
    case: str = "",
    phone: str = "",
    name: str = "",
    birth_date: date | None = None,
) -> list[MaskedPerson]:
    """Everybody with this phone, or with this name and birth date, masked; perhaps nobody.

    One entry for each person found, or one that says that nobody was. Raises Refused MG770, and
    MakegoodError MG771, MG772, MG729 for what is no phone number, whoever asks and whoever is
    there, or MG776 where neither a phone nor name and birth date are given.
    """
    by_phone, by_name = bool(phone.strip()), bool(name.strip()) and birth_date is not None
    if by_phone == by_name:
        hint = "give a phone number, or a name and a birth date"
        raise MakegoodError(Finding("MG776", "this is not what customers are found by", hint))
    if by_phone:
        checked_phone(phone)
    decision = decide(_request(visitor, Act.LOOK_UP, "", purpose, case))
    index = "phone" if by_phone else "name_and_birth_date"

    def found() -> list[Person]:
        if birth_date is None or by_phone:
            return find_by_phone(phone)
        return find_by_name_and_birth_date(name, birth_date)

    with committed_before_shown():
        persons = _vault("vault.find", found)
        ids = [person.customer_id for person in persons]
        write_decision(decision, "personal_data.looked_up", ids, by=index, found=len(ids))
    return [mask_person(person) for person in persons]


def read_masked(
    visitor: Visitor, customer_id: str, *, purpose: str, case: str = ""
) -> MaskedCustomer:
    """A customer with everything masked. Raises as ``reveal``."""
    decision = decide(_request(visitor, Act.READ_MASKED, customer_id, purpose, case))
    person, account = _shown(decision, "personal_data.read_masked", with_account=True)
    return MaskedCustomer(mask_person(person), mask_account(account) if account else "")


def reveal(
    visitor: Visitor, customer_id: str, fields: Iterable[str], *, purpose: str, case: str = ""
) -> dict[str, str]:
    """These of a customer's FIELDS in the clear; what the vault does not hold is empty.

    The entry says which fields. Raises Refused MG770; MakegoodError MG727 where the vault does not
    know the customer, which is recorded too; MG771, MG772, MG774; MG776 for a field that is none.
    """
    wanted = _known(fields)
    decision = decide(_request(visitor, Act.REVEAL, customer_id, purpose, case))
    person, account = _shown(
        decision,
        "personal_data.revealed",
        with_account=not set(ACCOUNT_FIELDS).isdisjoint(wanted),
        fields=wanted,
    )
    values = _in_the_clear(person, account)
    return {field: values[field] for field in wanted}


def download(
    visitor: Visitor,
    customer_ids: Iterable[str],
    *,
    reason: str,
    purpose: str,
    case: str = "",
) -> list[dict[str, str]]:
    """All that is kept of these customers in the clear, to be taken away; with a reason.

    All are allowed, or nothing is given. One entry for each person, with the reason. Raises as
    ``reveal``; MG773 for the reason, MG776 for more than DOWNLOAD_PERSONS_MAX customers.
    """
    reason, ids = checked_reason(reason), list(dict.fromkeys(customer_ids))
    if not 1 <= len(ids) <= DOWNLOAD_PERSONS_MAX:
        message = f"{len(ids):,} customers are not downloaded at once"
        hint = f"name 1 to {DOWNLOAD_PERSONS_MAX:,}, and no more than the task needs"
        raise MakegoodError(Finding("MG776", message, hint))
    decisions = [decide(_request(visitor, Act.DOWNLOAD, one, purpose, case)) for one in ids]
    found: list[dict[str, str]] = []
    missing: list[MakegoodError] = []
    with committed_before_shown():
        for decision in decisions:
            opened, error = _opened(decision.request.resource.id, with_account=True)
            write_decision(
                decision,
                "personal_data.downloaded",
                [],
                reason=reason,
                known=opened is not None,
                together=len(ids),
            )
            if error:
                missing.append(error)
            if opened:
                values = _in_the_clear(*opened)
                found.append({"customer_id": opened[0].customer_id, **values})
    if missing:
        raise MakegoodError(finding for error in missing for finding in error.findings)
    return found


def _shown(
    decision: Decision, kind: str, *, with_account: bool, fields: tuple[str, ...] = ()
) -> tuple[Person, Account | None]:
    """A customer opened, after the entry that says so is committed."""
    with committed_before_shown():
        opened, error = _opened(decision.request.resource.id, with_account=with_account)
        more = {"fields": fields} if fields else {}
        write_decision(decision, kind, [], known=opened is not None, **more)
    if opened is None:
        assert error  # noqa: S101 - one of the two is there
        raise error
    return opened


def _opened(
    customer_id: str, *, with_account: bool
) -> tuple[tuple[Person, Account | None] | None, MakegoodError | None]:
    try:
        person = _vault("vault.open_person", lambda: open_person(customer_id))
    except MakegoodError as error:
        if error.findings[0].code != UNKNOWN_CUSTOMER:
            raise
        return None, error
    try:
        account = (
            _vault("vault.open_account", lambda: open_account(customer_id))
            if with_account
            else None
        )
    except MakegoodError as error:
        if error.findings[0].code != UNKNOWN_CUSTOMER:
            raise
        account = None
    return (person, account), None


def _in_the_clear(person: Person, account: Account | None) -> dict[str, str]:
    return {
        "name": person.name,
        "phone": person.phone,
        "birth_date": person.birth_date.isoformat() if person.birth_date else "",
        "email": person.email,
        "address": person.address,
        "bank_code": account.bank_code if account else "",
        "account_number": account.number if account else "",
        "account_holder": account.holder if account else "",
    }


def _known(fields: Iterable[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(fields))
    wrong = [field for field in wanted if field not in FIELDS]
    if wrong or not wanted:
        hint = did_you_mean(wrong[0], FIELDS) if wrong else ""
        raise MakegoodError(
            Finding(
                "MG776",
                "this is no field of a customer" if wrong else "no field is named",
                hint or f"name one or more of {', '.join(FIELDS)}",
            )
        )
    return wanted


def _request(visitor: Visitor, act: Act, customer_id: str, purpose: str, case: str) -> Request:
    resource = Resource(ResourceKind.CUSTOMER, customer_id)
    return Request(visitor, act, resource, purpose, case)


def _vault(name: str, work: Callable[[], Answer]) -> Answer:
    with _tracer.start_as_current_span(name):
        return work()
