"""No personal data outside the vault's ciphertexts: every file is searched for planted values.

``assert_nothing_leaked(database, planted)`` looks for each planted value, in every form in which a
program could have written it, in all files of the test's database, the server's write-ahead log and
own log, its temporary files, and the data folder; and in whatever texts the caller adds, such as
what a command printed.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from tests.store_fixture import Database

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
