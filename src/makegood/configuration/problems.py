"""What is wrong with the settings, as findings. A value is never repeated: it may be a secret."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from makegood.kernel import Finding, MakegoodError, did_you_mean


def findings_of(error: ValidationError, file: Path, known: Iterable[str]) -> MakegoodError:
    """One finding MG701 for each value that is wrong, naming the variable and the key."""
    return MakegoodError(_finding(dict(problem), file, tuple(known)) for problem in error.errors())


def unreadable(error: Exception, file: Path) -> MakegoodError:
    """A settings file that cannot be read, MG700."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    # The first line of what TOML's reader says names the place and not the value.
    reason = reason.splitlines()[0].lower() if reason else "it is not readable"
    hint = "mend the file, or name another in MAKEGOOD_SETTINGS"
    return MakegoodError(Finding("MG700", f"the settings in '{file.name}': {reason}", hint))


def _finding(problem: dict[str, object], file: Path, known: tuple[str, ...]) -> Finding:
    location = problem["loc"]
    parts = [str(part) for part in location] if isinstance(location, tuple) else []
    key = parts[0].lower() if parts else "?"
    within = f" ({'.'.join(parts[1:])})" if parts[1:] else ""
    if problem["type"] == "extra_forbidden":
        hint = did_you_mean(parts[-1].lower() if parts else key, known)
        return Finding(
            "MG701",
            f"'{key}'{within} is no setting",
            hint or f"take it out of {file.name}; docs/operating.md lists all settings",
        )
    said = str(problem["msg"]).removeprefix("Value error, ")
    return Finding(
        "MG701",
        f"the setting '{key}'{within}: {said[:1].lower()}{said[1:]}",
        f"mend MAKEGOOD_{key.upper()} or the key '{key}' in {file.name}",
    )
