"""The folder side of a fake bank: it fetches payment files, books them once, and answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from makegood.channels.bank.fake.behaviour import Behaviour
from makegood.channels.bank.fake.books import Booked, Books
from makegood.channels.bank.fake.messages import (
    Entry,
    Orders,
    Refused,
    Status,
    message_id_of,
    notification,
    read_orders,
    status_report,
)

MINOR_DIGITS = {"KRW": 0, "CAD": 2, "USD": 2, "EUR": 2}
_REJECTIONS = ("AC01", "AC04", "AC06", "AG01")
_RETURNS = ("AC03", "AC04", "BE04")


class FakeBank:
    """A bank behind ``folder``, the exchange folder of the bank; its books are the file ``state``.

    It may be killed at any instant: whoever opens the same books goes on. A message is taken once
    by its MsgId, a payment once by its InstrId.
    """

    def __init__(
        self,
        folder: Path,
        state: Path,
        behaviour: Behaviour | None = None,
        *,
        status_report_version: str = "03",
    ) -> None:
        self.behaviour = behaviour or Behaviour()
        self.books = Books(state)
        self._out, self._in = folder / "out", folder / "in"
        self._version = status_report_version

    def open_account(self, bank_code: str, number: str, holder: str) -> None:
        """An account that can be paid to; one that was closed is open again."""
        self.open_accounts([(bank_code, number, holder)])

    def open_accounts(self, accounts: Sequence[tuple[str, str, str]]) -> None:
        """Many at once: bank code, number, holder."""
        with self.books.writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO account VALUES (?, ?, ?, 1)", accounts)

    def close_account(self, bank_code: str, number: str) -> None:
        """An account that is there and takes nothing any more."""
        with self.books.writing() as connection:
            connection.execute(
                "UPDATE account SET is_open = 0 WHERE bank_code = ? AND number = ?",
                (bank_code, number),
            )

    def payments(self) -> list[Booked]:
        """Every payment in the books, for an oracle."""
        return self.books.payments()

    def repetitions(self) -> list[tuple[str, str]]:
        """InstrId and MsgId of payments that came again in another message; none was booked."""
        with self.books.reading() as connection:
            return list(connection.execute("SELECT instruction, message_id FROM repetition"))

    def work(self, now: datetime) -> int:
        """Fetch what lies there, carry out what is due, send what is due; how many things it did.

        ``now`` has a zone.
        """
        moment = now.astimezone(UTC)
        return (
            self._fetch(moment) + self._execute(moment) + self._return(moment) + self._send(moment)
        )

    def _fetch(self, now: datetime) -> int:
        done = 0
        for path in sorted(self._out.glob("[!.]*.xml")) if self._out.is_dir() else ():
            with suppress(FileNotFoundError):
                content = path.read_bytes()
                self._receive(content, now)
                if self.behaviour.does("doubled", path.stem):
                    self._receive(content, now)
                path.unlink()
                path.with_suffix(".csv").unlink(missing_ok=True)
                done += 1
        return done

    def _receive(self, content: bytes, now: datetime) -> None:
        try:
            self._book(read_orders(content, MINOR_DIGITS), now)
        except Refused as problem:
            self._refuse(message_id_of(content), str(problem), now)

    def _book(self, orders: Orders, now: datetime) -> None:
        at = datetime(orders.due_on.year, orders.due_on.month, orders.due_on.day, tzinfo=UTC)
        about = (orders.minor_digits, orders.currency, max(at, now).isoformat())
        with self.books.writing() as connection:
            known = connection.execute(
                "INSERT OR IGNORE INTO message"
                " (message_id, count, total, minor_digits, currency, execute_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (orders.message_id, len(orders.payments), orders.total, *about),
            )
            if not known.rowcount:
                if self.behaviour.refuses_duplicates:
                    self._refuse_duplicate(connection, orders.message_id, [], now)
                return
            repeated: list[Status] = []
            for each in orders.payments:
                booked = connection.execute(
                    "INSERT OR IGNORE INTO payment (instruction, key, message_id, amount,"
                    " bank_code, number, holder) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (each.instruction, each.key, orders.message_id, *each[2:]),
                )
                if not booked.rowcount:
                    connection.execute(
                        "INSERT INTO repetition VALUES (?, ?)",
                        (each.instruction, orders.message_id),
                    )
                    repeated.append(Status(each.instruction, each.key, "RJCT", "AM05", now))
            if repeated and self.behaviour.refuses_duplicates:
                self._refuse_duplicate(connection, orders.message_id, repeated, now)

    def _refuse_duplicate(
        self,
        connection: sqlite3.Connection,
        message_id: str,
        payments: list[Status],
        now: datetime,
    ) -> None:
        """It has these payments, or the whole message, already."""
        name = _next_name(connection, f"PD-{message_id[:24]}")
        whole = None if payments else ("RJCT", "DU01")
        content = status_report(
            name, message_id, payments, at=now, whole=whole, version=self._version
        )
        self._schedule(connection, name, content, now)

    def _refuse(self, message_id: str, code: str, now: datetime) -> None:
        if not message_id:
            return
        name = f"PS-{message_id[:24]}-0"
        content = status_report(
            name, message_id, (), at=now, whole=("RJCT", code), version=self._version
        )
        with self.books.writing() as connection:
            _keep(connection, f"{name}.xml", content, now)

    def _execute(self, now: datetime) -> int:
        with self.books.reading() as connection:
            due = connection.execute(
                "SELECT message_id FROM message WHERE NOT is_executed AND execute_at <= ?"
                " ORDER BY execute_at, message_id",
                (now.isoformat(),),
            ).fetchall()
        for (message_id,) in due:
            with self.books.writing() as connection:
                changed = connection.execute(
                    "UPDATE message SET is_executed = 1 WHERE message_id = ? AND NOT is_executed",
                    (message_id,),
                )
                if changed.rowcount:
                    self._carry_out(connection, message_id, now)
        return len(due)

    def _carry_out(self, connection: sqlite3.Connection, message_id: str, now: datetime) -> None:
        behaviour = self.behaviour
        statuses: list[Status] = []
        entries: list[Entry] = []
        rows = connection.execute(
            "SELECT instruction, key, amount, holder, a.is_open FROM payment p"
            " LEFT JOIN (SELECT bank_code, number, is_open FROM account) a"
            " USING (bank_code, number) WHERE message_id = ? AND state = 'waiting'"
            " ORDER BY instruction",
            (message_id,),
        ).fetchall()
        changes = []
        for instruction, key, amount, _, is_open in rows:
            code = self._rejection(instruction, is_open)
            comes_back = not code and behaviour.does("returns", instruction)
            back = now + timedelta(days=behaviour.return_days) if comes_back else None
            state = "rejected" if code else "paid"
            changes.append(
                (state, code, now.isoformat(), back.isoformat() if back else None, instruction)
            )
            if behaviour.does("silent", instruction):
                continue
            statuses.append(Status(instruction, key, "RJCT" if code else "ACSC", code, now))
            if not code:
                entries.append(Entry(instruction, key, message_id, amount, ""))
        connection.executemany(
            "UPDATE payment SET state = ?, code = ?, at = ?, return_at = ? WHERE instruction = ?",
            changes,
        )
        self._report(connection, message_id, statuses, now)
        if entries:
            self._notify(connection, f"DN-{message_id[:24]}", message_id, entries, now)

    def _rejection(self, instruction: str, is_open: int | None) -> str:
        if is_open is None and not self.behaviour.takes_any_account:
            return "AC01"
        if is_open == 0:
            return "AC04"
        if self.behaviour.does("rejects", instruction):
            return _REJECTIONS[int(self.behaviour.draw("why", instruction) * len(_REJECTIONS))]
        return ""

    def _return(self, now: datetime) -> int:
        with self.books.writing() as connection:
            rows = connection.execute(
                "SELECT instruction, key, message_id, amount FROM payment"
                " WHERE return_at <= ? AND state = 'paid' ORDER BY message_id, instruction",
                (now.isoformat(),),
            ).fetchall()
            by_message: dict[str, list[Entry]] = {}
            for instruction, key, message_id, amount in rows:
                code = _RETURNS[int(self.behaviour.draw("back", instruction) * len(_RETURNS))]
                entry = Entry(instruction, key, message_id, amount, code)
                by_message.setdefault(message_id, []).append(entry)
                connection.execute(
                    "UPDATE payment SET state = 'returned', code = ? WHERE instruction = ?",
                    (code, instruction),
                )
            for message_id, entries in by_message.items():
                name = _next_name(connection, f"CN-{message_id[:24]}")
                self._notify(connection, name, message_id, entries, now)
        return len(rows)

    def _report(
        self,
        connection: sqlite3.Connection,
        message_id: str,
        statuses: list[Status],
        now: datetime,
    ) -> None:
        """Status reports of a message: in one or two parts, late or not, once or twice."""
        if not statuses:
            return
        half = len(statuses) // 2 if self.behaviour.does("partial", message_id) else 0
        parts = [statuses[:half], statuses[half:]] if half else [statuses]
        for number, part in enumerate(parts, start=1):
            name = f"PS-{message_id[:24]}-{number}"
            content = status_report(name, message_id, part, at=now, version=self._version)
            self._schedule(connection, name, content, now + timedelta(days=number - 1))

    def _notify(
        self,
        connection: sqlite3.Connection,
        name: str,
        message_id: str,
        entries: list[Entry],
        now: datetime,
    ) -> None:
        minor_digits, currency = connection.execute(
            "SELECT minor_digits, currency FROM message WHERE message_id = ?", (message_id,)
        ).fetchone()
        content = notification(name, entries, at=now, currency=currency, minor_digits=minor_digits)
        self._schedule(connection, name, content, now)

    def _schedule(
        self, connection: sqlite3.Connection, name: str, content: bytes, due_at: datetime
    ) -> None:
        behaviour = self.behaviour
        if behaviour.does("late", name):
            due_at += timedelta(days=behaviour.late_days)
        _keep(connection, f"{name}.xml", content, due_at)
        if behaviour.does("twice", name):
            _keep(connection, f"{name}-again.xml", content, due_at + timedelta(hours=6))

    def _send(self, now: datetime) -> int:
        with self.books.reading() as connection:
            due = connection.execute(
                "SELECT name, content FROM file WHERE NOT is_written AND due_at <= ?"
                " ORDER BY due_at, name",
                (now.isoformat(),),
            ).fetchall()
        self._in.mkdir(parents=True, exist_ok=True)
        for name, content in due:
            partial = self._in / f".{name}.part"
            partial.write_bytes(content)
            partial.replace(self._in / name)
            with self.books.writing() as connection:
                connection.execute("UPDATE file SET is_written = 1 WHERE name = ?", (name,))
        return len(due)


def _keep(connection: sqlite3.Connection, name: str, content: bytes, due_at: datetime) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO file (name, content, due_at) VALUES (?, ?, ?)",
        (name, content, due_at.isoformat()),
    )


def _next_name(connection: sqlite3.Connection, beginning: str) -> str:
    """A name that no file had: a message's payments come back on many days."""
    (count,) = connection.execute(
        "SELECT count(*) FROM file WHERE name GLOB ?", (f"{beginning}-*",)
    ).fetchone()
    return f"{beginning}-{count + 1}"
