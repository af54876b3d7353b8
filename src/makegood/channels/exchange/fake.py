"""A partner that takes item files and answers them: for trials and rehearsals, never for real.

It keeps books of what it did, one Parquet file for each message, and a queue of answers that are
not due yet. Both are placed whole, so it may be killed at any instant and started again. What it
does with an item hangs on the seed, the key and the attempt alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq

from makegood.channels.contract import ANSWER_SCHEMA
from makegood.channels.exchange.answers import write_answers
from makegood.channels.exchange.items import Control
from makegood.channels.exchange.partners import PartnerFolders
from makegood.channels.exchange.placing import place_new
from makegood.channels.exchange.untaken import NOT_RECEIVED

_BOOK = """
SELECT key, attempt, line_id, amount, quantity,
       CASE WHEN draw < {failed} THEN 'failed' ELSE 'done' END AS outcome,
       CASE WHEN draw < {failed} THEN 'line_not_active' ELSE '' END AS code,
       draw >= {failed} AND draw < {failed} + {silent} AS is_silent,
       draw >= {failed} + {silent} AND draw < {failed} + {silent} + {late} AS is_late
FROM (
    SELECT *, (md5_number_lower(concat_ws(':', key, attempt, '{seed}')) % 1000)::INT AS draw
    FROM items
)
"""
_ITEM_TYPES = {
    "item": pa.int64(),
    "key": pa.string(),
    "attempt": pa.int16(),
    "line_id": pa.string(),
    "customer_id": pa.string(),
    "amount": pa.int64(),
    "quantity": pa.int64(),
    "detail": pa.string(),
}


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the partner is. Shares are out of 1,000, of items or of files.

    ``parts`` is in how many files it answers; ``late`` items are answered ``late_by`` later;
    ``silent`` ones only when it is asked. ``doubled`` files come twice, under two names.
    ``without_receipt`` messages it takes away and says nothing. ``replies_first`` is one that
    answers enquiries before it takes what lies there, against docs/channels.md.
    """

    failed: int = 0
    silent: int = 0
    late: int = 0
    late_by: timedelta = timedelta(days=2)
    doubled: int = 0
    without_receipt: int = 0
    parts: int = 1
    replies_first: bool = False


GOOD = Behaviour()
HARD = Behaviour(failed=20, silent=30, late=100, doubled=300, without_receipt=200, parts=3)


class WrongMessage(Exception):
    """What was placed for the partner is not what its control file says."""


class FakePartner:
    """The partner at the other end of an exchange folder; ``own`` is where its books lie."""

    def __init__(
        self, folders: PartnerFolders, own: Path, *, seed: int = 1, behaviour: Behaviour = GOOD
    ) -> None:
        self._folders = folders
        self._books, self._queue, self._taken = own / "books", own / "queue", own / "taken"
        self._seed, self._behaviour = seed, behaviour
        for each in (self._books, self._queue, self._taken):
            each.mkdir(parents=True, exist_ok=True)

    def step(self, at: datetime) -> int:
        """Take what is there, answer what is due by then, answer enquiries; how much was done.

        Raises WrongMessage where the rows are not those of the control file.
        """
        work = self._reply_to_all() if self._behaviour.replies_first else 0
        for control in sorted(self._folders.out.glob("*.json")):
            self._take(control, at)
            work += 1
        for queued in sorted(self._queue.glob("*.parquet")):
            work += self._answer(queued, at)
        return work if self._behaviour.replies_first else work + self._reply_to_all()

    @property
    def waits(self) -> int:
        """Answer files that are not due yet."""
        return len(list(self._queue.glob("*.parquet")))

    # --- What an oracle asks ---

    def granted(self) -> dict[str, int]:
        """How often each key was carried out: of one attempt once, however often it came."""
        done = "SELECT DISTINCT key, attempt FROM books WHERE outcome = 'done'"
        return dict(self._asked(f"SELECT key, count(*) FROM ({done}) GROUP BY key"))

    def amounts(self) -> dict[str, tuple[int, int]]:
        """Amount and quantity that each key was carried out with, over all attempts."""
        done = "SELECT DISTINCT key, attempt, amount, quantity FROM books WHERE outcome = 'done'"
        rows = self._asked(
            f"SELECT key, sum(amount)::BIGINT, sum(quantity)::BIGINT FROM ({done}) GROUP BY key"
        )
        return {key: (amount, quantity) for key, amount, quantity in rows}

    def seen_twice(self) -> list[str]:
        """Keys of which the same attempt came in more than one message."""
        query = "SELECT key FROM books GROUP BY key, attempt HAVING count(*) > 1 ORDER BY key"
        return [row[0] for row in self._asked(query)]

    def came_again(self) -> list[str]:
        """Messages that were placed once more after they had been taken."""
        times = Counter(path.name.partition("_")[0] for path in self._taken.iterdir())
        return sorted(message_id for message_id, count in times.items() if count > 1)

    def _asked(self, query: str) -> list[tuple]:  # type: ignore[type-arg]
        if not any(self._books.glob("*.parquet")):
            return []
        with duckdb.connect() as connection:
            connection.from_parquet(str(self._books / "*.parquet")).create_view("books")
            return connection.execute(query).fetchall()

    # --- Messages ---

    def _take(self, path: Path, at: datetime) -> None:
        control = Control.read(path)
        rows = path.with_suffix(".csv")
        # One placing is one file, however often this is killed and starts again.
        (self._taken / f"{control.message_id}_{path.stat().st_mtime_ns}").touch()
        if not (self._books / f"{control.message_id}.parquet").exists():
            book = self._book(control, rows)
            self._put_in_queue(control.message_id, book, at)
            self._place(self._books / f"{control.message_id}.parquet", book)
        if self._draw(control.message_id, "receipt") >= self._behaviour.without_receipt:
            place_new(self._folders.out / f"{control.message_id}.taken", lambda it: it.touch())
        # The rows alone are no message: the control file goes first.
        path.unlink()
        rows.unlink(missing_ok=True)

    def _book(self, control: Control, rows: Path) -> pa.Table:
        """What becomes of each item of a message. Raises WrongMessage."""
        data = rows.read_bytes()
        items = pv.read_csv(
            pa.py_buffer(data),
            convert_options=pv.ConvertOptions(
                column_types=_ITEM_TYPES, null_values=[""], strings_can_be_null=False
            ),
        )
        found = (
            items.num_rows,
            pc.sum(items["amount"]).as_py() or 0,
            pc.sum(items["quantity"]).as_py() or 0,
            len(data),
            sha256(data).hexdigest(),
        )
        said = (control.rows, control.amount, control.quantity, control.bytes, control.sha256)
        if found != said:
            raise WrongMessage(f"{control.message_id}: {found} instead of {said}")
        query = _BOOK.format(
            failed=self._behaviour.failed,
            silent=self._behaviour.silent,
            late=self._behaviour.late,
            seed=self._seed,
        )
        with duckdb.connect() as connection:
            connection.register("items", items)
            return connection.sql(query).to_arrow_table()

    # --- Answers ---

    def _put_in_queue(self, message_id: str, book: pa.Table, at: datetime) -> None:
        """The answers to a message, in parts, each under the instant when it is due."""
        loud = book.filter(pc.invert(book["is_silent"]))
        late = loud.filter(loud["is_late"])
        usual = loud.filter(pc.invert(loud["is_late"]))
        size = max(1, -(-usual.num_rows // self._behaviour.parts))
        parts = [(at, usual.slice(n, size)) for n in range(0, usual.num_rows, size)]
        if late.num_rows:
            parts.append((at + self._behaviour.late_by, late))
        # The last part comes first: nothing says that answers come in order.
        for number, (due, part) in enumerate(reversed(parts), 1):
            copies = 1 + (self._draw(f"{message_id}{number}", "twice") < self._behaviour.doubled)
            for copy in range(1, copies + 1):
                name = f"{int(due.timestamp()):012}_{message_id}_{number}_{copy}.parquet"
                self._place(self._queue / name, _answers(part, due))

    def _answer(self, queued: Path, at: datetime) -> int:
        due, message_id, number, copy = queued.stem.split("_")
        if int(due) > at.timestamp():
            return 0
        name = f"{message_id}_{number}_{copy}"
        write_answers(self._folders.incoming, name, pq.read_table(queued), [message_id])
        queued.unlink()
        return 1

    def _reply_to_all(self) -> int:
        controls = sorted(self._folders.ask.glob("*.json"))
        for control in controls:
            self._reply(control)
        return len(controls)

    def _reply(self, path: Path) -> None:
        said = json.loads(path.read_text(encoding="utf-8"))
        rows = path.with_suffix(".csv")
        book = self._books / f"{said['message_id']}.parquet"
        if said["about"] == "message":
            write_answers(
                self._folders.incoming,
                said["enquiry_id"],
                ANSWER_SCHEMA.empty_table(),
                [said["message_id"]],
                enquiry_id=said["enquiry_id"],
                taken="yes" if book.exists() else "no",
            )
        else:
            types = {"key": pa.string(), "attempt": pa.int16()}
            asked = pv.read_csv(rows, convert_options=pv.ConvertOptions(column_types=types))
            table = _found(asked["key"].to_pylist(), asked["attempt"].to_pylist(), book)
            name = f"asked_{said['enquiry_id']}"
            write_answers(self._folders.incoming, name, table, [said["message_id"]])
        path.unlink()
        rows.unlink(missing_ok=True)

    def _draw(self, name: str, what: str) -> int:
        """A number below 1,000 that hangs on the seed and the name alone."""
        return int(sha256(f"{self._seed}:{what}:{name}".encode()).hexdigest()[:8], 16) % 1000

    @staticmethod
    def _place(path: Path, table: pa.Table) -> None:
        place_new(path, lambda hidden: pq.write_table(table, hidden))


def _answers(book: pa.Table, at: datetime | None) -> pa.Table:
    """Rows of a book as answers; ``at`` is when the partner says it was."""
    moment = at.astimezone(UTC) if at else None
    times = pa.array([moment] * book.num_rows, ANSWER_SCHEMA.field("at").type)
    return book.select(ANSWER_SCHEMA.names[:-1]).append_column("at", times).cast(ANSWER_SCHEMA)


def _found(keys: Sequence[str], attempts: Sequence[int], book: Path) -> pa.Table:
    """What the book says of each; an item that is not in it was never received."""
    booked = pq.read_table(book).to_pylist() if book.exists() else []
    known = {(row["key"], row["attempt"]): (row["outcome"], row["code"]) for row in booked}
    pairs = list(zip(keys, attempts, strict=True))
    said = [known.get(pair, ("failed", NOT_RECEIVED)) for pair in pairs]
    columns = [list(keys), list(attempts), [it[0] for it in said], [it[1] for it in said]]
    return pa.table([*columns, [None] * len(pairs)], schema=ANSWER_SCHEMA)
