"""Rows of text checked and brought into one form, ready to be sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from makegood.trust.vault import normalising
from makegood.trust.vault.checking import REASONS, REVEALING, TOO_LONG, reveals
from makegood.trust.vault.loading.columns import Kept, plain_rows
from makegood.trust.vault.loading.mapping import FIELDS
from makegood.trust.vault.loading.sources import Texts
from makegood.trust.vault.packing import pack
from makegood.trust.vault.sealing import name_index_input

Reject = tuple[int, str, str]
"""Row, counted from 1; field; reason. Never a value."""

Problem = tuple[str, str]
"""Field and reason."""

NOT_A_ROW = ("row", "has not as many columns as the header")
_NOTHING: Texts = ("",) * len(FIELDS)


@dataclass(slots=True, repr=False)
class Batch:
    """Rows that follow each other: the kept in order of their pseudonym, the rejects by row."""

    rows: Sequence[Texts | None]
    kept: dict[str, Kept] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)


class Checker:
    """Checks rows for one load."""

    def __init__(self, today: date) -> None:
        self._today = today
        # There are some ten thousand days; each is read once.
        self._days: dict[str, str | None] = {"": ""}

    def batch(self, rows: Sequence[Texts | None], first: int) -> Batch:
        """The rows checked; ``first`` is the number of the first of them."""
        batch = Batch(rows)
        taken = self._taken(rows, first, batch.rejects)
        kept = dict(taken)
        if len(kept) < len(taken):
            # A later row replaces an earlier one; an empty account says nothing about it.
            accounts = {key: row[3] for key, row in taken if row[3]}
            kept = {key: (*row[:3], accounts.get(key)) for key, row in kept.items()}
        batch.kept = dict(sorted(kept.items()))
        return batch

    def _taken(
        self, rows: Sequence[Texts | None], first: int, rejects: list[Reject]
    ) -> list[tuple[str, Kept]]:
        """The rows that are kept, with their pseudonyms, in order."""
        columns = list(zip(*(row or _NOTHING for row in rows), strict=True))
        plain = plain_rows(columns, self._day) if columns else None
        if plain is None:
            return self._one_by_one(rows, first, rejects)
        if all(plain.is_plain):
            return list(zip(columns[0], plain.kept, strict=True))
        taken: list[tuple[str, Kept] | None] = list(zip(columns[0], plain.kept, strict=True))
        for place, is_plain in enumerate(plain.is_plain):
            if not is_plain:
                kept = self._one_by_one(rows[place : place + 1], first + place, rejects)
                taken[place] = kept[0] if kept else None
        return [pair for pair in taken if pair is not None]

    def _one_by_one(
        self, rows: Sequence[Texts | None], first: int, rejects: list[Reject]
    ) -> list[tuple[str, Kept]]:
        taken = []
        for number, row in enumerate(rows, first):
            if row is None:
                rejects.append((number, *NOT_A_ROW))
                continue
            checked = self.checked(row)
            if isinstance(checked, dict):
                rejects += [(number, *problem) for problem in checked.items()]
            else:
                taken.append((row[0], checked))
        return taken

    def checked(self, row: Texts) -> Kept | dict[str, str]:
        """The row as it is kept, or what is wrong with it: a reason for each field."""
        customer_id, name, phone, birth, email, address, bank, number, _ = row
        kept = {
            "name": normalising.clean_name(name),
            "phone": normalising.canonical_phone(phone),
            "birth_date": self._day(birth),
            "email": normalising.clean_email(email),
            "address": normalising.clean_address(address),
        }
        account = self._account(row) if bank or number else {}
        every = {**kept, **account}
        problems = {each: REASONS[each] for each, value in every.items() if value is None}
        if not normalising.is_customer_id(customer_id):
            problems["customer_id"] = REASONS["customer_id"]
        elif reveals(customer_id, kept["phone"], account.get("account_number")):
            problems["customer_id"] = REVEALING
        values = [value for value in kept.values() if value is not None]
        if problems or len(values) < len(kept):
            return problems
        try:
            packed = pack(values)
        except ValueError:
            return {"address": TOO_LONG}
        kept_name, kept_phone, day, *_ = values
        return (
            packed,
            kept_phone.encode(),
            name_index_input(kept_name, day) if day else None,
            pack([value for value in account.values() if value]) if account else None,
        )

    def _account(self, row: Texts) -> dict[str, str | None]:
        _, name, *_, bank, number, holder = row
        return {
            "bank_code": normalising.clean_bank_code(bank) if bank else None,
            "account_number": normalising.clean_account_number(number),
            "account_holder": normalising.clean_name(holder if holder.strip() else name),
        }

    def _day(self, text: str) -> str | None:
        if text in self._days:
            return self._days[text]
        day = normalising.read_birth_date(text, self._today) if text.strip() else None
        made = day.isoformat() if day else (None if text.strip() else "")
        return self._days.setdefault(text, made)
