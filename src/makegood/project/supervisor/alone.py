"""One ``makegood up`` for a data folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from makegood.kernel import Finding, MakegoodError


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """The data folder is ours while this holds, and however this process ends.

    Raises MakegoodError MG710 where another process has it, MG705 where it cannot be used.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        (home / "up.lock").touch(mode=0o600)
        mark = (home / "up.lock").open("a+", encoding="ascii")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = "name a folder that this account may write in MAKEGOOD_HOME"
        message = f"the data folder '{home.name}' cannot be used: {reason}"
        raise MakegoodError(Finding("MG705", message, hint)) from None
    with mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            mark.seek(0)
            other = mark.read().strip()
            who = f" as process {other}" if other else ""
            raise MakegoodError(
                Finding(
                    "MG710",
                    f"'makegood up' runs for this data folder already{who}",
                    "stop that one, or name another data folder in MAKEGOOD_HOME",
                )
            ) from None
        mark.truncate(0)
        mark.write(str(os.getpid()))
        mark.flush()
        yield


def holder(home: Path) -> int | None:
    """The process of the ``makegood up`` that has this data folder; None where there is none."""
    try:
        with (home / "up.lock").open("r", encoding="ascii") as mark:
            try:
                fcntl.flock(mark, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(mark.read().strip() or 0)
    except (OSError, ValueError):
        return None
    return None
