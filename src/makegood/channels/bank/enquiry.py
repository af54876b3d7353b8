"""What became of payments that nobody answered: asked by InstrId, answers kept as files.

The question and the answer have the fields of the KFTC's open banking, 이체결과조회
(``/v2.0/transfer/result``); ``org_bank_tran_id`` holds our InstrId. ``bank_rsp_code`` 000 is a
payment that is done; one of ``bank_failed_codes`` is a payment that never will be; whatever else
the bank says leaves it open, for a payment taken for failed by mistake would be paid twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow as pa
from pyarrow import compute, parquet

from makegood.channels.bank.amounts import written
from makegood.channels.bank.exchange_folder import ExchangeFolder, place_bytes, replace_bytes
from makegood.channels.bank.holder_check import short, written_now
from makegood.channels.bank.identifiers import instruction, named
from makegood.channels.bank.own_answers import KIND as OWN
from makegood.channels.bank.own_answers import is_too_large, keep_own, read_own
from makegood.channels.bank.problems import refused
from makegood.channels.bank.reading import Broken, Reading
from makegood.channels.bank.sending import is_waiting
from makegood.channels.bank.sent import sent_message
from makegood.channels.bank.web import asked, is_set_up
from makegood.channels.contract import Outcome, Shipment
from makegood.configuration import Settings

PATH: Final = "/v2.0/transfer/result"
QUESTION_PAYMENTS_MAX: Final = 25
KIND: Final = "enquiry"
_WHAT: Final = "enquiry after transfers"
_DONE: Final = "000"


class Asked(NamedTuple):
    """A payment that is asked about."""

    instruction: str
    amount: int


def ask(
    settings: Settings, folder: ExchangeFolder, shipment: Shipment, keys: Sequence[str]
) -> None:
    """Ask about these items of a shipment; the answers lie in ``in`` afterwards, as any others do.

    Without a bank to ask over HTTP a list for a person at the bank is placed in ``ask``. Nobody is
    asked while the file waits to be fetched: it may still be paid, whatever is said by then. Raises
    Unreachable (MG817, MG818); what was answered before that is kept.
    """
    folder.make()
    sent = sent_message(folder.sent, shipment.message_id)
    if sent and sent.left_out.num_rows:
        # What is in no file is answered here; the bank never heard of it.
        keep_own(folder, sent)
        keys = sorted(set(keys).difference(sent.left_out["key"].to_pylist()))
    if is_waiting(folder, shipment):
        _list_of(folder, shipment).unlink(missing_ok=True)
        return
    payments = _payments(shipment, keys)
    if not payments:
        return
    if not is_set_up(settings):
        _list_for_a_person(folder, shipment, payments)
        return
    answers: list[dict[str, str]] = []
    try:
        for some in _portions(payments):
            answers += _answers(settings, shipment, some)
    finally:
        if answers:
            _keep(folder, shipment, answers)


def is_known(settings: Settings, folder: ExchangeFolder, shipment: Shipment) -> bool:
    """Whether the bank tells the end of one of a shipment's first payments. Raises Unreachable.

    Any other answer may as well mean that it knows no such payment.
    """
    sent = sent_message(folder.sent, shipment.message_id)
    held = sent.payments if sent else parquet.read_table(shipment.items, columns=["key"])
    first = held["key"].slice(0, QUESTION_PAYMENTS_MAX)
    payments = _payments(shipment, first.to_pylist())
    ends = {_DONE, *settings.bank_failed_codes}
    return any(each["bank_rsp_code"] in ends for each in _answers(settings, shipment, payments))


def read_kept(path: Path, settings: Settings, reading: Reading) -> str:
    """Take a file of answers that were kept here, and its kind. Raises Broken or Contradiction."""
    if is_too_large(path):
        raise Broken("it is larger than any that is kept here")
    try:
        kept = json.loads(path.read_bytes())
        kind, message_id = str(kept["kind"]), str(kept["message_id"])
        answers = [dict(each) for each in kept.get("answers", ())]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Broken("it holds no answers to an enquiry") from None
    sent = reading.about(message_id)
    if kind == OWN:
        read_own(kept, sent, reading)
    else:
        _take(answers, message_id, settings, reading)
    return kind if kind == OWN else KIND


def _take(
    answers: list[dict[str, object]], message_id: str, settings: Settings, reading: Reading
) -> None:
    for answer in answers:
        payment = reading.payment(str(answer.get("bank_tran_id", "")), "", message_id)
        if payment is None:
            reading.skipped["not ours"] += 1
            continue
        code = str(answer.get("bank_rsp_code", ""))
        if code == _DONE:
            outcome = Outcome.DONE
        elif code in settings.bank_failed_codes:
            outcome = Outcome.FAILED
        else:
            outcome = Outcome.UNKNOWN
        reading.answer(payment, outcome, code, reading.instant(str(answer.get("date", ""))))


def _portions(payments: Sequence[Asked]) -> Iterator[Sequence[Asked]]:
    for start in range(0, len(payments), QUESTION_PAYMENTS_MAX):
        yield payments[start : start + QUESTION_PAYMENTS_MAX]


def _payments(shipment: Shipment, keys: Sequence[str]) -> list[Asked]:
    table = parquet.read_table(shipment.items, columns=["key", "attempt", "amount"])
    wanted = table.filter(compute.is_in(table["key"], pa.array(list(keys), pa.string())))
    rows = wanted.to_pylist()
    return [Asked(instruction(row["key"], row["attempt"]), row["amount"]) for row in rows]


def _answers(
    settings: Settings, shipment: Shipment, payments: Sequence[Asked]
) -> list[dict[str, str]]:
    """What the bank says of these; payments that it does not know are not among the answers."""
    question: dict[str, Any] = {
        "check_type": "2",  # payments in, as the receiving side sees them
        "tran_dtime": written_now(settings),
        "req_cnt": str(len(payments)),
        "req_list": [
            {
                "tran_no": str(number),
                "org_bank_tran_id": payment.instruction,
                "org_bank_tran_date": shipment.due_on.strftime("%Y%m%d"),
                "org_tran_amt": written(payment.amount, shipment.minor_digits),
            }
            for number, payment in enumerate(payments, start=1)
        ],
    }
    answer = asked(settings, PATH, question, _WHAT)
    if answer.get("rsp_code") != "A0000":
        raise refused(_WHAT, short(str(answer.get("rsp_code", ""))))
    asked_for = {payment.instruction for payment in payments}
    listed = answer.get("res_list")
    found = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    # Names and accounts in the bank's answer are not kept.
    return [
        {
            "bank_tran_id": str(row["bank_tran_id"]),
            "bank_rsp_code": short(str(row.get("bank_rsp_code", ""))),
            "date": _day(str(row.get("bank_tran_date", ""))),
        }
        for row in found
        if row.get("bank_tran_id") in asked_for and named(str(row["bank_tran_id"]))
    ]


def _day(text: str) -> str:
    is_day = len(text) == len("YYYYMMDD") and text.isdecimal()
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if is_day else ""


def _keep(folder: ExchangeFolder, shipment: Shipment, answers: list[dict[str, str]]) -> None:
    """The same answers give the same bytes, and so one file."""
    body = {"kind": KIND, "message_id": shipment.message_id, "answers": answers}
    content = json.dumps(body, ensure_ascii=False, indent=1).encode()
    name = f"{KIND}-{shipment.message_id}-{sha256(content).hexdigest()[:12]}.json"
    place_bytes(folder.incoming / name, content)


def _list_for_a_person(
    folder: ExchangeFolder, shipment: Shipment, payments: Sequence[Asked]
) -> None:
    lines = ["message_id,instruction,amount"]
    for payment in payments:
        amount = written(payment.amount, shipment.minor_digits)
        lines.append(f"{shipment.message_id},{payment.instruction},{amount}")
    replace_bytes(_list_of(folder, shipment), ("\r\n".join(lines) + "\r\n").encode())


def _list_of(folder: ExchangeFolder, shipment: Shipment) -> Path:
    return folder.ask / f"{shipment.message_id}.csv"
