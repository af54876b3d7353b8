"""The bank's own CSV of a shipment, by its template, with the same control totals."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from makegood.channels.bank.amounts import written
from makegood.channels.bank.csv_template import Column, CsvTemplate, Value
from makegood.channels.bank.identifiers import instruction
from makegood.channels.bank.payments import Payments
from makegood.channels.contract import Shipment
from makegood.trust.vault import Account

_MADE_UP = b"\xa4\xd4"
"""The filler with which KS X 1001 (annex 3) begins a syllable that it has to spell."""
_LETTER_BYTES_MAX = 2

_Write = Callable[[bytes], object]


def csv_rows(
    shipment: Shipment, template: CsvTemplate, write: _Write
) -> Callable[[Payments | None], None]:
    """A writer that takes the payments batch by batch, and None at their end.

    A letter that the file's encoding lacks is written as ``?``; a cell longer than its column
    allows is cut between letters.
    """
    sheet = _Sheet(shipment, template, write)
    sheet.begin()

    def take(batch: Payments | None) -> None:
        if batch is None:
            sheet.end()
        else:
            sheet.rows(batch)

    return take


class _Sheet:
    def __init__(self, shipment: Shipment, template: CsvTemplate, write: _Write) -> None:
        self._shipment = shipment
        self._template = template
        self._write = write
        self._row = 0

    def begin(self) -> None:
        # The mark of UTF-8 stands once, at the very beginning.
        if self._template.encoding == "utf-8-sig":
            self._write(b"\xef\xbb\xbf")
        lines = [[column.title for column in self._template.columns]]
        if not self._template.header:
            lines.clear()
        if self._template.totals == "first":
            lines.insert(0, self._totals())
        self._put(lines)

    def rows(self, batch: Payments) -> None:
        self._put(
            [
                self._cells(key, attempt, amount, account)
                for key, attempt, amount, account in zip(
                    batch.keys, batch.attempts, batch.amounts, batch.accounts, strict=True
                )
            ]
        )

    def end(self) -> None:
        if self._template.totals == "last":
            self._put([self._totals()])

    def _totals(self) -> list[str]:
        shipment = self._shipment
        return [str(shipment.count), written(shipment.total, shipment.minor_digits)]

    def _cells(self, key: str, attempt: int, amount: int, account: Account) -> list[str]:
        self._row += 1
        shipment = self._shipment
        held = {
            Value.ROW: str(self._row),
            Value.BANK_CODE: account.bank_code,
            Value.ACCOUNT_NUMBER: account.number,
            Value.HOLDER: account.holder,
            Value.AMOUNT: written(amount, shipment.minor_digits),
            Value.KEY: key,
            Value.INSTRUCTION: instruction(key, attempt),
            Value.MESSAGE_ID: shipment.message_id,
            Value.DUE_ON: shipment.due_on.isoformat(),
        }
        return [
            self._cut(held.get(column.value, column.text), column)
            for column in self._template.columns
        ]

    def _cut(self, cell: str, column: Column) -> str:
        cell = " ".join(cell.split())
        if not column.bytes_max:
            return cell
        encoding = self._template.encoding
        return _encoded(cell, encoding)[: column.bytes_max].decode(_plain(encoding), "ignore")

    def _put(self, lines: list[list[str]]) -> None:
        if not lines:
            return
        text = io.StringIO(newline="")
        template = self._template
        csv.writer(
            text,
            delimiter=template.separator,
            lineterminator=template.line_end,
            quoting=csv.QUOTE_ALL if template.quoting == "always" else csv.QUOTE_MINIMAL,
        ).writerows(lines)
        self._write(_encoded(text.getvalue(), template.encoding))


def _encoded(text: str, encoding: str) -> bytes:
    """The text in the file's letters; ``?`` for each that they lack."""
    content = text.encode(_plain(encoding), "replace")
    if encoding == "euc-kr" and _MADE_UP in content:
        # A syllable that KS X 1001 lacks is spelt in four double letters: banks cannot read that.
        return b"".join(
            raw if len(raw) <= _LETTER_BYTES_MAX else b"?"
            for raw in (letter.encode(encoding, "replace") for letter in text)
        )
    return content


def _plain(encoding: str) -> str:
    return "utf-8" if encoding == "utf-8-sig" else encoding
