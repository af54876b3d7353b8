"""A row of text checked and brought into one form, ready to be sealed.

This runs once for each customer, so it calls little and keeps what it can: days are few.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from makegood.trust.vault import normalising
from makegood.trust.vault.checking import REASONS, REVEALING, TOO_LONG, reveals
from makegood.trust.vault.loading.sources import Texts
from makegood.trust.vault.packing import pack
from makegood.trust.vault.sealing import name_index_input

Reject = tuple[int, str, str]
"""Row, counted from 1; field; reason. Never a value."""

NOT_A_ROW = ("row", "has not as many columns as the header")


@dataclass(slots=True, repr=False)
class Kept:
    """A row that is taken: packed records and what the indexes are computed from."""

    person: bytes
    phone: bytes
    name: bytes | None
    account: bytes | None


@dataclass(slots=True, repr=False)
class Batch:
    """Rows that follow each other: the kept by pseudonym, in order of it; the rejects by row."""

    rows: int = 0
    kept: dict[str, Kept] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    replaced: int = 0
    """Rows that a later row of the same batch replaces."""


class Checker:
    """Checks rows for one load."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._days: dict[str, str | None] = {"": ""}

    def batch(self, rows: Iterable[Texts | None], first: int) -> Batch:
        """The rows checked; ``first`` is the number of the first of them."""
        batch = Batch()
        kept, check = batch.kept, self._checked
        number = first - 1
        for number, row in enumerate(rows, first):  # noqa: B007 - the last one is counted
            problems: list[str] = []
            if row is None:
                batch.rejects.append((number, *NOT_A_ROW))
                continue
            made = check(row, problems)
            if made is None:
                batch.rejects += [
                    (number, name, TOO_LONG if name == "record" else REASONS.get(name, REVEALING))
                    for name in problems
                ]
                continue
            customer_id = row[0]
            if customer_id in kept:
                batch.replaced += 1
                # An empty account says nothing about the one before it.
                made.account = made.account or kept[customer_id].account
            kept[customer_id] = made
        batch.rows = number - first + 1
        batch.kept = dict(sorted(kept.items()))
        return batch

    def _checked(self, row: Texts, problems: list[str]) -> Kept | None:
        customer_id, name, phone, birth, email, address, bank, number, holder = row
        kept_name = normalising.clean_name(name)
        kept_phone = normalising.canonical_phone(phone)
        day = self._days[birth] if birth in self._days else self._day(birth)
        kept_email = normalising.clean_email(email) if email else ""
        kept_address = normalising.clean_address(address) if address else ""
        if (
            kept_name is None
            or kept_phone is None
            or day is None
            or kept_email is None
            or kept_address is None
            or not normalising.is_customer_id(customer_id)
        ):
            found = {
                "customer_id": normalising.is_customer_id(customer_id),
                "name": kept_name is not None,
                "phone": kept_phone is not None,
                "birth_date": day is not None,
                "email": kept_email is not None,
                "address": kept_address is not None,
            }
            problems += [each for each, is_good in found.items() if not is_good]
            return None
        account = self._account(row, kept_name, problems) if bank or number else None
        if reveals(customer_id, kept_phone):
            problems.append("pseudonym")
        if problems:
            return None
        try:
            packed = pack((kept_name, kept_phone, day, kept_email, kept_address))
        except ValueError:
            problems.append("record")
            return None
        indexed = name_index_input(kept_name, day) if day else None
        return Kept(packed, kept_phone.encode(), indexed, account)

    def _account(self, row: Texts, name: str, problems: list[str]) -> bytes | None:
        customer_id, _, _, _, _, _, bank, number, holder = row
        kept_bank = normalising.clean_bank_code(bank) if bank else None
        kept_number = normalising.clean_account_number(number)
        kept_holder = normalising.clean_name(holder) if holder else name
        if kept_bank is None or kept_number is None or kept_holder is None:
            found = {
                "bank_code": kept_bank,
                "account_number": kept_number,
                "account_holder": kept_holder,
            }
            problems += [each for each, value in found.items() if value is None]
            return None
        if kept_number in customer_id:
            problems.append("pseudonym")
            return None
        return pack((kept_bank, kept_number, kept_holder))

    def _day(self, text: str) -> str | None:
        day = normalising.read_birth_date(text, self._today)
        return self._days.setdefault(text, day.isoformat() if day else None)
