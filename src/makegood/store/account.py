"""Under which account of the system the embedded server runs.

PostgreSQL refuses to run as root. Where the program itself runs as root (a container, a build
machine) the server gets an account of its own, which is made at the first use.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from makegood.kernel import Finding, MakegoodError

ACCOUNT = "makegood-store"


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server: ``name`` is None where that is the program's own account."""

    name: str | None
    uid: int
    gid: int

    def own(self, path: Path, mode: int) -> None:
        """Let this account alone have a file or folder."""
        path.chmod(mode)
        if self.name is not None:
            os.chown(path, self.uid, self.gid)

    def pass_through(self, path: Path) -> None:
        """Let this account reach ``path``: root's folders above it become passable, not readable.

        Only for an account of its own; folders that it can pass already stay as they are.
        """
        if self.name is None:
            return
        for folder in path.absolute().parents:
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def server_account() -> Account:
    """The account for the server, made where it is missing. Raises MakegoodError MG704."""
    if os.geteuid() != 0:
        return Account(None, os.geteuid(), os.getegid())
    try:
        found = pwd.getpwnam(ACCOUNT)
    except KeyError:
        _make()
        found = pwd.getpwnam(ACCOUNT)
    return Account(ACCOUNT, found.pw_uid, found.pw_gid)


def _make() -> None:
    program = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if sys.platform == "darwin" or program is None:
        raise _no_account("it cannot be made here")
    command = [program, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - the system's own
    except (OSError, subprocess.CalledProcessError):
        # Another process may have been first.
        try:
            pwd.getpwnam(ACCOUNT)
        except KeyError:
            raise _no_account("'useradd' did not make it") from None


def _no_account(why: str) -> MakegoodError:
    return MakegoodError(
        Finding(
            "MG704",
            f"as root the embedded database needs an account '{ACCOUNT}', and {why}",
            "run makegood under an ordinary account, or make that one",
        )
    )
