"""What can be wrong with the embedded database, as findings."""

from __future__ import annotations

from makegood.kernel import Finding, MakegoodError

_NO_ROOM = "no space left on device"


def does_not_run() -> MakegoodError:
    """Nobody started the server, or it died: MG704."""
    return MakegoodError(
        Finding("MG704", "the embedded database does not run", "run 'makegood doctor'")
    )


def does_not_start(words: str) -> MakegoodError:
    """The server's programs failed: MG704, or MG709 where the disk is full."""
    if _NO_ROOM in words.lower():
        return no_room(_NO_ROOM)
    hint = "read the end of postgresql/log in the data folder, or run 'makegood doctor'"
    return MakegoodError(Finding("MG704", f"the embedded database does not start: {words}", hint))


def unusable_folder(name: str, why: str) -> MakegoodError:
    """The data folder cannot be made or used: MG705."""
    hint = "name a folder that this account may write in MAKEGOOD_HOME"
    return MakegoodError(Finding("MG705", f"the data folder '{name}' cannot be used: {why}", hint))


def other_version(found: int, brought: int) -> MakegoodError:
    """The data folder was made by another version of PostgreSQL: MG708."""
    hint = (
        "take a back-up with the version of makegood that made it and restore it with this one; "
        "see docs/operating.md"
    )
    message = f"the data folder is of PostgreSQL {found}, and this program brings {brought}"
    return MakegoodError(Finding("MG708", message, hint))


def no_room(reason: str) -> MakegoodError:
    """The disk of the data folder is full: MG709."""
    hint = "make room and start it again; nothing that was committed is lost"
    return MakegoodError(Finding("MG709", f"the data folder has no room: {reason}", hint))
