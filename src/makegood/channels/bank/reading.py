"""What a file of the bank says, whichever kind it is: answers, and the messages they are about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import pyarrow as pa

from makegood.channels.bank.amounts import DIGITS_MAX
from makegood.channels.bank.identifiers import Named, is_key, named
from makegood.channels.bank.sent import Found, Sent
from makegood.channels.contract import ANSWER_SCHEMA, Outcome

_CODE = re.compile(r"[A-Za-z0-9_]{1,12}")
NO_REASON = "MS03"
"""ISO's code of a reason that is not specified, where the bank gives none."""
DUPLICATES: Final = frozenset({"AM05", "DU01", "DU02", "DU03", "DU04", "DU05", "DUPL"})
"""ISO's codes of a refusal because the bank has the message or the payment already
(ExternalStatusReason1Code; DUPL of ExternalCancellationReason1Code, which some banks use)."""

_ANY_ATTEMPT: Final = 0
_OTHER_AMOUNT: Final = "an amount is not the one that was sent"

SentOf = Callable[[str], Sent | None]
SentIn = Callable[[Collection[Named]], Iterable[Found]]


class Broken(ValueError):
    """The file cannot be read. The text says why, and nothing that stands in it."""


class Contradiction(ValueError):
    """The file's control totals do not hold, or it speaks of what was never sent."""


@dataclass(slots=True)
class Reading:
    """What was read so far. ``skipped`` counts what is not about payments of ours, by kind.

    ``sent_of`` gives a message by its name, ``sent_in`` the messages in which payments were sent.
    Amounts that the bank says are of DIGITS_MAX digits behind the point.
    """

    kind: str
    sent_of: SentOf
    sent_in: SentIn
    zone: ZoneInfo
    message_ids: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    _rows: dict[tuple[Named, str], tuple[str, datetime | None]] = field(default_factory=dict)
    _sent: dict[str, Sent | None] = field(default_factory=dict)
    _by_key: dict[str, dict[str, Named]] = field(default_factory=dict)
    _held: dict[str, dict[Named, int] | None] = field(default_factory=dict)
    _unplaced: dict[Named, set[int]] = field(default_factory=dict)

    def about(self, message_id: str) -> Sent | None:
        """A message that the file is about; what it held, where that is known."""
        if message_id not in self._sent:
            sent = self._sent[message_id] = self.sent_of(message_id)
            held = self._held[message_id] = _payments(sent) if sent else None
            self._by_key[message_id] = {payment.key: payment for payment in held or ()}
            if sent:
                self.message_ids.append(message_id)
        return self._sent[message_id]

    def payment(self, instruction: str, end_to_end: str, message_id: str) -> Named | None:
        """The payment that these identifications mean; None where it is none of ours.

        Without an InstrId the attempt is the one that was sent in the message. Where the message
        is not named or not known, the payment is looked for in all that was sent, at the end.
        """
        held = self._held.get(message_id)
        found = named(instruction)
        if found is None and is_key(end_to_end):
            if held is None:
                found = Named(end_to_end.strip(), _ANY_ATTEMPT)
            else:
                found = self._by_key[message_id].get(end_to_end.strip())
                if found is None:
                    raise Contradiction("it speaks of a payment that its message did not hold")
        if found is None:
            return None
        if end_to_end and end_to_end not in {found.key, "NOTPROVIDED"}:
            raise Contradiction("an instruction and its end-to-end identification differ")
        if held is None:
            self._unplaced.setdefault(found, set())
        elif found not in held:
            raise Contradiction("it speaks of a payment that its message did not hold")
        return found

    def expect_amount(self, payment: Named, message_id: str, amount: int) -> None:
        """The amount is the one that was sent. Where the message is not known, at the end."""
        sent, held = self._sent.get(message_id), self._held.get(message_id)
        if sent is None or held is None:
            self._unplaced.setdefault(payment, set()).add(amount)
        elif amount != _scaled(held[payment], sent.minor_digits):
            raise Contradiction(_OTHER_AMOUNT)

    def answer(self, payment: Named, outcome: Outcome, code: str, at: datetime | None) -> None:
        """Take an answer about one payment."""
        known = code.strip() if _CODE.fullmatch(code.strip()) else ""
        if outcome is Outcome.DONE:
            known = ""
        elif outcome is not Outcome.UNKNOWN:
            known = known or NO_REASON
        self._rows[payment, outcome.value] = (known, at)

    def answer_all(self, sent: Sent, outcome: Outcome, code: str, at: datetime | None) -> None:
        """Take an answer about every payment of a message that has not its own already."""
        for payment in self._held.get(sent.message_id) or ():
            if (payment, outcome.value) not in self._rows:
                self.answer(payment, outcome, code, at)

    def table(self) -> pa.Table:
        """The answers, as ANSWER_SCHEMA has them. Raises Contradiction."""
        self._place()
        rows = [
            (payment.key, payment.attempt, outcome, code, at)
            for (payment, outcome), (code, at) in self._rows.items()
        ]
        columns = list(zip(*rows, strict=True)) or [()] * len(ANSWER_SCHEMA)
        arrays = [
            pa.array(column, kind.type) for column, kind in zip(columns, ANSWER_SCHEMA, strict=True)
        ]
        return pa.Table.from_arrays(arrays, schema=ANSWER_SCHEMA)

    def _place(self) -> None:
        """Payments without a message are those that were sent, or none of ours."""
        if not self._unplaced:
            return
        found: dict[Named, list[Found]] = {}
        for each in self.sent_in(self._unplaced.keys()):
            found.setdefault(each.payment, []).append(each)
            found.setdefault(Named(each.payment.key, _ANY_ATTEMPT), []).append(each)
        really: dict[Named, Named | None] = {}
        for payment, amounts in self._unplaced.items():
            places = found.get(payment, [])
            if len({each.payment for each in places}) > 1:
                raise Contradiction("it names a payment that was tried several times by its key")
            if any(amounts - {_scaled(each.amount, each.minor_digits)} for each in places):
                raise Contradiction(_OTHER_AMOUNT)
            really[payment] = places[0].payment if places else None
            self._heard_of(places)
        rows, self._rows, self._unplaced = self._rows, {}, {}
        for (payment, outcome), said in rows.items():
            if place := really.get(payment, payment):
                self._rows[place, outcome] = said
            else:
                self.skipped["not ours"] += 1

    def _heard_of(self, places: Iterable[Found]) -> None:
        for each in places:
            if each.message_id not in self.message_ids:
                self.message_ids.append(each.message_id)

    def instant(self, text: str) -> datetime | None:
        """A written instant or day; without a zone it is the installation's."""
        text = text.strip()
        try:
            read = datetime.fromisoformat(text)
        except ValueError:
            try:
                day = date.fromisoformat(text[:10])
            except ValueError:
                return None
            return datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return read if read.tzinfo else read.replace(tzinfo=self.zone)


def _scaled(amount: int, minor_digits: int) -> int:
    return amount * int(10 ** (DIGITS_MAX - minor_digits))


def _payments(sent: Sent) -> dict[Named, int]:
    columns = (sent.payments[name].to_pylist() for name in ("key", "attempt", "amount"))
    return {Named(key, attempt): amount for key, attempt, amount in zip(*columns, strict=True)}
