"""No personal data outside the vault's ciphertexts: every file is searched for planted values.

``assert_nothing_leaked(database, planted)`` looks for each planted value, in every form in which a
program could have written it, in all files of the test's database, the server's write-ahead log and
own log, its temporary files, and the data folder; and in whatever texts the caller adds, such as
what a command printed.

``nothing_leaks`` does so after a test, quickly: of the write-ahead log it reads what was written
meanwhile, of the tables what is not as it was in the template. It also searches the program's log
and the events that a monitoring server would be sent.
"""

import json
import logging
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from structlog.stdlib import ProcessorFormatter

from tests.store_fixture import TEMPLATE, Database

_SHARED = ("global", "pg_wal", "base/pgsql_tmp", "pg_replslot", "pg_logical", "pg_stat")
"""Folders of the server's that all databases share."""


def forms(value: str) -> dict[str, bytes]:
    """A value as it may lie in a file: by the name of the form."""
    utf8 = value.encode()
    found = {
        "UTF-8": utf8,
        "UTF-16 little": value.encode("utf-16-le"),
        "UTF-16 big": value.encode("utf-16-be"),
        "hex": utf8.hex().encode(),
        "HEX": utf8.hex().upper().encode(),
        "JSON": json.dumps(value)[1:-1].encode(),
        "URL": quote(value).encode(),
    }
    # Base64 writes three bytes as four letters: a value begins at one of three places of a group,
    # and its first and last letters depend on what stands beside it.
    for shift in range(3):
        padded = b64encode(b"\0" * shift + utf8)
        inside = padded[-(-shift * 8 // 6) : len(padded) - 4]
        found[f"base64 {shift}"] = inside
        found[f"base64 URL {shift}"] = inside.replace(b"+", b"-").replace(b"/", b"_")
    return {name: form for name, form in found.items() if len(form) >= 8}


def assert_nothing_leaked(
    database: Database, planted: Iterable[str], *texts: str | bytes, beside: Iterable[Path] = ()
) -> None:
    """Fail where a planted value is anywhere outside the ciphertexts. Names places, not values.

    ``beside`` are files that may hold the values: the source that was loaded.
    """
    wanted = _wanted(planted)
    for place, content in _contents(database, set(beside)):
        _expect_none(place, content, wanted)
    for text in texts:
        _expect_none("a text", text.encode() if isinstance(text, str) else text, wanted)


def assert_nothing_in(folder: Path, planted: Iterable[str], *texts: str) -> None:
    """Fail where a planted value is in a file below the folder, or in a text."""
    wanted = _wanted(planted)
    searched = 0
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            searched += 1
            _expect_none(str(file.relative_to(folder)), file.read_bytes(), wanted)
    assert searched, "there is nothing to search"
    for text in texts:
        _expect_none("a text", text.encode(), wanted)


@contextmanager
def nothing_leaks(
    database: Database, planted: Sequence[str], *, with_events: bool = True
) -> Iterator[None]:
    """Fail at the end where a planted value was written anywhere meanwhile but in ciphertexts."""
    with database.superuser.connect(autocommit=True) as connection:
        (begin,) = connection.execute("SELECT pg_current_wal_lsn()::text").fetchone() or ("",)
    with _listening() as told:
        yield
        events = _events_of(database) if with_events else b""
    wanted = _wanted(planted)
    _expect_none("the program's log", "\n".join(told).encode(), wanted)
    _expect_none("the events", events, wanted)
    for place, content in _written_since(database, begin):
        _expect_none(place, content, wanted)


@contextmanager
def _listening() -> Iterator[list[str]]:
    """The lines of the program's log, as the program writes them."""
    root, told = logging.getLogger(), list[str]()
    level = root.level
    (formatter,) = {
        handler.formatter
        for handler in root.handlers
        if isinstance(handler.formatter, ProcessorFormatter)
    }

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(self.format(record))

    keep = Keep()
    keep.setFormatter(formatter)
    root.addHandler(keep)
    # Another test may have left the log at errors alone.
    root.setLevel(logging.INFO)
    try:
        yield told
    finally:
        root.setLevel(level)
        root.removeHandler(keep)


def _events_of(database: Database) -> bytes:
    """All entries of the log as a monitoring server would be sent them, through a file."""
    from makegood.trust.audit import integrate_all
    from makegood.trust.monitoring import forward

    file = database.home / "leaks" / "events.jsonl"
    integrate_all()
    forward(database.settings.model_copy(update={"events": (file.as_uri(),)}))
    events = file.read_bytes()
    assert events, "no event was sent"
    return events


def _written_since(database: Database, begin: str) -> Iterator[tuple[str, bytes]]:
    with database.superuser.connect(autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        numbers: dict[str, str] = dict(
            connection.execute("SELECT datname, oid::text FROM pg_database").fetchall()
        )
        (name,) = connection.execute("SELECT current_database()").fetchone() or ("",)
        (end,) = connection.execute("SELECT pg_current_wal_lsn()::text").fetchone() or ("",)
        places = [
            connection.execute("SELECT * FROM pg_walfile_name_offset(%s)", [lsn]).fetchone()
            for lsn in (begin, end)
        ]
    server = database.server_folder
    own, template = server / "base" / numbers[name], server / "base" / numbers[TEMPLATE]
    files = 0
    for file in own.iterdir():
        files += 1
        content = file.read_bytes()
        before = template / file.name
        if not (before.exists() and before.read_bytes() == content):
            yield f"base/{file.name}", content
    assert files > 10, "the database's own files were not found"
    (first, from_byte), (last, to_byte) = (place or ("", 0) for place in places)
    for file in (server / "pg_wal").glob("[0-9A-F]" * 24):
        if first <= file.name <= last:
            content = file.read_bytes()
            # Behind the end lies what the segment held before it was taken into use again.
            content = content[: to_byte if file.name == last else None]
            yield f"pg_wal/{file.name}", content[from_byte if file.name == first else 0 :]
    for file in database.home.rglob("*"):
        if file.is_file() and not file.is_symlink():
            yield str(file.relative_to(database.home)), file.read_bytes()


def _wanted(planted: Iterable[str]) -> list[tuple[int, str, bytes]]:
    """Number of the value, name of the form, and the form."""
    found = [
        (number, name, form)
        for number, value in enumerate(planted)
        for name, form in forms(value).items()
    ]
    assert found, "nothing was planted"
    return found


def _expect_none(place: str, content: bytes, wanted: list[tuple[int, str, bytes]]) -> None:
    for number, name, form in wanted:
        where = content.find(form)
        assert where < 0, f"planted value {number} as {name} in {place} at byte {where}"


def _contents(database: Database, beside: set[Path]) -> Iterator[tuple[str, bytes]]:
    with database.superuser.connect(autocommit=True) as connection:
        # What is only in memory goes to disk before it is looked at.
        connection.execute("CHECKPOINT")
        row = connection.execute(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row is not None
    server = database.server_folder
    folders = [server / "base" / str(row[0]), *(server / each for each in _SHARED), database.home]
    files = [file for folder in folders for file in folder.rglob("*")]
    files += [file for file in server.iterdir() if file.suffix != ".pid"]
    heap = 0
    for file in files:
        if file in beside or not file.is_file() or file.is_symlink():
            continue
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            continue
        heap += str(row[0]) in file.parts
        yield str(file.relative_to(file.parents[1])), content
    assert heap > 10, "the database's own files were not found"
