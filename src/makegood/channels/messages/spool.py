"""The spool of an aggregator: a file for each shipment, and delivery reports as files."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from makegood.channels.contract import ChannelName, Incoming, Shipment, Taken
from makegood.channels.exchange import Control, ExchangeChannel, control_of
from makegood.channels.messages.short_messages import Messages
from makegood.configuration import Settings
from makegood.kernel import Finding

COLUMNS = ("key", "attempt", "phone", "kind", "subject", "text")
FILE_MODE = 0o640


class FolderSpool:
    """Files in ``exchange/sms``, as docs/messages.md describes them.

    The rows are CSV in UTF-8; every text can be written in EUC-KR. The control file names the
    sender's number and until when messages may be delivered today.
    """

    def __init__(self, settings: Settings, sender: str) -> None:
        self._sender = sender
        self._exchange = ExchangeChannel(ChannelName.SMS, settings)

    def put(self, shipment: Shipment, messages: Messages, deliver_until: datetime | None) -> str:
        """Place a shipment's file; its SHA-256. Placed before, nothing is done.

        Raises NotSent MG800, MakegoodError MG802 or MG805 as the file exchange does.
        """
        said = {"sender": self._sender}
        if deliver_until:
            said["deliver_until"] = deliver_until.isoformat()

        def write(shipment: Shipment, target: Path) -> Control:
            rows = _written(messages, target)
            outside = replace(shipment, texts=said)
            return control_of(outside, target, rows=rows, amount=shipment.total, quantity=0)

        return self._exchange.send(shipment, write)

    def taken(self, shipment: Shipment) -> Taken:
        """Whether the aggregator has it: by its receipt, or after it was asked."""
        return self._exchange.taken(shipment)

    def ask(self, shipment: Shipment, keys: Sequence[str]) -> None:
        """Place an enquiry."""
        self._exchange.ask(shipment, keys)

    def incoming(self) -> Iterator[Incoming]:
        """Delivery reports."""
        return self._exchange.incoming()

    def put_away(self, incoming: Incoming) -> None:
        """A report was applied."""
        self._exchange.put_away(incoming)

    def findings(self) -> list[Finding]:
        """Why reports were put aside."""
        return self._exchange.findings()


def _written(messages: Messages, target: Path) -> int:
    count = 0
    # Telephone numbers: nobody else on this machine reads them, from the first byte on.
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for each in messages():
            writer.writerow(
                (each.key, each.attempt, each.phone, each.kind.value, each.subject, each.text)
            )
            count += 1
    return count
