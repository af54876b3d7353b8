"""A debit and credit notification (camt.054): what was booked on the account that pays.

A booked debit is a payment that is done. A booked credit with return information, or one that
reverses a debit, is a payment that came back. Whatever else is booked is none of ours. Read in any
version of the message.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from makegood.channels.bank.amounts import read as read_amount
from makegood.channels.bank.reading import Contradiction, Reading
from makegood.channels.bank.xml_in import child, children, elements, said
from makegood.channels.contract import Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.etree import _Element

_DIGITS_MAX = 5
"""ISO's amounts have up to five digits behind the point."""


def read_notification(path: Path, reading: Reading) -> None:
    """Take all that a camt.054 says. Raises Broken, or Contradiction by its totals."""
    count = total = 0
    for name, element in elements(path, "Ntry", "Ntfctn"):
        if name == "Ntry":
            _entry(element, reading)
            count += 1
            total += _amount(said(element, "Amt"), _DIGITS_MAX)
        else:
            _expect_totals(element, count, total)
            count = total = 0


def _expect_totals(notification: _Element, count: int, total: int) -> None:
    entries = child(notification, "TxsSummry", "TtlNtries")
    if entries is None:
        return
    counted, summed = said(entries, "NbOfNtries"), said(entries, "Sum")
    if counted and counted != str(count):
        raise Contradiction(f"it counts other than the {count:,} entries that it lists")
    if summed and _amount(summed, _DIGITS_MAX) != total:
        raise Contradiction("its sum is not that of the entries that it lists")


def _entry(entry: _Element, reading: Reading) -> None:
    if (said(entry, "Sts", "Cd") or said(entry, "Sts")) != "BOOK":
        reading.skipped["not booked"] += 1
        return
    booked = child(entry, "BookgDt")
    at = None
    if booked is not None:
        at = reading.instant(said(booked, "DtTm") or said(booked, "Dt"))
    for details in children(entry, "NtryDtls"):
        transactions = list(children(details, "TxDtls"))
        if transactions:
            _expect_sum(entry, transactions, is_only=_is_only(entry))
            for transaction in transactions:
                _transaction(entry, transaction, reading, at, is_single=len(transactions) == 1)
        else:
            _batch(entry, details, reading, at)


def _transaction(
    entry: _Element,
    transaction: _Element,
    reading: Reading,
    at: datetime | None,
    *,
    is_single: bool,
) -> None:
    references = child(transaction, "Refs")
    if references is None:
        reading.skipped["not ours"] += 1
        return
    message_id = said(references, "PmtInfId") or said(references, "MsgId")
    sent = reading.about(message_id)
    payment = reading.payment(
        said(references, "InstrId"), said(references, "EndToEndId"), message_id
    )
    if payment is None:
        reading.skipped["not ours"] += 1
        return
    amount = said(transaction, "Amt") or (said(entry, "Amt") if is_single else "")
    if amount and sent is not None:
        reading.expect_amount(payment, message_id, _amount(amount, sent.minor_digits))
    is_reversed = said(entry, "RvslInd") == "true"
    returned = child(transaction, "RtrInf")
    if (said(transaction, "CdtDbtInd") or said(entry, "CdtDbtInd")) == "DBIT":
        if is_reversed:  # the reversal of a return: a person at the bank knows, no rule does
            reading.skipped["reversed"] += 1
        else:
            reading.answer(payment, Outcome.DONE, "", at)
    elif returned is not None or is_reversed:
        code = said(returned, "Rsn", "Cd") if returned is not None else ""
        reading.answer(payment, Outcome.RETURNED, code, at)
    else:
        reading.skipped["not ours"] += 1


def _batch(entry: _Element, details: _Element, reading: Reading, at: datetime | None) -> None:
    """A debit in one sum: it stands for all payments of a message where count and sum are its."""
    message_id = said(details, "Btch", "PmtInfId") or said(details, "Btch", "MsgId")
    sent = reading.about(message_id)
    if sent is None or said(entry, "CdtDbtInd") != "DBIT" or said(entry, "RvslInd") == "true":
        reading.skipped["not ours"] += 1
        return
    is_whole = said(details, "Btch", "NbOfTxs") == str(sent.count)
    amount = said(details, "Btch", "TtlAmt") or said(entry, "Amt")
    if is_whole and _amount(amount, sent.minor_digits) == sent.total:
        reading.answer_all(sent, Outcome.DONE, "", at)
    else:
        reading.skipped["part of a message"] += 1


def _is_only(entry: _Element) -> bool:
    return sum(1 for _ in children(entry, "NtryDtls")) == 1


def _expect_sum(entry: _Element, transactions: list[_Element], *, is_only: bool) -> None:
    amounts = [said(each, "Amt") for each in transactions]
    if not is_only or not all(amounts):
        return
    total = sum(_amount(each, _DIGITS_MAX) for each in amounts)
    if total != _amount(said(entry, "Amt"), _DIGITS_MAX):
        raise Contradiction("an entry is not the sum of its transactions")


def _amount(text: str, minor_digits: int) -> int:
    try:
        return read_amount(text, minor_digits)
    except ValueError:
        raise Contradiction("an amount is no amount of this currency") from None
