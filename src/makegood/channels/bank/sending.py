"""A shipment becomes a file that the bank can fetch: validated, counted, placed whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

from makegood.channels.bank.csv_out import csv_rows
from makegood.channels.bank.csv_template import CsvTemplate
from makegood.channels.bank.exchange_folder import (
    ExchangeFolder,
    opened_for_writing,
    partial_of,
    place,
    sync,
)
from makegood.channels.bank.payment_file import payment_file
from makegood.channels.bank.payments import Debtor, Payments, payments_of
from makegood.channels.bank.problems import cannot_place, not_valid, other_items
from makegood.channels.bank.schema import NotValid, Validation
from makegood.channels.bank.sent import keep_sent, sent_message
from makegood.channels.contract import Shipment


def send(
    folder: ExchangeFolder, shipment: Shipment, debtor: Debtor, template: CsvTemplate | None
) -> str:
    """Place the shipment's file, and the bank's own CSV beside it; the SHA-256 of the first.

    A message that has left already is not placed again. Raises NotSent (MG811 to MG813, MG819),
    MakegoodError MG812 where it has left with other items;
    a failure of the disk in the last step is an OSError, and only ``has_left`` knows then.
    """
    file = payment_path(folder, shipment)
    beside = file.with_suffix(".csv")
    try:
        folder.make()
        if has_left(folder, shipment) and (sent := sent_message(folder.sent, shipment.message_id)):
            if not sent.holds(shipment):
                raise other_items(shipment.message_id)
            return sent.sha256
        digest = _write(shipment, debtor, template, partial_of(file), partial_of(beside))
        # On disk before the record is: without its partial file a record says that it has left.
        sync(partial_of(file))
        sync(folder.out)
        keep_sent(folder.sent, shipment, digest)
        if template:
            place(partial_of(beside), beside)
    except OSError as error:
        raise cannot_place(file.name, error) from error
    # The last name decides: as long as this file has none, nothing has left.
    place(partial_of(file), file)
    return digest


def has_left(folder: ExchangeFolder, shipment: Shipment) -> bool:
    """Whether the message was placed: it lies there, or has been fetched since."""
    file = payment_path(folder, shipment)
    if file.exists():
        return True
    if partial_of(file).exists():
        return False
    return sent_message(folder.sent, shipment.message_id) is not None


def payment_path(folder: ExchangeFolder, shipment: Shipment) -> Path:
    """Where the payment file of a shipment lies until the bank fetches it."""
    return folder.out / f"{shipment.message_id}.xml"


def _write(
    shipment: Shipment, debtor: Debtor, template: CsvTemplate | None, partial: Path, beside: Path
) -> str:
    """Write both files without their names; the SHA-256 of the first."""
    digest, validation = sha256(), Validation()
    with ExitStack() as open_files:
        file = open_files.enter_context(os.fdopen(opened_for_writing(partial), "wb"))
        payments = payments_of(shipment)
        if template:
            csv = open_files.enter_context(os.fdopen(opened_for_writing(beside), "wb"))
            payments = _also(payments, csv_rows(shipment, template, csv.write))
        try:
            for piece in payment_file(shipment, debtor, payments):
                validation.take(piece)
                digest.update(piece)
                file.write(piece)
            validation.close()
        except NotValid as error:
            raise not_valid(shipment.message_id, str(error)) from None
    return digest.hexdigest()


def _also(
    payments: Iterator[Payments], other: Callable[[Payments | None], None]
) -> Iterator[Payments]:
    """The payments, each batch shown to another writer as well; None says that it was the last."""
    for batch in payments:
        other(batch)
        yield batch
    other(None)
