"""A debit and credit notification (camt.054): what was booked on the account that pays.

A booked debit is a payment that is done. A booked credit with return information, or one that
reverses a debit, is a payment that came back. Whatever else is booked is none of ours. Read in any
version of the message, one transaction at a time, for an entry may hold all of a message.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from makegood.channels.bank.amounts import DIGITS_MAX
from makegood.channels.bank.amounts import read as read_amount
from makegood.channels.bank.reading import Broken, Contradiction, Reading
from makegood.channels.bank.xml_in import child, elements, said
from makegood.channels.contract import Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.etree import _Element

    from makegood.channels.bank.identifiers import Named

_TRUE: Final = frozenset({"true", "1"})  # as XML Schema writes it
_NAMES: Final = ("TxDtls", "NtryDtls", "Ntry", "Ntfctn")


def read_notification(path: Path, reading: Reading) -> None:
    """Take all that a camt.054 says. Raises Broken, or Contradiction by its totals."""
    count = total = 0
    entry: _Entry | None = None
    for name, element in elements(path, *_NAMES):
        match name:
            case "TxDtls" | "NtryDtls":
                above = next(element.iterancestors("{*}Ntry"), None)
                if above is None:
                    continue
                entry = entry or _Entry(above, reading)
                if name == "TxDtls":
                    entry.transaction(element)
                else:
                    entry.end_of_details(element)
            case "Ntry":
                (entry or _Entry(element, reading)).end(element)
                entry = None
                count += 1
                total += _amount(said(element, "Amt"))
            case _:
                _expect_totals(element, count, total)
                count = total = 0


def _expect_totals(notification: _Element, count: int, total: int) -> None:
    entries = child(notification, "TxsSummry", "TtlNtries")
    if entries is None:
        return
    counted, summed = said(entries, "NbOfNtries"), said(entries, "Sum")
    if counted and counted != str(count):
        raise Contradiction(f"it counts other than the {count:,} entries that it lists")
    if summed and _amount(summed) != total:
        raise Contradiction("its sum is not that of the entries that it lists")


class _Head(NamedTuple):
    """What an entry says of itself, before its details."""

    amount: str
    side: str
    reversal: str
    status: str
    day: str

    @classmethod
    def of(cls, entry: _Element) -> _Head:
        booked = child(entry, "BookgDt")
        return cls(
            said(entry, "Amt"),
            said(entry, "CdtDbtInd"),
            said(entry, "RvslInd"),
            said(entry, "Sts", "Cd") or said(entry, "Sts"),
            (said(booked, "DtTm") or said(booked, "Dt")) if booked is not None else "",
        )


class _Entry:
    """An entry while it is read. What it says of itself stands before its details."""

    def __init__(self, entry: _Element, reading: Reading) -> None:
        self._reading = reading
        self._entry = entry
        self._head = _Head.of(entry)
        self._is_booked = self._head.status == "BOOK"
        self._is_reversed = self._head.reversal in _TRUE
        self._at = reading.instant(self._head.day)
        self._parts = self._here = self._count = self._sum = 0
        self._is_summed = True
        self._without_amount: tuple[Named, str] | None = None

    def transaction(self, transaction: _Element) -> None:
        """The next one of its details."""
        self._here += 1
        amount = said(transaction, "Amt")
        if not self._is_booked:
            return
        if amount:
            self._sum += _amount(amount)
        else:
            self._is_summed = False
        references = child(transaction, "Refs")
        if references is None:
            self._reading.skipped["not ours"] += 1
            return
        message_id = said(references, "PmtInfId") or said(references, "MsgId")
        self._reading.about(message_id)
        payment = self._reading.payment(
            said(references, "InstrId"), said(references, "EndToEndId"), message_id
        )
        if payment is None:
            self._reading.skipped["not ours"] += 1
            return
        if amount:
            self._reading.expect_amount(payment, message_id, _amount(amount))
        else:
            self._without_amount = (payment, message_id)
        self._answer(payment, transaction)

    def _answer(self, payment: Named, transaction: _Element) -> None:
        reading, returned = self._reading, child(transaction, "RtrInf")
        if (said(transaction, "CdtDbtInd") or self._head.side) == "DBIT":
            if self._is_reversed:  # the reversal of a return: a person at the bank knows, no rule
                reading.skipped["reversed"] += 1
            else:
                reading.answer(payment, Outcome.DONE, "", self._at)
        elif returned is not None or self._is_reversed:
            code = said(returned, "Rsn", "Cd") if returned is not None else ""
            reading.answer(payment, Outcome.RETURNED, code, self._at)
        else:
            reading.skipped["not ours"] += 1

    def end_of_details(self, details: _Element) -> None:
        """One block of details is over."""
        self._parts += 1
        if self._is_booked and not self._here:
            self._is_summed = False
            _batch(self._entry, details, self._reading, self._at)
        self._count += self._here
        self._here = 0

    def end(self, entry: _Element) -> None:
        """The whole entry is over."""
        if _Head.of(entry) != self._head:
            raise Broken("an entry says what it is after its details")
        if not self._is_booked:
            self._reading.skipped["not booked"] += 1
        elif self._count == 1 and self._without_amount:
            # The only transaction of an entry has the amount of its entry.
            payment, message_id = self._without_amount
            self._reading.expect_amount(payment, message_id, _amount(self._head.amount))
        elif self._parts == 1 and self._is_summed and self._sum != _amount(self._head.amount):
            raise Contradiction("an entry is not the sum of its transactions")


def _batch(entry: _Element, details: _Element, reading: Reading, at: datetime | None) -> None:
    """A debit in one sum: it stands for all payments of a message where count and sum are its."""
    message_id = said(details, "Btch", "PmtInfId") or said(details, "Btch", "MsgId")
    sent = reading.about(message_id)
    if sent is None or said(entry, "CdtDbtInd") != "DBIT" or said(entry, "RvslInd") in _TRUE:
        reading.skipped["not ours"] += 1
        return
    is_whole = said(details, "Btch", "NbOfTxs") == str(sent.count)
    amount = said(details, "Btch", "TtlAmt") or said(entry, "Amt")
    if is_whole and _amount(amount, sent.minor_digits) == sent.total:
        reading.answer_all(sent, Outcome.DONE, "", at)
    else:
        reading.skipped["part of a message"] += 1


def _amount(text: str, minor_digits: int = DIGITS_MAX) -> int:
    try:
        return read_amount(text, minor_digits)
    except ValueError:
        raise Contradiction("an amount is no amount of this currency") from None
