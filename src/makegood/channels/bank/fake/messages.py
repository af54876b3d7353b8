"""The messages of a fake bank: payment files in; status reports and notifications out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple
from xml.sax.saxutils import escape

from lxml import etree

from makegood.channels.bank.schema import NAMESPACE, payment_schema

_N = {"p": NAMESPACE}


class Refused(ValueError):
    """A payment file that the bank takes no payment from; the text is ISO's reason code."""


class Order(NamedTuple):
    """One payment of a payment file."""

    instruction: str
    key: str
    amount: int
    bank_code: str
    number: str
    holder: str


class Orders(NamedTuple):
    """A payment file."""

    message_id: str
    due_on: date
    currency: str
    minor_digits: int
    payments: list[Order]

    @property
    def total(self) -> int:
        """The sum in minor units."""
        return sum(payment.amount for payment in self.payments)


class Status(NamedTuple):
    """What a status report says of a payment."""

    instruction: str
    key: str
    status: str
    code: str
    at: datetime


class Entry(NamedTuple):
    """What a notification says was booked; ``code`` makes a credit a return."""

    instruction: str
    key: str
    message_id: str
    amount: int
    code: str


def message_id_of(content: bytes) -> str:
    """The MsgId of a file, as far as it can be read."""
    try:
        return etree.fromstring(content).findtext(".//p:GrpHdr/p:MsgId", "", _N)
    except etree.LxmlError:
        return ""


def read_orders(content: bytes, minor_digits: dict[str, int]) -> Orders:
    """A payment file. Raises Refused: FF01 where it is not valid, AM10 by its totals."""
    try:
        document = etree.fromstring(content, etree.XMLParser(schema=payment_schema()))
    except etree.LxmlError:
        raise Refused("FF01") from None
    first = document.find(".//p:InstdAmt", _N)
    currency = first.get("Ccy", "") if first is not None else ""
    digits = minor_digits.get(currency, 2)
    payments = [
        Order(
            each.findtext("p:PmtId/p:InstrId", "", _N),
            each.findtext("p:PmtId/p:EndToEndId", "", _N),
            int(Decimal(each.findtext("p:Amt/p:InstdAmt", "", _N)).scaleb(digits)),
            each.findtext("p:CdtrAgt//p:MmbId", "", _N),
            each.findtext("p:CdtrAcct/p:Id/p:Othr/p:Id", "", _N),
            each.findtext("p:Cdtr/p:Nm", "", _N),
        )
        for each in document.iterfind(".//p:CdtTrfTxInf", _N)
    ]
    orders = Orders(
        document.findtext(".//p:GrpHdr/p:MsgId", "", _N),
        date.fromisoformat(document.findtext(".//p:ReqdExctnDt/p:Dt", "", _N)),
        currency,
        digits,
        payments,
    )
    for place in (".//p:GrpHdr", ".//p:PmtInf"):
        count = document.findtext(f"{place}/p:NbOfTxs", "", _N)
        total = Decimal(document.findtext(f"{place}/p:CtrlSum", "0", _N)).scaleb(digits)
        if count != str(len(payments)) or total != orders.total:
            raise Refused("AM10")
    return orders


def status_report(
    name: str,
    message_id: str,
    statuses: Sequence[Status],
    *,
    at: datetime,
    whole: tuple[str, str] | None = None,
    version: str = "03",
) -> bytes:
    """A pain.002 about a message; ``whole`` is the status of all of it, with a reason's code."""
    group = f"<GrpSts>{whole[0]}</GrpSts>{_reason(whole[1])}" if whole else ""
    listed = "".join(
        f"<TxInfAndSts><OrgnlInstrId>{each.instruction}</OrgnlInstrId>"
        f"<OrgnlEndToEndId>{each.key}</OrgnlEndToEndId><TxSts>{each.status}</TxSts>"
        f"{_reason(each.code)}<AccptncDtTm>{_instant(each.at)}</AccptncDtTm></TxInfAndSts>"
        for each in statuses
    )
    about = (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{escape(message_id)}</OrgnlPmtInfId>{listed}"
        "</OrgnlPmtInfAndSts>"
        if statuses
        else ""
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>{name}</MsgId><CreDtTm>{_instant(at)}</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{escape(message_id)}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{group}</OrgnlGrpInfAndSts>"
        f"{about}</CstmrPmtStsRpt></Document>\n"
    ).encode()


def notification(
    name: str, entries: Sequence[Entry], *, at: datetime, currency: str, minor_digits: int
) -> bytes:
    """A camt.054.001.08 of booked entries: a debit for a payment, a credit for a return."""
    total = sum(entry.amount for entry in entries)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>'
        f"<GrpHdr><MsgId>{name}</MsgId><CreDtTm>{_instant(at)}</CreDtTm></GrpHdr>"
        f"<Ntfctn><Id>{name}</Id><CreDtTm>{_instant(at)}</CreDtTm>"
        f"<Acct><Id><Othr><Id>PAYER</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>"
        f"<TxsSummry><TtlNtries><NbOfNtries>{len(entries)}</NbOfNtries>"
        f"<Sum>{_money(total, minor_digits)}</Sum></TtlNtries></TxsSummry>"
        f"{''.join(_entries(entries, at, currency, minor_digits))}"
        "</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n"
    ).encode()


def _entries(
    entries: Sequence[Entry], at: datetime, currency: str, minor_digits: int
) -> Iterable[str]:
    booked = f"<BookgDt><Dt>{at.date().isoformat()}</Dt></BookgDt>"
    for entry in entries:
        amount = f'<Amt Ccy="{currency}">{_money(entry.amount, minor_digits)}</Amt>'
        side = "<CdtDbtInd>CRDT</CdtDbtInd>" if entry.code else "<CdtDbtInd>DBIT</CdtDbtInd>"
        returned = f"<RtrInf><Rsn><Cd>{entry.code}</Cd></Rsn></RtrInf>" if entry.code else ""
        family = "RRTN" if entry.code else "DMCT"
        domain = (
            "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd>"
            f"<SubFmlyCd>{family}</SubFmlyCd></Fmly></Domn></BkTxCd>"
        )
        yield (
            f"<Ntry>{amount}{side}<Sts><Cd>BOOK</Cd></Sts>{booked}{domain}<NtryDtls><TxDtls>"
            f"<Refs><MsgId>{entry.message_id}</MsgId><PmtInfId>{entry.message_id}</PmtInfId>"
            f"<InstrId>{entry.instruction}</InstrId><EndToEndId>{entry.key}</EndToEndId></Refs>"
            f"{amount}{side}{returned}</TxDtls></NtryDtls></Ntry>"
        )


def _reason(code: str) -> str:
    return f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>" if code else ""


def _money(amount: int, minor_digits: int) -> str:
    return f"{Decimal(amount).scaleb(-minor_digits):f}"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
