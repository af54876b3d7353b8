"""Officers hold runs and let them go on, give one up and have it planned again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from makegood.kernel import MakegoodError
from makegood.rehearsal.draws import Draws
from makegood.rehearsal.staff import Staff

if TYPE_CHECKING:
    from makegood.rehearsal.playing import Play
    from makegood.runs import RunRow

_GIVEN_UP, _HELD = 150, 300
"""How many of a thousand runs that wait for a release are given up, and held after it."""
_UNDER_WAY = frozenset({"planned", "checked", "released", "sending"})
_OVER = frozenset({"closed", "cancelled"})
_OF_A_DAY = frozenset({"pay_out", "top_up"})
_PAST_IT, _NOTHING_LEFT = "MG878", "MG879"
_LISTED = 200


@dataclass(slots=True)
class Steering:
    """What officers did with runs. ``findings`` is what left of a run that was held.

    ``held`` are the runs that are held now, each with its shards that had not left.
    """

    draws: Draws
    held: dict[UUID, int] = field(default_factory=dict)
    paused: int = 0
    cancelled: set[UUID] = field(default_factory=set)
    findings: list[str] = field(default_factory=list)
    _given_up: set[str] = field(default_factory=set)

    def gives_up(self, run: RunRow) -> bool:
        """Whether somebody has second thoughts about a run that waits: the first, and some more."""
        name = f"{run.kind} {run.measure} {run.period} {run.due_at} {run.follows is not None}"
        if name in self._given_up:
            return False
        if self._given_up and not self.draws.chance(_GIVEN_UP, "gives up", name):
            return False
        self._given_up.add(name)
        return True

    def is_agreed_on(self, run: RunRow) -> bool:
        """Whether it was agreed on before it was given up."""
        return self.draws.chance(500, "agreed on", run.kind, run.measure, run.period)

    def holds(self, run: RunRow) -> bool:
        """Whether a run is held once two persons have released it."""
        name = (run.kind, run.measure, run.period, run.due_at, run.sequence)
        return self.draws.chance(_HELD, "holds", *name)


def give_up(play: Play, staff: Staff, run: RunRow) -> None:
    """A checked run is cancelled, and planned again; what two persons agreed on goes nowhere."""
    from makegood.runs import cancel, propose_release, retry

    officer = staff.visitor("officer")
    if play.steering.is_agreed_on(run):
        made = propose_release(officer, run.run_id, "as the calendar says")
        staff.approve("approver", made.proposal_id)
    cancel(play.settings, officer, run.run_id, "on second thoughts")
    play.steering.cancelled.add(run.run_id)
    # A follow-up gives back what it had taken: what it followed is tried again.
    try:
        retry(play.settings, officer, run.follows or run.run_id, "planned once more")
    except MakegoodError as error:
        if error.findings[0].code != _NOTHING_LEFT or not _is_over(play, run):
            raise


def _is_over(play: Play, run: RunRow) -> bool:
    """Whether it was of a day that no date brings, planned late in the evening, and that is over.

    What was given back goes into the run of this day.
    """
    return run.kind in _OF_A_DAY and run.follows is None and run.due_on < play.now.date()


def hold(play: Play, staff: Staff, run: RunRow) -> None:
    """Nothing more of a run leaves from here on; whoever works on it goes on with the others."""
    from makegood.runs import pause

    officer = staff.visitor("officer")
    try:
        pause(officer, run.run_id, "somebody asks a question")
    except MakegoodError as error:
        # Workers may have closed it in this very moment.
        if error.findings[0].code != _PAST_IT:
            raise
        return
    play.steering.held[run.run_id] = _not_left(staff, run.run_id)[1]
    play.steering.paused += 1


def hold_all(play: Play, staff: Staff) -> None:
    """Every run that is under way is held, whoever works on it at this instant."""
    from makegood.runs import list_runs

    name = play.programme.identifier
    for run in list_runs(staff.visitor("officer"), name, limit=_LISTED):
        if run.state in _UNDER_WAY and run.paused_at is None:
            hold(play, staff, run)


def let_go_on(play: Play, staff: Staff) -> int:
    """The runs that are held go on, after it was looked that nothing of them has left; how many."""
    from makegood.runs import resume

    held, play.steering.held = play.steering.held, {}
    for run_id, before in held.items():
        state, waiting = _not_left(staff, run_id)
        if waiting < before:
            play.steering.findings.append(f"run {run_id}: {before - waiting} shards left")
        if state not in _OVER:
            resume(staff.visitor("officer"), run_id, "it was answered")
    return len(held)


def _not_left(staff: Staff, run_id: UUID) -> tuple[str, int]:
    """A run's state, and how many of its shards have not left and are in nobody's hand."""
    from makegood.runs import show_run

    view = show_run(staff.visitor("officer"), run_id)
    return view.run.state.value, view.by_state["pending"]
