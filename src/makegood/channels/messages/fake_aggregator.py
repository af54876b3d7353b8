"""An aggregator that takes spool files, delivers, and reports; with faults drawn from a seed.

It works on the folder alone, as the real one does, and keeps books on disk, so that it may be
killed and started again like one.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from makegood.channels.contract import ANSWER_SCHEMA, Outcome
from makegood.channels.exchange import Control, PartnerFolders, place_new, write_answers

_REASONS = ("4", "10", "31")
"""Number not in use, switched off, stopped by the customer: as an aggregator codes them."""


@dataclass(frozen=True, slots=True)
class AggregatorFaults:
    """How many of 1,000 messages fail, have no report at first, or are reported twice."""

    failed: int = 0
    silent: int = 0
    doubled: int = 0


class FakeAggregator:
    """The aggregator behind ``exchange/sms``. ``turn`` does what there is to do."""

    def __init__(
        self, folder: Path, books: Path, seed: int = 1, faults: AggregatorFaults | None = None
    ) -> None:
        """``folder`` is the exchange's folder ``sms``; ``books`` a folder of its own."""
        self._folders = PartnerFolders(folder)
        self._books, self._seed = books, seed
        self._faults = faults or AggregatorFaults()
        books.mkdir(parents=True, exist_ok=True)

    def turn(self, at: datetime | None = None) -> int:
        """Take what lies there, deliver it, report, answer enquiries; how many files it took."""
        at = at or datetime(2026, 1, 1, tzinfo=UTC)
        taken = 0
        for control in sorted(self._folders.out.glob("[!.]*.json")):
            self._take(control, at)
            taken += 1
        for control in sorted(self._folders.ask.glob("[!.]*.json")):
            self._answer(control, at)
        return taken

    def delivered(self) -> dict[str, list[str]]:
        """The texts that reached a telephone, by key; each delivery is one text."""
        found: dict[str, list[str]] = {}
        for row in self._rows():
            if self._fate(row) is Outcome.DONE:
                found.setdefault(row["key"], []).append(row["text"])
        return found

    def phones(self) -> dict[str, str]:
        """The telephone that the newest message of a key went to."""
        return {row["key"]: row["phone"] for row in self._rows()}

    def _take(self, control_path: Path, at: datetime) -> None:
        control = Control.read(control_path)
        rows = control_path.with_suffix(".csv")
        content = rows.read_bytes()
        if sha256(content).hexdigest() != control.sha256:
            raise ValueError(f"{rows.name} is not what its control file says")
        # A message taken once stands in the books under its own name: a second is the same one.
        place_new(self._books / rows.name, lambda hidden: hidden.write_bytes(content))
        receipt = self._folders.out / f"{control.message_id}.taken"
        place_new(receipt, lambda hidden: hidden.write_text("", encoding="utf-8"))
        self._report(control.message_id, at)
        control_path.unlink()
        rows.unlink()

    def _report(self, message_id: str, at: datetime) -> None:
        told = [row for row in self._of(message_id) if not self._draws(row, "silent")]
        self._place(f"{message_id}-report", [self._told(row, at) for row in told], message_id)
        again = [self._told(row, at) for row in told if self._draws(row, "doubled")]
        if again:
            self._place(f"{message_id}-again", again, message_id)

    def _answer(self, control_path: Path, at: datetime) -> None:
        said: dict[str, Any] = json.loads(control_path.read_text(encoding="utf-8"))
        message_id, enquiry_id = said["message_id"], said["enquiry_id"]
        rows = control_path.with_suffix(".csv")
        if said["about"] == "message":
            taken = "yes" if (self._books / f"{message_id}.csv").exists() else "no"
            empty = ANSWER_SCHEMA.empty_table()
            write_answers(
                self._folders.incoming,
                f"{enquiry_id}-answer",
                empty,
                [message_id],
                enquiry_id=enquiry_id,
                taken=taken,
            )
        else:
            with rows.open(encoding="utf-8", newline="") as file:
                asked = {row["key"] for row in csv.DictReader(file)}
            told = [self._told(row, at) for row in self._of(message_id) if row["key"] in asked]
            self._place(f"{enquiry_id}-answer", told, message_id)
        control_path.unlink()
        rows.unlink(missing_ok=True)

    def _place(self, name: str, answers: list[dict[str, object]], message_id: str) -> None:
        table = pa.Table.from_pylist(answers, ANSWER_SCHEMA)
        write_answers(self._folders.incoming, name, table, [message_id])

    def _told(self, row: dict[str, str], at: datetime) -> dict[str, object]:
        fate = self._fate(row)
        reason = _REASONS[self._number(row, "reason") % len(_REASONS)]
        return {
            "key": row["key"],
            "attempt": int(row["attempt"]),
            "outcome": fate.value,
            "code": "" if fate is Outcome.DONE else reason,
            "at": at,
        }

    def _fate(self, row: dict[str, str]) -> Outcome:
        return Outcome.FAILED if self._draws(row, "failed") else Outcome.DONE

    def _draws(self, row: dict[str, str], fault: str) -> bool:
        limit: int = getattr(self._faults, fault)
        return self._number(row, fault) % 1_000 < limit

    def _number(self, row: dict[str, str], what: str) -> int:
        """A number by seed, message, attempt and fault: the same whenever it is asked."""
        text = f"{self._seed}|{row['key']}|{row['attempt']}|{what}"
        return int.from_bytes(sha256(text.encode()).digest()[:8])

    def _of(self, message_id: str) -> list[dict[str, str]]:
        return list(_read(self._books / f"{message_id}.csv"))

    def _rows(self) -> Iterator[dict[str, str]]:
        for path in sorted(self._books.glob("[!.]*.csv")):
            yield from _read(path)


def _read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
