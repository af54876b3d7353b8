"""The decisions that runs are planned from: made once, kept, promised in the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from makegood.kernel import MakegoodError, Progress, silent
from makegood.runs.locks import locks
from makegood.runs.planning.problems import facts_too_far, no_lines
from makegood.runs.planning.promising import promise
from makegood.trust import clock

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.decisions import Decisions
    from makegood.population import Snapshot
    from makegood.programmes import Programme
    from makegood.redress.serving import Registered

_LOOK_AGAIN_SECONDS = 0.2


def decisions_for(
    settings: Settings,
    programme: Programme,
    snapshot: Snapshot,
    bases: Sequence[Snapshot],
    progress: Progress = silent,
) -> Decisions:
    """Decisions of a programme over a snapshot, in the folder of decisions; made once.

    What they promise beyond what was promised before is posted to the ledger, or taken back there.
    Raises MakegoodError MG602 to MG607 as ``decide`` does.
    """
    decisions = kept_decisions(settings, programme, snapshot, bases, progress)
    promise(settings, programme, decisions)
    return decisions


def kept_decisions(
    settings: Settings,
    programme: Programme,
    snapshot: Snapshot,
    bases: Sequence[Snapshot],
    progress: Progress = silent,
) -> Decisions:
    """The same without a word to the ledger: for what is only looked at."""
    from makegood.decisions import decide  # the engines load when they are needed

    folder = settings.decisions_folder / name_of(programme, snapshot, bases)
    with _alone(folder):
        outcome = decide(programme, snapshot, bases, folder, clock=_Clock(), progress=progress)
    return outcome.decisions


def name_of(programme: Programme, snapshot: Snapshot, bases: Sequence[Snapshot]) -> str:
    """The folder's name: the programme's, the day, and a hash of all that decides."""
    given = [programme.sha256, snapshot.content_sha256]
    given += [f"{base.as_of}={base.content_sha256}" for base in bases]
    digest = sha256("\n".join(given).encode()).hexdigest()
    return f"{programme.identifier}-{snapshot.as_of}-{digest[:16]}"


@dataclass(frozen=True, slots=True)
class Decided:
    """Decisions with the snapshots that they are of."""

    snapshot: Snapshot
    bases: tuple[Snapshot, ...]
    decisions: Decisions


def newest_decisions(
    settings: Settings,
    programme: Programme,
    as_of_max: date | None = None,
    progress: Progress = silent,
    *,
    promised: bool = True,
    days_max: int = 0,
) -> Decided:
    """Decisions over the newest registered snapshot, as of a day at the latest.

    With ``days_max`` it is the one that ``facts_of`` names. Those of the very newest are promised
    in the ledger, unless they are only looked at; earlier ones were. Raises MakegoodError MG860
    where no snapshot is known, MG872, and as ``decisions_for`` does.
    """
    from makegood.redress.serving import bases_for, newest, snapshot_of

    known = facts_of(programme.identifier, as_of_max, days_max)
    latest = newest(programme.identifier)
    snapshot = snapshot_of(known)
    bases = tuple(bases_for(programme, snapshot))
    make = decisions_for if promised and latest == known else kept_decisions
    return Decided(snapshot, bases, make(settings, programme, snapshot, bases, progress))


def decided_on(
    settings: Settings, programme: Programme, snapshot_sha256: str, progress: Progress = silent
) -> Decided | None:
    """Decisions over the very snapshot of a hash; nothing is promised by them.

    None where that snapshot is not known any more, or cannot be opened. Raises MakegoodError as
    ``decisions_for`` does.
    """
    from makegood.redress.serving import bases_for, registered, snapshot_of

    found = registered(programme.identifier)
    known = next((each for each in found if each.content_sha256 == snapshot_sha256), None)
    if known is None:
        return None
    try:
        snapshot = snapshot_of(known)
    except MakegoodError:
        return None
    bases = tuple(bases_for(programme, snapshot))
    decisions = kept_decisions(settings, programme, snapshot, bases, progress)
    return Decided(snapshot, bases, decisions)


def facts_of(programme: str, day: date | None, days_max: int = 0) -> Registered:
    """The registered snapshot by which a day is decided: the newest as of the day or before.

    Where that one is more than ``days_max`` days old, it is the first after the day, no further
    from it: who registers late is not asked for lines of a day that is over. 0 is no limit. Raises
    MakegoodError MG860 where none is known as of the day or before, MG872 where none is near.
    """
    from makegood.redress.serving import newest, registered

    known = newest(programme, day)
    if known is None:
        raise no_lines(programme, day or "any day")
    if day is None or not days_max or (day - known.as_of).days <= days_max:
        return known
    later = [each for each in registered(programme) if each.as_of > day]
    after = min((each.as_of for each in later), default=known.as_of)
    if 0 < (after - day).days <= days_max:
        return next(each for each in later if each.as_of == after)
    raise facts_too_far(programme, day, known.as_of, days_max)


class _Clock:
    """The clock of the programme, as rooms below take it."""

    now = staticmethod(clock.now)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process decides; the others wait and find it done."""
    with locks() as held:
        while True:
            with held.held("makegood.decisions", folder.name) as got:
                if got:
                    yield
                    return
            sleep(_LOOK_AGAIN_SECONDS)
