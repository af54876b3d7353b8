"""What a file of the bank says, whichever kind it is: answers, and the messages they are about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from makegood.channels.bank.identifiers import Named, is_key, named
from makegood.channels.bank.sent import Sent
from makegood.channels.contract import ANSWER_SCHEMA, Outcome

_CODE = re.compile(r"[A-Za-z0-9]{1,12}")
NO_REASON = "MS03"
"""ISO's code of a reason that is not specified, where the bank gives none."""

SentOf = Callable[[str], Sent | None]


class Broken(ValueError):
    """The file cannot be read. The text says why, and nothing that stands in it."""


class Contradiction(ValueError):
    """The file's control totals do not hold, or it speaks of what was never sent."""


@dataclass(slots=True)
class Reading:
    """What was read so far. ``skipped`` counts what is not about payments of ours, by kind."""

    kind: str
    sent_of: SentOf
    zone: ZoneInfo
    message_ids: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    _rows: dict[tuple[Named, str], tuple[str, datetime | None]] = field(default_factory=dict)
    _sent: dict[str, Sent | None] = field(default_factory=dict)
    _by_key: dict[str, dict[str, Named]] = field(default_factory=dict)
    _held: dict[str, dict[Named, int] | None] = field(default_factory=dict)

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

        Without an InstrId the attempt is the one that was sent in the message.
        """
        held = self._held.get(message_id)
        found = named(instruction)
        if found is None and is_key(end_to_end) and held:
            found = self._by_key[message_id].get(end_to_end)
            if found is None:
                raise Contradiction("it speaks of a payment that its message did not hold")
        if found is None:
            return None
        if end_to_end and end_to_end not in {found.key, "NOTPROVIDED"}:
            raise Contradiction("an instruction and its end-to-end identification differ")
        if held is not None and found not in held:
            raise Contradiction("it speaks of a payment that its message did not hold")
        return found

    def expect_amount(self, payment: Named, message_id: str, amount: int) -> None:
        """The amount is the one that was sent, where that is known."""
        held = self._held.get(message_id)
        if held is not None and held[payment] != amount:
            raise Contradiction("an amount is not the one that was sent")

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
        """The answers, as ANSWER_SCHEMA has them."""
        rows = [
            (payment.key, payment.attempt, outcome, code, at)
            for (payment, outcome), (code, at) in self._rows.items()
        ]
        columns = list(zip(*rows, strict=True)) or [()] * len(ANSWER_SCHEMA)
        arrays = [
            pa.array(column, kind.type) for column, kind in zip(columns, ANSWER_SCHEMA, strict=True)
        ]
        return pa.Table.from_arrays(arrays, schema=ANSWER_SCHEMA)

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


def _payments(sent: Sent) -> dict[Named, int]:
    columns = (sent.payments[name].to_pylist() for name in ("key", "attempt", "amount"))
    return {Named(key, attempt): amount for key, attempt, amount in zip(*columns, strict=True)}
