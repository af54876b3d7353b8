"""A person or account in one form and checked, by the same functions that a load uses."""

from __future__ import annotations

import re
from dataclasses import replace

from makegood.kernel import is_pseudonym
from makegood.trust import clock
from makegood.trust.vault import normalising
from makegood.trust.vault.normalising import FIRST_YEAR
from makegood.trust.vault.packing import BYTES_MAX, pack
from makegood.trust.vault.people import Account, Person
from makegood.trust.vault.problems import wrong_field
from makegood.trust.vault.sealing import person_fields

REASONS = {
    "customer_id": "is no pseudonym: 1 to 64 letters, digits, dots and dashes, nobody's own data",
    "name": "is empty, too long or holds control characters",
    "phone": "is no phone number",
    "birth_date": f"is no day from {FIRST_YEAR} to today",
    "email": "is no e-mail address",
    "address": "is too long or holds control characters",
    "bank_code": "is no bank code of three digits",
    "account_number": "is no account number of 6 to 20 digits",
    "account_holder": "is empty, too long or holds control characters",
}
# An account of a claim is kept beside the customer's own, under the customer's pseudonym and this.
ACCOUNT_OF = "#"
_ACCOUNT_PART = re.compile(r"[A-Z0-9]{4}(?:-[A-Z0-9]{4}){0,3}")
REVEALING = "says the phone or account number of the same row"
TOO_LONG = f"makes the record longer than {BYTES_MAX:,} bytes"


def checked_person(person: Person) -> Person:
    """The person as it is kept. Raises MakegoodError MG729 naming the first field in the way."""
    if not is_pseudonym(person.customer_id):
        raise wrong_field("customer_id", REASONS["customer_id"])
    phone = _found("phone", normalising.canonical_phone(person.phone))
    if reveals(person.customer_id, phone):
        raise wrong_field("customer_id", REVEALING)
    born = person.birth_date
    if born and not (born.year >= FIRST_YEAR and born <= clock.now().date()):
        raise wrong_field("birth_date", REASONS["birth_date"])
    kept = replace(
        person,
        name=_found("name", normalising.clean_name(person.name)),
        phone=phone,
        email=_found("email", normalising.clean_email(person.email)),
        address=_found("address", normalising.clean_address(person.address)),
    )
    try:
        pack(person_fields(kept))
    except ValueError:
        raise wrong_field("address", TOO_LONG) from None
    return kept


def checked_phone(phone: str) -> str:
    """A number that is searched for, as it is kept. Raises MakegoodError MG729."""
    kept = normalising.canonical_phone(phone)
    if kept is None:
        hint = "ask for it again; one from abroad begins with + and its country"
        raise wrong_field("phone", REASONS["phone"], hint)
    return kept


def checked_account(account: Account) -> Account:
    """The account as it is kept. Raises MakegoodError MG729 naming the first field in the way.

    Its ``customer_id`` is a pseudonym, or for an account of its own the pseudonym, ``#`` and the
    number of a claim's receipt, such as ``C0001#R7K3-9QXM-2HTB``.
    """
    customer_id, separator, part = account.customer_id.partition(ACCOUNT_OF)
    if not is_pseudonym(customer_id) or (separator and not _ACCOUNT_PART.fullmatch(part)):
        raise wrong_field("customer_id", REASONS["customer_id"])
    number = _found("account_number", normalising.clean_account_number(account.number))
    if reveals(account.customer_id, None, number):
        raise wrong_field("customer_id", REVEALING)
    return replace(
        account,
        bank_code=_found("bank_code", normalising.clean_bank_code(account.bank_code)),
        number=number,
        holder=_found("account_holder", normalising.clean_name(account.holder)),
    )


def customer_of_account(account_id: str) -> str:
    """The customer's pseudonym in the identifier of an account."""
    return account_id.partition(ACCOUNT_OF)[0]


def reveals(customer_id: str, phone: str | None, account_number: str | None = None) -> bool:
    """Whether a pseudonym holds the digits of a canonical phone number or of an account."""
    national = (phone or "").removeprefix(f"+{normalising.HOME_COUNTRY}").removeprefix("+")
    return bool(national and national in customer_id) or bool(
        account_number and account_number in customer_id
    )


def _found(field: str, value: str | None) -> str:
    if value is None:
        raise wrong_field(field, REASONS[field])
    return value
