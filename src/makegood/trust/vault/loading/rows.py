"""Rows of text checked and brought into one form, ready to be sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self, TypeAlias

from makegood.kernel import is_pseudonym
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

Taken: TypeAlias = tuple[str, Kept] | None
"""A row's pseudonym and what is kept of it; None for one that is rejected."""

NOT_A_ROW = ("row", "has not as many columns as the header")
_NOTHING: Texts = ("",) * len(FIELDS)


@dataclass(slots=True, repr=False)
class Batch:
    """Rows that follow each other, from the row ``first`` on: what is taken of each, the rejects.

    ``kept`` is what they come to, in order of the pseudonyms.
    """

    first: int
    taken: Sequence[Taken]
    kept: dict[str, Kept]
    rejects: list[Reject]

    @classmethod
    def of(cls, first: int, taken: Sequence[Taken], rejects: list[Reject]) -> Self:
        """The batch of these rows: a later one replaces an earlier one of the same customer."""
        pairs = [pair for pair in taken if pair is not None]
        kept = dict(pairs)
        if len(kept) < len(pairs):
            # An empty account says nothing about the one that stands.
            accounts = {key: row[3] for key, row in pairs if row[3]}
            kept = {key: (*row[:3], accounts.get(key)) for key, row in kept.items()}
        return cls(first, taken, dict(sorted(kept.items())), rejects)

    def without(self, problems: Mapping[int, Problem]) -> Self:
        """The batch where the rows at these places, counted from 0, are rejects, too."""
        if not problems:
            return self
        taken = [None if place in problems else pair for place, pair in enumerate(self.taken)]
        more = [(self.first + place, *problem) for place, problem in problems.items()]
        return self.of(self.first, taken, [*self.rejects, *more])


class Checker:
    """Checks rows for one load."""

    def __init__(self, today: date) -> None:
        self._today = today
        # There are some ten thousand days; each is read once.
        self._days: dict[str, str | None] = {"": ""}

    def batch(self, rows: Sequence[Texts | None], first: int) -> Batch:
        """The rows checked; ``first`` is the number of the first of them."""
        rejects: list[Reject] = []
        return Batch.of(first, self._taken(rows, first, rejects), rejects)

    def _taken(
        self, rows: Sequence[Texts | None], first: int, rejects: list[Reject]
    ) -> list[Taken]:
        """What is kept of each row, with its pseudonym, in order."""
        columns = list(zip(*(row or _NOTHING for row in rows), strict=True))
        plain = plain_rows(columns, self._day) if columns else None
        if plain is None:
            return self._one_by_one(rows, first, rejects)
        taken: list[Taken] = list(zip(columns[0], plain.kept, strict=True))
        if all(plain.is_plain):
            return taken
        for place, is_plain in enumerate(plain.is_plain):
            if not is_plain:
                [taken[place]] = self._one_by_one([rows[place]], first + place, rejects)
        return taken

    def _one_by_one(
        self, rows: Sequence[Texts | None], first: int, rejects: list[Reject]
    ) -> list[Taken]:
        taken: list[Taken] = []
        for number, row in enumerate(rows, first):
            if row is None:
                rejects.append((number, *NOT_A_ROW))
                taken.append(None)
                continue
            checked = self.checked(row)
            if isinstance(checked, dict):
                rejects += [(number, *problem) for problem in checked.items()]
                taken.append(None)
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
        if not is_pseudonym(customer_id):
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
