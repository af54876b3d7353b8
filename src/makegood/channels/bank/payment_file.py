"""A customer credit transfer initiation, pain.001.001.09, written in one go and never held whole.

One payment information for the shipment, one transaction for an item. Banks are named by their
code of the KFTC: ISO's external list of clearing systems has no Korean one, so it is a
proprietary one by the name KFTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Final

from makegood.channels.bank.amounts import written
from makegood.channels.bank.identifiers import instruction
from makegood.channels.bank.payments import Debtor, Payments
from makegood.channels.bank.schema import NAMESPACE
from makegood.channels.contract import Shipment

CLEARING_SYSTEM: Final = "KFTC"
NAME_LETTERS_MAX: Final = 140
_CLEANED = dict.fromkeys(
    [*range(9), *range(14, 28), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]
)  # what XML 1.0 has no place for; other white space becomes a blank
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def payment_file(
    shipment: Shipment, debtor: Debtor, payments: Iterable[Payments]
) -> Iterator[bytes]:
    """The file in pieces, UTF-8. The same shipment and accounts give the same bytes.

    Control totals are the shipment's; who gives the payments has counted them against it.
    """
    yield _head(shipment, debtor).encode()
    currency, digits = shipment.currency, shipment.minor_digits
    about = text(shipment.texts.get("statement", ""))
    remittance = f"<RmtInf><Ustrd>{about}</Ustrd></RmtInf>" if about else ""
    for batch in payments:
        yield "".join(
            f"<CdtTrfTxInf><PmtId><InstrId>{instruction(key, attempt)}</InstrId>"
            f"<EndToEndId>{key}</EndToEndId></PmtId>"
            f'<Amt><InstdAmt Ccy="{currency}">{written(amount, digits)}</InstdAmt></Amt>'
            f"<CdtrAgt>{_agent(account.bank_code)}</CdtrAgt>"
            f"<Cdtr><Nm>{text(account.holder)}</Nm></Cdtr>"
            f"<CdtrAcct><Id><Othr><Id>{text(account.number)}</Id></Othr></Id></CdtrAcct>"
            f"{remittance}</CdtTrfTxInf>\n"
            for key, attempt, amount, account in zip(
                batch.keys, batch.attempts, batch.amounts, batch.accounts, strict=True
            )
        ).encode()
    yield b"</PmtInf></CstmrCdtTrfInitn></Document>\n"


def text(raw: str) -> str:
    """A text as it may stand in the file: one line, at most 140 letters, escaped."""
    return " ".join(raw.translate(_CLEANED).split())[:NAME_LETTERS_MAX].rstrip().translate(_ESCAPED)


def _agent(bank_code: str) -> str:
    return (
        f"<FinInstnId><ClrSysMmbId><ClrSysId><Prtry>{CLEARING_SYSTEM}</Prtry></ClrSysId>"
        f"<MmbId>{text(bank_code)}</MmbId></ClrSysMmbId></FinInstnId>"
    )


def _head(shipment: Shipment, debtor: Debtor) -> str:
    made = shipment.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    totals = (
        f"<NbOfTxs>{shipment.count}</NbOfTxs>"
        f"<CtrlSum>{written(shipment.total, shipment.minor_digits)}</CtrlSum>"
    )
    name = f"<Nm>{text(debtor.name)}</Nm>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{NAMESPACE}"><CstmrCdtTrfInitn>'
        f"<GrpHdr><MsgId>{shipment.message_id}</MsgId><CreDtTm>{made}</CreDtTm>{totals}"
        f"<InitgPty>{name}</InitgPty></GrpHdr>\n"
        f"<PmtInf><PmtInfId>{shipment.message_id}</PmtInfId><PmtMtd>TRF</PmtMtd>{totals}"
        f"<ReqdExctnDt><Dt>{shipment.due_on.isoformat()}</Dt></ReqdExctnDt>"
        f"<Dbtr>{name}</Dbtr>"
        f"<DbtrAcct><Id><Othr><Id>{text(debtor.account_number)}</Id></Othr></Id>"
        f"<Ccy>{shipment.currency}</Ccy></DbtrAcct>"
        f"<DbtrAgt>{_agent(debtor.bank_code)}</DbtrAgt>\n"
    )
