"""A payment status report (pain.002): what the bank says of a message and of its payments.

Read in any version of the message, for the elements that matter are the same in all. A payment is
done when it is settled (ACSC, ACCC) and not when it is merely accepted; it has failed when it is
rejected or cancelled (RJCT, CANC). Every other status leaves it open. The words are those of ISO's
external lists, ExternalPaymentTransactionStatus1Code and its like.

What is refused as a duplicate has been there before: nobody knows by that what became of the first.
It stays open and is asked about; taken for failed it would be paid a second time.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from makegood.channels.bank.amounts import DIGITS_MAX
from makegood.channels.bank.amounts import read as read_amount
from makegood.channels.bank.reading import DUPLICATES, Contradiction, Reading
from makegood.channels.bank.xml_in import child, children, elements, said
from makegood.channels.contract import Outcome

if TYPE_CHECKING:
    from lxml.etree import _Element

    from makegood.channels.bank.sent import Sent

_NO_NAME: Final = frozenset({"", "NOTPROVIDED"})
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
        self._is_duplicate = False

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
        self._whole(*self._group, is_duplicate=self._is_duplicate)

    def _begin(self, group: _Element) -> None:
        self._message_id = said(group, "OrgnlMsgId")
        self._sent = self._reading.about(self._message_id)
        self._expect_totals(group)
        self._group = (said(group, "GrpSts"), _reason(group))
        self._is_duplicate = _is_duplicate(group)
        if self._group[0] and self._sent is None and self._group[0] in _OUTCOMES:
            raise Contradiction("it judges a message that was not sent from here")

    def _payment_information(self, information: _Element) -> None:
        status = said(information, "PmtInfSts")
        # The payment information of a message has the name of its message.
        is_ours = said(information, "OrgnlPmtInfId") in _NO_NAME | {self._message_id}
        if status in _OUTCOMES and self._sent is not None and not is_ours:
            raise Contradiction("it judges a payment information that was not sent from here")
        if is_ours:
            self._expect_totals(information)
        for declared in children(information, "NbOfTxsPerSts"):
            if self._listed[said(declared, "DtldSts")] > _number(said(declared, "DtldNbOfTxs")):
                raise Contradiction("it lists more payments of a status than it counts")
        self._whole(status, _reason(information), is_duplicate=_is_duplicate(information))
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
        if amount:
            reading.expect_amount(payment, self._message_id, _amount(amount, DIGITS_MAX))
        at = reading.instant(said(transaction, "AccptncDtTm"))
        outcome = _OUTCOMES.get(status, Outcome.UNKNOWN)
        if outcome is Outcome.FAILED and self._was_there_before(transaction):
            outcome = Outcome.UNKNOWN
        reading.answer(payment, outcome, _reason(transaction) or status, at)

    def _was_there_before(self, transaction: _Element) -> bool:
        """Whether it, or all that it stands in, is refused as a duplicate."""
        information = transaction.getparent()
        return (
            self._is_duplicate
            or _is_duplicate(transaction)
            or (information is not None and _is_duplicate(information))
        )

    def _whole(self, status: str, code: str, *, is_duplicate: bool) -> None:
        """A status of all payments at once. One that settles does so only where none is listed."""
        outcome, sent = _OUTCOMES.get(status), self._sent
        if outcome is None or sent is None:
            return
        if outcome is Outcome.FAILED and (is_duplicate or self._is_duplicate):
            self._reading.answer_all(sent, Outcome.UNKNOWN, code, None)
        elif outcome is Outcome.FAILED:
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


def _reasons(element: _Element) -> list[str]:
    """Every reason's code: ISO's, or the bank's own."""
    reasons = (child(information, "Rsn") for information in children(element, "StsRsnInf"))
    return [said(each, "Cd") or said(each, "Prtry") for each in reasons if each is not None]


def _reason(element: _Element) -> str:
    """The reason's code: that of a duplicate before all others."""
    reasons = _reasons(element)
    return next((each for each in reasons if each in DUPLICATES), reasons[0] if reasons else "")


def _is_duplicate(element: _Element) -> bool:
    return not DUPLICATES.isdisjoint(_reasons(element))


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 15:  # noqa: PLR2004 - Max15NumericText
        raise Contradiction("a count is no number")
    return int(text)


def _amount(text: str, minor_digits: int) -> int:
    try:
        return read_amount(text, minor_digits)
    except ValueError:
        raise Contradiction("an amount is no amount of this currency") from None
