"""A customer's contact data and account, as values. Neither ever shows itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Who a customer is and how to reach them. ``customer_id`` is a pseudonym, not secret.

    ``phone`` is a text that ``canonical_phone`` reads; what is not known is empty, or None.
    """

    customer_id: str
    name: str
    phone: str
    birth_date: date | None = None
    email: str = ""
    address: str = ""

    def __repr__(self) -> str:
        return f"Person({self.customer_id!r}, …)"


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """Where a customer is paid: the bank's code of three digits, the number, whose it is.

    ``customer_id`` is the customer's pseudonym; of the account of one claim with ``#`` and the
    number of its receipt behind it.
    """

    customer_id: str
    bank_code: str
    number: str
    holder: str

    def __repr__(self) -> str:
        return f"Account({self.customer_id!r}, …)"
