"""The whole database into a file, and back: PostgreSQL's own ``pg_dump`` and ``pg_restore``."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO

import psycopg

from makegood.kernel import Finding, MakegoodError
from makegood.store.address import Address
from makegood.store.programs import (
    ProgramFailed,
    folder_of_programs,
    last_words,
    plain_environment,
    run,
)
from makegood.store.roles import DEFAULT_RIGHTS

_CHUNK_BYTES = 1 << 20
_PREAMBLE_LINES_MAX = 60
# What a database gets from whoever makes it; another server's roles have other names.
_NOT_TAKEN = ("DEFAULT ACL", "ACL - SCHEMA public", "SCHEMA - public", "COMMENT - SCHEMA public")
# Servers before version 17 do not know it, and it says what is so anyway.
_NOT_SAID = b"SET transaction_timeout = 0;\n"
# Made again from the ledger's transfers; they say something on the server alone that made them.
_MADE_AGAIN = ("ledger_sum", "ledger_horizon")
_EMPTY_IT = b"DROP OWNED BY CURRENT_USER CASCADE;\n"

Told = Callable[[int], None]
"""Called with the bytes done so far."""


def dump(address: Address, snapshot: str, file: Path) -> None:
    """Write the database, as an exported snapshot sees it, to ``file``.

    Raises MakegoodError MG716 where ``pg_dump`` fails, OSError where the file cannot be written.
    """
    # The program works in the root folder, and keeps the rights of a file that is there.
    file = file.absolute()
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    arguments = ["--format=custom", "--compress=gzip:1", "--no-owner", f"--snapshot={snapshot}"]
    arguments += [f"--file={file}", "--schema=public", f"--dbname={_without_password(address)}"]
    arguments += [f"--exclude-table-data=public.{name}" for name in _MADE_AGAIN]
    try:
        run("pg_dump", arguments, environment=_password(address))
    except ProgramFailed as error:
        raise _failed("pg_dump", str(error)) from None


def load(owner: Address, file: Path, told: Told) -> None:
    """Replace everything the owner has in the database by what ``dump`` wrote, or nothing of it.

    It is one transaction, which is committed by the last thing that is sent: killed at any point,
    or where anything fails, the database is as it was. Raises MakegoodError MG716.
    """
    file = file.absolute()
    contents = _contents(file)
    environment = {**plain_environment(), **_password(owner)}
    reading = [str(folder_of_programs() / "pg_restore"), "--no-owner", "--file=-"]
    writing = [str(folder_of_programs() / "psql"), "--no-psqlrc", "--quiet"]
    writing += [
        "--set=ON_ERROR_STOP=1",
        "--output=/dev/null",
        f"--dbname={_without_password(owner)}",
    ]
    wanted = file.with_name(f"{file.name}.contents")
    try:
        wanted.write_text("\n".join(contents) + "\n", encoding="utf-8")
        with (
            subprocess.Popen(  # noqa: S603 - the wheel's own program
                [*reading, f"--use-list={wanted}", str(file)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
            ) as source,
            subprocess.Popen(  # noqa: S603 - the wheel's own program
                writing, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
            ) as goal,
        ):
            _pour(source, goal, told)
    finally:
        wanted.unlink(missing_ok=True)


def _pour(source: subprocess.Popen[bytes], goal: subprocess.Popen[bytes], told: Told) -> None:
    """Send what one program writes to the other, between BEGIN and COMMIT."""
    given, taken = source.stdout, goal.stdin
    if given is None or taken is None:
        raise RuntimeError("both programs were started with pipes")
    try:
        taken.write(b"BEGIN;\n" + _EMPTY_IT)
        _preamble(given, taken)
        done = 0
        while chunk := given.read(_CHUNK_BYTES):
            taken.write(chunk)
            done += len(chunk)
            told(done)
        if source.wait() != 0:
            # Without COMMIT nothing has happened.
            goal.kill()
            said = source.stderr.read() if source.stderr else b""
            raise _failed("pg_restore", last_words(said))
        rights = ";\n".join(DEFAULT_RIGHTS)
        taken.write(f"\n{rights};\nCOMMIT;\n".encode())
        taken.close()
    except BrokenPipeError:
        source.kill()
    said = goal.stderr.read() if goal.stderr else b""
    if goal.wait() != 0:
        raise _failed("psql", last_words(said))


def _preamble(given: IO[bytes], taken: IO[bytes]) -> None:
    for _ in range(_PREAMBLE_LINES_MAX):
        line = given.readline()
        if line != _NOT_SAID:
            taken.write(line)


def _contents(file: Path) -> list[str]:
    """What a dump holds, without what another server has of its own."""
    try:
        listed = run("pg_restore", ["--list", str(file)]).splitlines()
    except ProgramFailed as error:
        raise _failed("pg_restore", str(error)) from None
    return [line for line in listed if not any(f" {kind} " in f"{line} " for kind in _NOT_TAKEN)]


def others_at_work(owner: psycopg.Connection) -> int:
    """How many other connections there are to this database, those of its upkeep apart."""
    row = owner.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND usename IS NOT NULL"
    ).fetchone()
    return int(row[0]) if row else 0


def rows_of_tables(connection: psycopg.Connection) -> dict[str, int]:
    """How many rows each table of the program holds, by its name; those that no dump has apart."""
    names = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " ORDER BY relname"
    ).fetchall()
    counted = {}
    for (name,) in names:
        if name in _MADE_AGAIN:
            continue
        query = psycopg.sql.SQL("SELECT count(*) FROM public.{}")
        row = connection.execute(query.format(psycopg.sql.Identifier(name))).fetchone()
        counted[str(name)] = int(row[0]) if row else 0
    return counted


def _without_password(address: Address) -> str:
    """For the command line, where every account of the machine can read it."""
    return replace(address, password="").connection_string


def _password(address: Address) -> dict[str, str]:
    return {"PGPASSWORD": address.password} if address.password else {}


def _failed(program: str, said: str) -> MakegoodError:
    hint = "see that the server runs and has room, then run it again; nothing was changed"
    return MakegoodError(Finding("MG716", f"{program} did not do it: {said}", hint))
