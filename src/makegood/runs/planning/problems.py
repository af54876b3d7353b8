"""What can be wrong when runs are planned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from makegood.kernel import Finding, MakegoodError

_NAMED = 5
SHORT = 8
"""So many letters of a run's identifier name it to people."""


class BeingPlanned(MakegoodError):
    """Another process plans a run of the same family just now (MG861): look again later."""


class NotPlanned(MakegoodError):
    """A run is not planned any more, but checked, stopped or cancelled (MG864)."""


class NothingMissing(MakegoodError):
    """Nothing of what was upheld is missing any more (MG887): no run is planned for it."""


def no_lines(programme: str, day: object) -> MakegoodError:
    """MG860: no snapshot is known that is as of the day, or of an earlier one."""
    hint = "register one: 'makegood lines register DIR'"
    message = f"no snapshot of '{programme}' as of {day} or before is known"
    return MakegoodError(Finding("MG860", message, hint))


def facts_gone(programme: str, snapshot_sha256: str) -> MakegoodError:
    """MG860: the very snapshot that something was decided on is not known, or cannot be opened."""
    message = f"the snapshot {snapshot_sha256[:12]} of '{programme}' is not known, or not there"
    hint = "put it back, or register it from where it lies: 'makegood lines register DIR'"
    return MakegoodError(Finding("MG860", message, hint))


def facts_too_far(programme: str, day: date, as_of: date, days_max: int) -> MakegoodError:
    """MG872: the snapshots that are known are too long before a run's day, or after it."""
    days = abs((day - as_of).days)
    message = (
        f"nothing of '{programme}' is planned for {day}: the nearest snapshot is as of {as_of},"
        f" {days:,} days away, and {days_max:,} are allowed"
    )
    hint = f"register lines as of {day} or the days before: 'makegood lines register DIR'"
    return MakegoodError(Finding("MG872", message, hint))


def being_planned(what: str) -> BeingPlanned:
    """MG861: another process has this family in its hands."""
    message = f"{what} is being planned by another process"
    return BeingPlanned(Finding("MG861", message, "wait until it is done; 'makegood run list'"))


def not_closed(what: str, decided: int, items: int, left_out: int) -> MakegoodError:
    """MG862: items and left out are not all decided lines."""
    message = (
        f"{what}: {items:,} lines with items and {left_out:,} left out are not the {decided:,}"
        " decided ones"
    )
    hint = "nothing was kept; 'makegood verify' says whether decisions and snapshot are sound"
    return MakegoodError(Finding("MG862", message, hint))


def lines_unknown(what: str, lines: Sequence[str]) -> MakegoodError:
    """MG863: something that cannot be left out waits for lines that the snapshot does not have."""
    named = ", ".join(lines[:_NAMED]) + (" and others" if len(lines) > _NAMED else "")
    message = (
        f"{what}: {len(lines):,} lines that something waits for are not in the snapshot: {named}"
    )
    hint = "a line that left stays in a snapshot, as terminated; register one that has them all"
    return MakegoodError(Finding("MG863", message, hint))


def not_planned(run_id: UUID, state: str) -> NotPlanned:
    """MG864: only a planned run can be checked."""
    message = f"run {str(run_id)[:SHORT]} is {state}, not planned"
    return NotPlanned(Finding("MG864", message, "'makegood run show' says where it stands"))


def nothing_missing(measure: str) -> NothingMissing:
    """MG887: what was upheld has arrived meanwhile, or something else brings it."""
    message = f"nothing that was upheld of {measure} is missing now: no run is planned for it"
    hint = "another run brings it, or has; what that leaves missing is planned when it is closed"
    return NothingMissing(Finding("MG887", message, hint))


def unknown_measure(programme: str, measure: str) -> MakegoodError:
    """MG865: what is due is not of the version in force."""
    message = f"'{programme}' in force has no measure '{measure}'"
    return MakegoodError(Finding("MG865", message, "'makegood plan' shows what is due by it"))


def damaged(run_id: UUID, what: str) -> MakegoodError:
    """MG866: the folder of a run is not as it was written."""
    message = f"run {str(run_id)[:SHORT]}: {what}"
    hint = "restore the run's folder from a copy, or cancel the run before anything is sent"
    return MakegoodError(Finding("MG866", message, hint))


def differs(line: str, what: str) -> MakegoodError:
    """MG868: a run is not what its decisions say; at a line, where one is given."""
    message = f"line {line}: {what}" if line else what
    hint = "nothing of it may leave; 'makegood verify' the decisions, then plan it again"
    return MakegoodError(Finding("MG868", message, hint))
