"""A database for a test: cloned from a migrated template, on one server for all workers.

The server lies in a folder that all workers of a run share; the last of them stops it and removes
the folder. It does not wait for the disk: no test outlives the machine. So it lies in memory where
there is room: each clone is a thousand files. The folder's path is short, and outside the folder
whose permissions pytest sets anew for each run.
Django's default connection points at the clone, as the program's role.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from pydantic import SecretStr

from makegood.configuration import Settings
from makegood.store import Address, Store
from makegood.store import prepared as give_rights
from makegood.store.cluster import SUPERUSER
from makegood.store.embedded import Embedded
from makegood.store.roles import OWNER_ROLE, PROGRAM_ROLE

TEMPLATE = "makegood_template"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in it is made for its owner alone
MEMORY_BYTES_MIN = 6 << 30
"""So large it is where a server's files may lie in memory: they are some hundred megabytes."""
QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "64MB",
    "autovacuum_naptime": "1h",
}
"""How a server runs whose data nobody needs after the test."""


@dataclass(frozen=True)
class Database:
    """A test's own database, as each role reaches it, and the program's data folder."""

    home: Path
    program: Address
    owner: Address
    superuser: Address

    @property
    def environment(self) -> dict[str, str]:
        """What a child process needs to work on this database and data folder."""
        return {
            **os.environ,
            "MAKEGOOD_HOME": str(self.home),
            "MAKEGOOD_DATABASE_URL": self.program.connection_string,
            "MAKEGOOD_DATABASE_OWNER_URL": self.owner.connection_string,
        }

    @property
    def server_folder(self) -> Path:
        """The folder of the server's files: tables, write-ahead log, its own log."""
        return Path(self.program.host)

    @property
    def settings(self) -> Settings:
        """The settings with which a child process would run."""
        return Settings(
            home=self.home,
            database_url=SecretStr(self.program.connection_string),
            database_owner_url=SecretStr(self.owner.connection_string),
        )


class Server:
    """The server of a run of tests."""

    def __init__(self, run_folder: Path) -> None:
        name = sha256(os.fsencode(run_folder)).hexdigest()[:12]
        self.home = quick_folder() / f"makegood-tests-{os.getuid()}-{name}"
        self.embedded = Embedded(self.home, QUICK)
        self._lock = run_folder / "server.lock"

    @contextmanager
    def used(self) -> Iterator[None]:
        """The server runs and has its template; the last worker to leave removes it."""
        with self._lock.open("a+b") as users:
            flock(users, LOCK_SH)
            try:
                with self.embedded.used():
                    self.make_template()
                    yield
            finally:
                with suppress(BlockingIOError):
                    flock(users, LOCK_EX | LOCK_NB)
                    shutil.rmtree(self.home, ignore_errors=True)

    def addresses(self, database: str) -> Store:
        address = self.embedded.address
        return Store(
            address(PROGRAM_ROLE, database), address(OWNER_ROLE, database), is_embedded=False
        )

    def superuser(self, database: str = "postgres") -> Address:
        return self.embedded.address(SUPERUSER, database)

    def make_template(self) -> None:
        """The migrated database from which others are cloned; made by one worker."""
        done = self.home / "template.done"
        with (self.home / "template.lock").open("a+b") as lock:
            flock(lock, LOCK_EX)
            if done.exists():
                return
            self._create(TEMPLATE, "template1")
            store = self.addresses(TEMPLATE)
            give_rights(store)
            migrate(store)
            done.touch()

    def _create(self, name: str, template: str) -> None:
        with self.superuser().connect(autocommit=True) as connection:
            connection.execute(
                f'CREATE DATABASE "{name}" OWNER {OWNER_ROLE} TEMPLATE "{template}"'
                f" STRATEGY FILE_COPY"
            )

    @contextmanager
    def cloned(self, home: Path) -> Iterator[Database]:
        name = f"test_{uuid4().hex[:12]}"
        self._create(name, TEMPLATE)
        store = self.addresses(name)
        assert store.owner
        try:
            with pointed_at(store):
                yield Database(home, store.program, store.owner, self.superuser(name))
        finally:
            with self.superuser().connect(autocommit=True) as connection:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def quick_folder() -> Path:
    """Where files are quick: in memory, if it has a folder that is large enough, else on the disk.

    By its size, not by what is free: all workers of a run come to the same.
    """
    with suppress(OSError):
        if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).total >= MEMORY_BYTES_MIN:
            return MEMORY
    return Path(tempfile.gettempdir())


def migrate(store: Store) -> None:
    from makegood.project.preparing import bring_up_to_date

    with pointed_at(store):
        bring_up_to_date(store)


@contextmanager
def pointed_at(store: Store) -> Iterator[None]:
    """Django works on this store."""
    from makegood.project import databases
    from makegood.project.preparing import set_up

    set_up(store)
    databases.use(store)
    from django.db import connections

    try:
        yield
    finally:
        connections.close_all()
