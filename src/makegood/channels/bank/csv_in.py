"""The bank's sheet of results, by the template of its CSV."""

from __future__ import annotations

import csv
from pathlib import Path

from makegood.channels.bank.amounts import DIGITS_MAX
from makegood.channels.bank.amounts import read as read_amount
from makegood.channels.bank.csv_template import CsvTemplate, Results
from makegood.channels.bank.reading import DUPLICATES, Broken, Contradiction, Reading
from makegood.channels.contract import Outcome

_BYTES_MAX = 256 << 20
_CELL_LETTERS_MAX = 10_000


def read_results(path: Path, template: CsvTemplate | None, reading: Reading) -> None:
    """Take all that a sheet of results says. Raises Broken or Contradiction.

    A word that the template does not know leaves its payment open. An amount other than the one
    sent refuses the sheet; so does a row of count and sum that does not hold.
    """
    if template is None or template.results is None:
        raise Broken("there is no template of the bank's sheet of results")
    if path.stat().st_size > _BYTES_MAX:
        raise Broken(f"it is larger than {_BYTES_MAX >> 20} MiB")
    encoding = "utf-8-sig" if template.encoding == "utf-8" else template.encoding
    try:
        with path.open(encoding=encoding, newline="") as file:
            _rows(csv.reader(file, delimiter=template.separator, strict=True), template, reading)
    except UnicodeDecodeError:
        raise Broken(f"it is not written in {template.encoding}") from None
    except csv.Error:
        raise Broken("it is no whole CSV") from None


def _rows(rows: object, template: CsvTemplate, reading: Reading) -> None:
    results = template.results
    assert results is not None  # noqa: S101 - the caller looked
    lines = [row for row in rows if any(row)]  # type: ignore[attr-defined]
    declared = _declared(lines, template)
    if not lines:
        raise Broken("it has no row of titles")
    place = {title.strip(): index for index, title in enumerate(lines[0])}
    needed = (results.instruction, results.result, *filter(None, [results.amount]))
    if missing := [each for each in needed if each not in place]:
        raise Broken(f"it has no column {' and no column '.join(missing)}")
    total = 0
    for line in lines[1:]:
        if len(line) != len(lines[0]) or any(len(cell) > _CELL_LETTERS_MAX for cell in line):
            raise Broken("a row has other cells than the row of titles")
        cells = {title: line[index].strip() for title, index in place.items()}
        total += _row(cells, results, reading)
    if declared is None:
        return
    if declared[0] != str(len(lines) - 1):
        raise Contradiction(f"it counts other than the {len(lines) - 1:,} rows that it lists")
    if results.amount and _amount(declared[1]) != total:
        raise Contradiction("its sum is not that of the rows that it lists")


def _row(cells: dict[str, str], results: Results, reading: Reading) -> int:
    """Take one row; its amount, where the sheet has amounts."""
    amount = _amount(cells[results.amount]) if results.amount else 0
    # A sheet names no message: the payment is looked for in all that was sent.
    payment = reading.payment(cells[results.instruction], "", "")
    if payment is None:
        reading.skipped["not ours"] += 1
        return amount
    if results.amount:
        reading.expect_amount(payment, "", amount)
    code = cells.get(results.code, "")
    reading.answer(payment, _outcome(cells[results.result], code, results), code, None)
    return amount


def _outcome(word: str, code: str, results: Results) -> Outcome:
    if word in results.done:
        return Outcome.DONE
    if word in results.failed:
        # Refused because it was there before: nobody knows by that what became of the first.
        is_duplicate = code in DUPLICATES or code in results.duplicates
        return Outcome.UNKNOWN if is_duplicate else Outcome.FAILED
    return Outcome.RETURNED if word in results.returned else Outcome.UNKNOWN


def _amount(cell: str) -> int:
    try:
        return read_amount(cell.replace(",", ""), DIGITS_MAX)
    except ValueError:
        raise Contradiction("an amount is none") from None


def _declared(lines: list[list[str]], template: CsvTemplate) -> list[str] | None:
    """The row of count and sum, taken out of the rows."""
    if template.totals == "none" or not lines:
        return None
    found = lines.pop(0 if template.totals == "first" else -1)
    cells = [cell.replace(",", "").strip() for cell in found if cell.strip()]
    if len(cells) != 2:  # noqa: PLR2004 - count and sum
        raise Contradiction("it has no row of count and sum")
    return cells
