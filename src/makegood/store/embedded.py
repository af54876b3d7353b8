"""PostgreSQL out of a wheel, in the data folder, on a socket that only this account reaches.

The server is started by whoever needs it first and stopped by whoever leaves last. Every process
that uses it holds a shared lock on a file, which the system lets go when the process ends, however
it ends: so a killed process neither keeps the server alive nor takes it from the others. Where the
last one is killed, the server stays; the next one finds it and stops it at its own end.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from makegood.kernel import MakegoodError
from makegood.store.account import server_account
from makegood.store.address import Address
from makegood.store.cluster import PORT, SUPERUSER, Cluster
from makegood.store.problems import (
    does_not_run,
    does_not_start,
    no_room,
    other_version,
    unusable_folder,
)
from makegood.store.programs import MAJOR_VERSION, ProgramFailed
from makegood.store.roles import (
    OWNER_ROLE,
    PROGRAM_GROUP,
    PROGRAM_ROLE,
    give_rights,
    make_group,
    make_role,
)

DATABASE = "makegood"
_ROLES = (SUPERUSER, OWNER_ROLE, PROGRAM_ROLE)
# The number of the lock under which a server is furnished, in each of its databases.
_FURNISHING = 7_042
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


class Embedded:
    """The server in ``home``; it need not run yet.

    ``tuning`` overrides settings of the server; tests use it, the product does not.
    """

    def __init__(self, home: Path, tuning: Mapping[str, str] | None = None) -> None:
        self.home = home.expanduser().resolve()
        self.folder = self.home / "postgresql"
        self._tuning = tuning

    @property
    def cluster(self) -> Cluster:
        """The data folder of the server. Raises MakegoodError MG704 where no account may run it."""
        return Cluster(self.folder, server_account(), self._tuning)

    # --- Addresses ---

    @property
    def _passwords(self) -> Path:
        return self.home / "secrets" / "database.json"

    def address(self, role: str, database: str = DATABASE) -> Address:
        """Where a role finds a database of it. Raises MakegoodError MG704 unless it runs."""
        running = self.cluster.running()
        if running is None:
            raise does_not_run()
        return Address(
            str(running.socket_folder), PORT, database, role, self._read_passwords()[role]
        )

    @property
    def is_running(self) -> bool:
        """Whether the server runs and lets anybody in."""
        running = self.cluster.running()
        return running is not None and running.is_ready

    # --- Running ---

    @contextmanager
    def used(self) -> Iterator[None]:
        """The server runs while this holds; the last of all processes to leave stops it.

        Raises MakegoodError MG704, MG705, MG708, MG709.
        """
        self._make_folders()
        with self._users().open("a+b") as users:
            with self._alone() as lock:
                self._start(lock)
                fcntl.flock(users, fcntl.LOCK_SH)
            try:
                yield
            finally:
                self._leave(users.fileno())

    def ensure(self) -> bool:
        """Start the server again where it died while in use; whether that was so.

        Raises MakegoodError as ``used`` does.
        """
        if self.is_running:
            return False
        with self._alone() as lock:
            if self.is_running:
                return False
            self._start(lock)
            return True

    def _leave(self, users: int) -> None:
        with self._alone():
            fcntl.flock(users, fcntl.LOCK_UN)
            with suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.cluster.stop()

    def _users(self) -> Path:
        return self.home / "store.users"

    @contextmanager
    def _alone(self) -> Iterator[int]:
        """One process at a time starts or stops the server; the locked file."""
        with (self.home / "store.lock").open("a+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield lock.fileno()

    def _make_folders(self) -> None:
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._passwords.parent.mkdir(mode=0o700, exist_ok=True)
            self._passwords.parent.chmod(0o700)
            for file in (self.home / "store.lock", self._users()):
                file.touch(mode=0o600)
        except OSError as error:
            raise _told(error, self.home) from None

    def _start(self, lock: int) -> None:
        cluster = self.cluster
        try:
            if cluster.version is None:
                self._make(cluster, lock)
            elif cluster.version != MAJOR_VERSION:
                raise other_version(cluster.version, MAJOR_VERSION)
            elif not self._passwords.exists():
                self._replace_passwords(cluster)
            cluster.start()
        except ProgramFailed as error:
            raise does_not_start(str(error)) from None
        except OSError as error:
            raise _told(error, self.home) from None
        if not self._ready().exists():
            self._furnish()

    # --- Making ---

    def _ready(self) -> Path:
        return self.home / "store.ready"

    def _make(self, cluster: Cluster, lock: int) -> None:
        """A new data folder. The passwords come first: a folder without them would be of no use."""
        if self.folder.exists() and any(self.folder.iterdir()):
            raise unusable_folder(self.folder.name, "it is not a database's folder")
        self._ready().unlink(missing_ok=True)
        if not self._passwords.exists():
            self._write_passwords(_new_passwords())
        cluster.make(self._read_passwords()[SUPERUSER], lock)

    def _replace_passwords(self, cluster: Cluster) -> None:
        """Whoever has the folder is its administrator: lost passwords are made anew."""
        if cluster.running() is not None:
            raise unusable_folder("secrets", "the database's passwords are gone while it runs")
        self._ready().unlink(missing_ok=True)
        # Killed in between, the file is still missing, and the next start does it again.
        passwords = _new_passwords()
        cluster.set_password(passwords[SUPERUSER])
        self._write_passwords(passwords)

    def _write_passwords(self, passwords: Mapping[str, str]) -> None:
        partial = self._passwords.with_name("database.json.partial")
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(passwords, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._passwords)

    def _read_passwords(self) -> dict[str, str]:
        try:
            found = json.loads(self._passwords.read_text(encoding="utf-8"))
            return {role: str(found[role]) for role in _ROLES}
        except (OSError, ValueError, KeyError, TypeError):
            raise unusable_folder("secrets", "'database.json' cannot be read") from None

    def _furnish(self) -> None:
        """Roles and the database, once; a run that was killed in between begins again."""
        passwords = self._read_passwords()
        with self.address(SUPERUSER, "postgres").connect(autocommit=True) as connection:
            # What a killed start asked for, the server may still be at: it is waited for.
            connection.execute("SELECT pg_advisory_lock(%s)", [_FURNISHING])
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
            connection.execute("SELECT pg_advisory_lock(%s)", [_FURNISHING])
            give_rights(connection)
        self._ready().touch()


def _new_passwords() -> dict[str, str]:
    return {role: secrets.token_urlsafe(32) for role in _ROLES}


def _told(error: OSError, home: Path) -> MakegoodError:
    """What the file system refuses, as a finding."""
    reason = (error.strerror or type(error).__name__).lower()
    return no_room(reason) if error.errno in _NO_ROOM else unusable_folder(home.name, reason)
