"""The payment file: makegood's, validated, beside the same XML written with lxml directly."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.etree import _Element

    from makegood.channels import Shipment
    from makegood.channels.bank.payments import Debtor, Payments

Report = dict[str, Any]
BATCH = 4_000


def payments(out: str, items: int, way: str) -> Report:
    """A payment file of so many items, accounts already in the clear.

    ``way`` is ``makegood``: written, hashed, and held against its schema; or ``lxml``: the same
    elements through ``lxml.etree.xmlfile``, and nothing else.
    """
    shipment, debtor, batches = _made(items)
    write = {"makegood": _makegood, "lxml": _lxml}[way]
    start = time.perf_counter()
    write(Path(out), shipment, debtor, batches)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "bytes": Path(out).stat().st_size}


def same_payments(out: str, items: int) -> Report:
    """Whether both ways write the same document, by its canonical form."""
    from lxml import etree

    found = []
    for way in ("makegood", "lxml"):
        payments(out, items, way)
        parser = etree.XMLParser(remove_blank_text=True)
        found.append(sha256(etree.tostring(etree.parse(out, parser), method="c14n2")).hexdigest())
    return {"same": found[0] == found[1]}


def _made(items: int) -> tuple[Shipment, Debtor, list[Payments]]:
    from makegood.channels import ChannelName, Shipment
    from makegood.channels.bank.payments import Debtor, Payments
    from makegood.trust.vault import Account

    amounts = [1_000 + number for number in range(items)]
    shipment = Shipment(
        ChannelName.BANK,
        "0123456789ABCDEF-00001",
        "run",
        1,
        "kt-2025",
        "penalty_waiver",
        "once",
        "pay_out",
        Path("items.parquet"),
        items,
        sum(amounts),
        "KRW",
        0,
        date(2026, 2, 2),
        datetime(2026, 2, 2, tzinfo=UTC),
    )
    batches = [
        Payments(
            [f"MG{number:030X}" for number in numbers],
            [1] * len(numbers),
            [amounts[number] for number in numbers],
            [Account(f"C{n}", "088", f"110{n:010}", f"김민수{n % 100}") for n in numbers],
        )
        for numbers in (range(a, min(a + BATCH, items)) for a in range(0, items, BATCH))
    ]
    return shipment, Debtor("주식회사 보상", "004", "99900012345678"), batches


def _makegood(out: Path, shipment: Shipment, debtor: Debtor, batches: list[Payments]) -> None:
    from makegood.channels.bank.payment_file import payment_file
    from makegood.channels.bank.schema import Validation

    digest, validation = sha256(), Validation()
    with out.open("wb") as file:
        for piece in payment_file(shipment, debtor, batches):
            validation.take(piece)
            digest.update(piece)
            file.write(piece)
        validation.close()


def _lxml(out: Path, shipment: Shipment, debtor: Debtor, batches: list[Payments]) -> None:
    from lxml import etree

    namespace = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
    made, sub = etree.Element, etree.SubElement
    with out.open("wb") as file, etree.xmlfile(file, encoding="UTF-8") as xml:
        xml.write_declaration()

        def name(tag: str) -> str:
            return f"{{{namespace}}}{tag}"

        def add(parent: _Element, path: str, text: str) -> _Element:
            for tag in path.split("/"):
                parent = sub(parent, name(tag))
            parent.text = text
            return parent

        def agent(parent: _Element, tag: str, code: str) -> None:
            member = sub(sub(sub(parent, name(tag)), name("FinInstnId")), name("ClrSysMmbId"))
            add(member, "ClrSysId/Prtry", "KFTC")
            add(member, "MmbId", code)

        def head() -> Iterator[_Element]:
            group = made(name("GrpHdr"), nsmap={None: namespace})
            add(group, "MsgId", shipment.message_id)
            add(group, "CreDtTm", "2026-02-02T00:00:00Z")
            add(group, "NbOfTxs", str(shipment.count))
            add(group, "CtrlSum", str(shipment.total))
            add(group, "InitgPty/Nm", debtor.name)
            yield group

        document = xml.element(name("Document"), nsmap={None: namespace})
        with document, xml.element(name("CstmrCdtTrfInitn")):
            for element in head():
                xml.write(element)
            with xml.element(name("PmtInf")):
                root = made(name("PmtInf"), nsmap={None: namespace})
                add(root, "PmtInfId", shipment.message_id)
                add(root, "PmtMtd", "TRF")
                add(root, "NbOfTxs", str(shipment.count))
                add(root, "CtrlSum", str(shipment.total))
                add(root, "ReqdExctnDt/Dt", shipment.due_on.isoformat())
                add(root, "Dbtr/Nm", debtor.name)
                account = add(root, "DbtrAcct/Id/Othr/Id", debtor.account_number)
                add(account.getparent().getparent().getparent(), "Ccy", shipment.currency)
                agent(root, "DbtrAgt", debtor.bank_code)
                for element in root:
                    xml.write(element)
                for batch in batches:
                    rows = zip(
                        batch.keys, batch.attempts, batch.amounts, batch.accounts, strict=True
                    )
                    for key, attempt, amount, to in rows:
                        payment = made(name("CdtTrfTxInf"), nsmap={None: namespace})
                        identification = sub(payment, name("PmtId"))
                        sub(identification, name("InstrId")).text = f"{key}{attempt:02d}"
                        sub(identification, name("EndToEndId")).text = key
                        value = sub(sub(payment, name("Amt")), name("InstdAmt"), Ccy="KRW")
                        value.text = str(amount)
                        agent(payment, "CdtrAgt", to.bank_code)
                        sub(sub(payment, name("Cdtr")), name("Nm")).text = to.holder
                        other = sub(sub(payment, name("CdtrAcct")), name("Id"))
                        sub(sub(other, name("Othr")), name("Id")).text = to.number
                        xml.write(payment)


BANK_TASKS: tuple[Callable[..., Report], ...] = (payments, same_payments)
