"""What can be wrong with a choice or a coupon."""

from __future__ import annotations

from makegood.kernel import Finding, MakegoodError, did_you_mean


def nothing_to_choose(message: str, hint: str) -> MakegoodError:
    """MG837: there is no such measure, option or offer."""
    return MakegoodError(Finding("MG837", message, hint))


def not_open(message: str, hint: str) -> MakegoodError:
    """MG838: not in this moment, not through this channel, or not for this line."""
    return MakegoodError(Finding("MG838", message, hint))


def no_such(what: str, name: str, known: list[str]) -> MakegoodError:
    """MG837, with what there is."""
    hint = did_you_mean(name, known) or (f"one of {', '.join(known)}" if known else "none is named")
    return nothing_to_choose(f"there is no {what} '{name}'", hint)


def rows_changed(expected: int, found: int) -> MakegoodError:
    """MG839: choices changed between planning and the start of a run."""
    return MakegoodError(
        Finding(
            "MG839",
            f"{expected - found:,} of {expected:,} choices changed while the run was planned",
            "plan the run again; nothing was taken into it",
        )
    )
