"""A shipment becomes a file that the bank can fetch: validated, counted, placed whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from makegood.channels.bank.csv_out import csv_rows
from makegood.channels.bank.csv_template import CsvTemplate
from makegood.channels.bank.exchange_folder import (
    ExchangeFolder,
    opened_for_writing,
    partial_of,
    place,
)
from makegood.channels.bank.own_answers import keep_own
from makegood.channels.bank.payment_file import payment_file
from makegood.channels.bank.payments import Debtor, Missing, Payments, payments_of
from makegood.channels.bank.problems import cannot_place, no_account, not_valid, other_items
from makegood.channels.bank.schema import NotValid, Validation
from makegood.channels.bank.sent import Sent, fetched_and_made, keep_sent, sent_message
from makegood.channels.contract import Shipment
from makegood.channels.exchange import sync

XML: Final = "xml"
CSV: Final = "csv"
_TRIES: Final = 3


def send(
    folder: ExchangeFolder,
    shipment: Shipment,
    debtor: Debtor,
    template: CsvTemplate | None,
    fetched: str = XML,
) -> str:
    """Place the shipment's file, and the bank's own CSV beside it; the SHA-256 of the first.

    ``fetched`` is the ending of the one that the bank takes: it gets its name last. Items without
    an account are answered from here and are in no file. A message that has left already is not
    placed again. Raises NotSent (MG811 to MG813, MG819), MakegoodError MG812 where it has left
    with other items; a failure of the disk from the first name on is an OSError, and only
    ``has_left`` knows then.
    """
    name = f"{shipment.message_id}.{fetched}"
    try:
        folder.make()
        if has_left(folder, shipment) and (sent := _record(folder, shipment)):
            if not sent.holds(shipment):
                raise other_items(shipment.message_id)
            finish(folder, shipment)
            return sent.sha256
        digest, left_out = _written(folder, shipment, debtor, template)
        files = _order(shipment, template, fetched, left_out)
        # On disk before the record is: without a partial file a record says that it has left.
        for ending in files:
            sync(partial_of(_path(folder, shipment, ending)))
        sync(folder.out)
        keep_sent(folder.sent, shipment, digest, files=files, left_out=left_out)
        for ending in {XML, CSV}.difference(files):
            partial_of(_path(folder, shipment, ending)).unlink(missing_ok=True)
    except OSError as error:
        raise cannot_place(name, error) from error
    # From the first name on it counts as left, whichever of the two the bank looks at.
    for ending in files:
        path = _path(folder, shipment, ending)
        place(partial_of(path), path)
    finish(folder, shipment)
    return digest


def has_left(folder: ExchangeFolder, shipment: Shipment) -> bool:
    """Whether the message was placed: a file of it lies there, or has been fetched since."""
    if any(_path(folder, shipment, ending).exists() for ending in (XML, CSV)):
        return True
    sent = _record(folder, shipment)
    if sent is None:
        return False
    partials = [partial_of(_path(folder, shipment, ending)) for ending in sent.files]
    return not partials or not all(partial.exists() for partial in partials)


def finish(folder: ExchangeFolder, shipment: Shipment) -> None:
    """What a process that was killed owes to a message that has left.

    Files that have no name yet get it, so that the one that the bank fetches is there; items that
    were left out are answered. Again is harmless.
    """
    sent = _record(folder, shipment)
    if sent is None:
        return
    for ending in sent.files:
        path = _path(folder, shipment, ending)
        if partial_of(path).exists():
            with suppress(FileNotFoundError):  # another worker was quicker
                place(partial_of(path), path)
    keep_own(folder, sent)


def is_waiting(folder: ExchangeFolder, shipment: Shipment) -> bool:
    """Whether it is certain without the bank: its file still waits, or there is none to wait."""
    sent = _record(folder, shipment)
    if sent is None:
        return payment_path(folder, shipment).exists()
    return not sent.files or _path(folder, shipment, sent.files[-1]).exists()


def not_fetched(folder: ExchangeFolder) -> dict[str, datetime]:
    """The messages whose files wait to be fetched, and when each was made."""
    found = {}
    for path in folder.out.glob("[!.]*"):
        about = fetched_and_made(folder.sent, path.stem)
        if about and path.suffix == f".{about[0]}":
            found[path.stem] = about[1]
    return found


def payment_path(folder: ExchangeFolder, shipment: Shipment) -> Path:
    """Where the payment file of a shipment lies until the bank fetches it."""
    return _path(folder, shipment, XML)


def _path(folder: ExchangeFolder, shipment: Shipment, ending: str) -> Path:
    return folder.out / f"{shipment.message_id}.{ending}"


def _record(folder: ExchangeFolder, shipment: Shipment) -> Sent | None:
    return sent_message(folder.sent, shipment.message_id)


def _order(
    shipment: Shipment, template: CsvTemplate | None, fetched: str, left_out: frozenset[int]
) -> Sequence[str]:
    """The files that there are, the one that the bank fetches last; none without a payment."""
    if len(left_out) == shipment.count:
        return ()
    if not template:
        return (XML,)
    return (XML, CSV) if fetched == CSV else (CSV, XML)


def _written(
    folder: ExchangeFolder, shipment: Shipment, debtor: Debtor, template: CsvTemplate | None
) -> tuple[str, frozenset[int]]:
    """Both files, without names, of the items that have an account; SHA-256 and the others.

    Who has none is known at the end alone, when the totals have been written already: then it is
    written once more without them.
    """
    partial, beside = (partial_of(_path(folder, shipment, ending)) for ending in (XML, CSV))
    missing = Missing(frozenset(), 0)
    for _ in range(_TRIES):
        left_out = missing.items
        leaving = replace(
            shipment, count=shipment.count - len(left_out), total=shipment.total - missing.total
        )
        payments = payments_of(shipment, left_out)
        try:
            if not leaving.count:
                for _batch in payments:
                    pass
                return sha256().hexdigest(), left_out
            return _write(leaving, payments, debtor, template, partial, beside), left_out
        except Missing as found:
            missing = found
    raise no_account(shipment.message_id, sorted(missing.items))


def _write(
    shipment: Shipment,
    payments: Iterator[Payments],
    debtor: Debtor,
    template: CsvTemplate | None,
    partial: Path,
    beside: Path,
) -> str:
    """Write both files without their names; the SHA-256 of the first."""
    digest, validation = sha256(), Validation()
    with ExitStack() as open_files:
        file = open_files.enter_context(os.fdopen(opened_for_writing(partial), "wb"))
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
