"""A payment status report (pain.002): what the bank says of a message and of its payments.

Read in any version of the message, for the elements that matter are the same in all. A payment is
done when it is settled (ACSC, ACCC) and not when it is merely accepted; it has failed when it is
rejected or cancelled (RJCT, CANC). Every other status leaves it open. The words are those of ISO's
external lists, ExternalPaymentTransactionStatus1Code and its like.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from makegood.channels.bank.amounts import read as read_amount
from makegood.channels.bank.reading import Contradiction, Reading
from makegood.channels.bank.xml_in import child, children, elements, said
from makegood.channels.contract import Outcome

if TYPE_CHECKING:
    from lxml.etree import _Element

    from makegood.channels.bank.sent import Sent

_OUTCOMES: Final = {
    "ACSC": Outcome.DONE,
    "ACCC": Outcome.DONE,
    "RJCT": Outcome.FAILED,
    "CANC": Outcome.FAILED,
}


def read_status_report(path: Path, reading: Reading) -> None:
    """Take all that a pain.002 says. Raises Broken, or Contradiction by its totals."""
    _Report(reading).read(path)


class _Report:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._message_id = ""
        self._sent: Sent | None = None
        self._listed: Counter[str] = Counter()
        self._listed_here = 0
        self._group: tuple[str, str] = ("", "")

    def read(self, path: Path) -> None:
        names = ("OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts", "TxInfAndSts")
        for name, element in elements(path, *names):
            match name:
                case "OrgnlGrpInfAndSts":
                    self._begin(element)
                case "TxInfAndSts":
                    self._transaction(element)
                case _:
                    self._payment_information(element)
        if not self._message_id:
            raise Contradiction("it names no message")
        self._whole(*self._group)

    def _begin(self, group: _Element) -> None:
        self._message_id = said(group, "OrgnlMsgId")
        self._sent = self._reading.about(self._message_id)
        self._expect_totals(group)
        self._group = (said(group, "GrpSts"), _reason(group))
        if self._group[0] and self._sent is None and self._group[0] in _OUTCOMES:
            raise Contradiction("it judges a message that was not sent from here")

    def _payment_information(self, information: _Element) -> None:
        status = said(information, "PmtInfSts")
        if self._sent is not None and said(information, "OrgnlPmtInfId") == self._message_id:
            self._expect_totals(information)
        for declared in children(information, "NbOfTxsPerSts"):
            if self._listed[said(declared, "DtldSts")] > _number(said(declared, "DtldNbOfTxs")):
                raise Contradiction("it lists more payments of a status than it counts")
        self._whole(status, _reason(information))
        self._listed.clear()

    def _transaction(self, transaction: _Element) -> None:
        reading, status = self._reading, said(transaction, "TxSts")
        self._listed[status] += 1
        self._listed_here += 1
        payment = reading.payment(
            said(transaction, "OrgnlInstrId"),
            said(transaction, "OrgnlEndToEndId"),
            self._message_id,
        )
        if payment is None:
            reading.skipped["not ours"] += 1
            return
        amount = said(transaction, "OrgnlTxRef", "Amt", "InstdAmt")
        if amount and self._sent is not None:
            digits = self._sent.minor_digits
            reading.expect_amount(payment, self._message_id, _amount(amount, digits))
        at = reading.instant(said(transaction, "AccptncDtTm"))
        outcome = _OUTCOMES.get(status, Outcome.UNKNOWN)
        reading.answer(payment, outcome, _reason(transaction) or status, at)

    def _whole(self, status: str, code: str) -> None:
        """A status of all payments at once. One that settles does so only where none is listed."""
        outcome, sent = _OUTCOMES.get(status), self._sent
        if outcome is None or sent is None:
            return
        if outcome is Outcome.FAILED:
            self._reading.answer_all(sent, outcome, code, None)
        elif not self._listed_here:
            self._reading.answer_all(sent, outcome, "", None)

    def _expect_totals(self, element: _Element) -> None:
        sent = self._sent
        if sent is None:
            return
        count, total = said(element, "OrgnlNbOfTxs"), said(element, "OrgnlCtrlSum")
        if count and _number(count) != sent.count:
            raise Contradiction(f"it counts {_number(count):,} payments; {sent.count:,} were sent")
        if total and _amount(total, sent.minor_digits) != sent.total:
            raise Contradiction("its control sum is not the one that was sent")


def _reason(element: _Element) -> str:
    """The first reason's code: ISO's, or the bank's own."""
    for information in children(element, "StsRsnInf"):
        reason = child(information, "Rsn")
        if reason is not None:
            return said(reason, "Cd") or said(reason, "Prtry")
    return ""


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 15:  # noqa: PLR2004 - Max15NumericText
        raise Contradiction("a count is no number")
    return int(text)


def _amount(text: str, minor_digits: int) -> int:
    try:
        return read_amount(text, minor_digits)
    except ValueError:
        raise Contradiction("an amount is no amount of this currency") from None
