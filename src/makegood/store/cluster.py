"""One data folder of PostgreSQL: made whole or not at all, started, found running, stopped."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

import psutil

from makegood.store.account import Account
from makegood.store.programs import (
    ProgramFailed,
    folder_of_programs,
    plain_environment,
    run,
    who,
)

PORT = 5432
SUPERUSER = "postgres"
_SOCKET_PATH_BYTES_MAX = 100
"""Linux allows 107 bytes and macOS 103; PostgreSQL adds a name and may add a suffix."""
_LOG_BYTES_MAX = 10_000_000
_START_SECONDS_MAX = 600
"""After a crash the server first replays its log, which takes as long as it takes."""
_STOP_SECONDS_MAX = 60
_RETRY_SECONDS_MAX = 20.0
_POLL_SECONDS = 0.05

# No statement, no value of one and no error's words go into the server's own log.
_CONFIGURATION: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "log_min_messages": "log",
    "log_checkpoints": "off",
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "lc_messages": "C",
    "timezone": "UTC",
    "default_text_search_config": "pg_catalog.simple",
}
_ACCESS = "# Written by makegood: nobody without a password, and nobody from the network.\n"
_ACCESS += "local all all scram-sha-256\n"
_IDENTITIES = "# Written by makegood: nobody.\n"


@dataclass(frozen=True, slots=True)
class Running:
    """A server at work: its process, where its socket lies, and whether it lets anybody in."""

    process_id: int
    socket_folder: Path
    is_ready: bool


class Cluster:
    """The data folder ``folder``, whose server runs under ``account``.

    ``tuning`` overrides settings of the server; tests use it, the product does not.
    """

    def __init__(
        self, folder: Path, account: Account, tuning: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.account = account
        self.log = folder / "log"
        self._tuning = dict(tuning or {})

    # --- Making ---

    @property
    def version(self) -> int | None:
        """The major version of PostgreSQL that made the folder; None where there is none."""
        try:
            return int((self.folder / "PG_VERSION").read_text(encoding="ascii").strip())
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None

    def make(self, password: str, lock: int) -> None:
        """A new data folder, closed from its first moment. Raises ProgramFailed, OSError.

        ``lock`` is an open file that its maker keeps locked, also where this process is killed.
        """
        self._clear_half_made()
        made = Path(tempfile.mkdtemp(prefix=f".{self.folder.name}-", dir=self.folder.parent))
        self.account.own(made, 0o700)
        self.account.pass_through(made)
        self._reach_programs()
        secret = made.with_name(f"{made.name}.password")
        try:
            secret.touch(mode=0o600)
            secret.write_text(password, encoding="ascii")
            self.account.own(secret, 0o600)
            options = ["--auth=scram-sha-256", f"--pwfile={secret}", f"--username={SUPERUSER}"]
            locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
            locale.append("--builtin-locale=C.UTF-8")
            nosync = ["--no-sync"] if self._tuning.get("fsync") == "off" else []
            everything = [*options, *locale, *nosync, "-D", str(made)]
            run("initdb", everything, account=self.account, held=[lock])
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
        finally:
            secret.unlink(missing_ok=True)
        made.rename(self.folder)

    def _clear_half_made(self) -> None:
        """Remove what a killed run left; whoever made it is gone, for the lock is ours."""
        with suppress(OSError):
            self.folder.rmdir()  # empty, or it stays
        for left in self.folder.parent.glob(f".{self.folder.name}-*"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)

    def set_password(self, password: str) -> None:
        """Give the administrator a password; the server must not run. Raises ProgramFailed."""
        arguments = ["--single", "-D", str(self.folder), "postgres"]
        command = f"ALTER ROLE {SUPERUSER} PASSWORD '{password}'\n"
        run("postgres", arguments, account=self.account, given=command)

    # --- Running ---

    def running(self) -> Running | None:
        """The server of this folder, if one is at work; a file left by a crash is none."""
        try:
            lines = (self.folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            process_id = int(lines[0])
        except (OSError, ValueError, IndexError):
            return None
        if not self._is_ours(process_id):
            return None
        ready = len(lines) > 7 and lines[7].strip() == "ready"  # noqa: PLR2004 - its eighth line
        socket = lines[4].strip() if len(lines) > 4 else ""  # noqa: PLR2004 - its fifth
        return Running(process_id, Path(socket), ready)

    def _is_ours(self, process_id: int) -> bool:
        """Whether the process is a server on this folder: a crash leaves numbers to others."""
        try:
            command = psutil.Process(process_id).cmdline()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False
        return bool(command) and "postgres" in command[0] and str(self.folder) in command

    def start(self) -> None:
        """Let the server run and let people in. Raises ProgramFailed with its last words, OSError.

        A server that still starts, or still stops, is waited for. What a killed server left is
        cleared by PostgreSQL itself; its processes may need a moment to go, so it is tried again.
        """
        until = monotonic() + _START_SECONDS_MAX
        again_until = monotonic() + _RETRY_SECONDS_MAX
        while monotonic() < until:
            found = self.running()
            if found is not None and found.is_ready:
                return
            if found is not None:
                sleep(_POLL_SECONDS)
                continue
            try:
                self._start_once()
            except ProgramFailed:
                if monotonic() > again_until or "still in use" not in self._last_words():
                    raise
                sleep(10 * _POLL_SECONDS)
        raise ProgramFailed(f"not ready after {_START_SECONDS_MAX} seconds")

    def _start_once(self) -> None:
        self._forget_a_stranger()
        self._write_configuration()
        self._turn_log()
        self.account.pass_through(self.folder)
        self._reach_programs()
        command = [
            *(str(folder_of_programs() / "pg_ctl"), "start", "--silent", "--wait"),
            *(f"--timeout={_START_SECONDS_MAX}", "-D", str(self.folder)),
            *("-l", str(self.log)),
        ]
        # Its output is not read: the server inherits it and would keep it open.
        done = subprocess.run(  # noqa: S603 - the wheel's own program
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=plain_environment(),
            **who(self.account),
        )
        if done.returncode != 0 and self.running() is None:
            raise ProgramFailed(self._last_words() or "it said nothing")

    def stop(self) -> None:
        """Stop the server: what is committed is kept, what is under way is undone."""
        found = self.running()
        if found is None:
            return
        for sent, seconds in ((signal.SIGINT, _STOP_SECONDS_MAX), (signal.SIGQUIT, 10)):
            with suppress(ProcessLookupError):
                os.kill(found.process_id, sent)
            until = monotonic() + seconds
            while monotonic() < until:
                if self.running() is None:
                    return
                sleep(_POLL_SECONDS / 5)

    # --- What surrounds it ---

    def _forget_a_stranger(self) -> None:
        """Remove the marks of a server that is gone where its number now is another process's.

        PostgreSQL would refuse to start beside any process with that number. It still notices by
        itself whether processes of the old server use the folder.
        """
        for file in (
            self.folder / "postmaster.pid",
            self._socket_folder() / f".s.PGSQL.{PORT}.lock",
        ):
            self._forget(file)

    def _forget(self, file: Path) -> None:
        try:
            first = file.read_text(encoding="utf-8").splitlines()[:1]
            stranger = bool(first) and psutil.pid_exists(int(first[0]))
        except FileNotFoundError:
            return
        except ValueError:
            stranger = True  # torn by the crash
        else:
            stranger = stranger or not first
        if stranger:
            file.unlink(missing_ok=True)

    def _write_configuration(self) -> None:
        """Written at every start, so that an older folder gets what this version sets."""
        sockets = {"unix_socket_directories": f'"{self._socket_folder()}"'}
        values = {**_CONFIGURATION, **sockets, **self._tuning}
        lines = ["# Written by makegood at every start; what you change belongs into local.conf."]
        for name, value in values.items():
            quoted = value.replace("'", "''")
            lines.append(f"{name} = '{quoted}'")
        lines.append("include_if_exists = 'local.conf'")
        self._write("postgresql.conf", "\n".join(lines) + "\n")
        self._write("pg_hba.conf", _ACCESS)
        self._write("pg_ident.conf", _IDENTITIES)

    def _write(self, name: str, text: str) -> None:
        file = self.folder / name
        partial = self.folder / f".{name}.partial"
        partial.write_text(text, encoding="utf-8")
        self.account.own(partial, 0o600)
        partial.replace(file)

    def _turn_log(self) -> None:
        with suppress(FileNotFoundError):
            if self.log.stat().st_size > _LOG_BYTES_MAX:
                self.log.replace(self.log.with_name("log.1"))

    def _last_words(self) -> str:
        """Why the server did not start, as far as it said."""
        try:
            tail = self.log.read_bytes()[-4000:].decode(errors="replace").splitlines()
        except OSError:
            return ""
        marks = ("PANIC:", "FATAL:")
        told = [line for line in tail if any(mark in line for mark in marks)]
        return told[-1].split(": ", 1)[-1].strip() if told else ""

    def _reach_programs(self) -> None:
        if self.account.name is not None:
            self.account.pass_through(folder_of_programs() / "postgres")

    def _socket_folder(self) -> Path:
        """The data folder; a short one beside temporary files where its path is too long."""
        if len(os.fsencode(self.folder / f".s.PGSQL.{PORT}")) <= _SOCKET_PATH_BYTES_MAX:
            return self.folder
        name = sha256(os.fsencode(self.folder)).hexdigest()[:12]
        short = Path(tempfile.gettempdir()) / f"makegood-{self.account.uid}-{name}"
        if len(os.fsencode(short / f".s.PGSQL.{PORT}")) > _SOCKET_PATH_BYTES_MAX:
            short = Path("/tmp") / short.name  # noqa: S108 - checked below to be ours
        with suppress(FileExistsError):
            short.mkdir(mode=0o700)
            self.account.own(short, 0o700)
        status = short.lstat()
        if short.is_symlink() or status.st_uid != self.account.uid or status.st_mode & 0o077:
            raise ProgramFailed(f"the folder {short} for its socket belongs to somebody else")
        return short
