"""What officers do: let runs go, try again what failed, propose top-ups."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from makegood.kernel import MakegoodError
from makegood.rehearsal.schedule import Schedule
from makegood.rehearsal.staff import Staff
from makegood.rehearsal.steering import give_up, hold

if TYPE_CHECKING:
    from makegood.rehearsal.playing import Play
    from makegood.runs import RunRow


def release(play: Play, staff: Staff) -> int:
    """What money or messages leave by is released by two persons; how many runs they dealt with.

    Some are given up before and planned again, some are held before anything has left.
    """
    from makegood.runs import list_runs, propose_release

    name = play.programme.identifier
    found = list_runs(staff.visitor("officer"), name, "checked", limit=1_000)
    released = 0
    for run in sorted(found, key=lambda run: (run.due_at, run.kind, run.measure, run.period)):
        if not run.needs_release:
            continue
        released += 1
        if play.steering.gives_up(run):
            give_up(play, staff, run)
            continue
        made = propose_release(staff.visitor("officer"), run.run_id, "as the calendar says")
        staff.approve("approver", made.proposal_id)
        if play.steering.holds(run):
            hold(play, staff, run)
    return released


def waits_for_retry(play: Play) -> list[tuple[RunRow, int]]:
    """Closed runs of partners with items that failed since they were last followed up; how many."""
    from makegood.channels import ChannelName
    from makegood.runs import RunKind

    partners = {ChannelName.PROVISIONING, ChannelName.BILLING, ChannelName.INSURER}
    found = []
    for run in play.all_runs():
        undone = run.failed + run.returned
        # Money may come back long after what failed was tried again.
        if run.state != "closed" or undone <= play.retried.get(run.run_id, 0):
            continue
        if run.channel in partners or run.kind is RunKind.TOP_UP:
            found.append((run, undone))
    return found


def retry_failed(play: Play, staff: Staff) -> None:
    """What a partner could not do is tried again; who could not be reached is let be."""
    from makegood.runs import retry

    for run, undone in waits_for_retry(play):
        play.retried[run.run_id] = undone
        try:
            retry(play.settings, staff.visitor("officer"), run.run_id, "what failed once more")
        except MakegoodError as error:
            # Its claims may have gone into another run already.
            if error.findings[0].code != "MG879":
                raise


def top_up(play: Play, day: date, schedule: Schedule, staff: Staff) -> None:
    """What the amended version adds to what was done is planned, and released like any run."""
    from makegood.runs import plan_run, top_ups

    if play.amendment is None or day not in schedule.topped_up_on:
        return
    name = play.programme.identifier
    officer = staff.visitor("officer")
    for added in top_ups(play.settings, name, play.progress):
        if added.heads:
            play.tell(play.now, f"top-ups of {added.due.measure}: {added.heads:,}")
            plan_run(play.settings, name, added.due, officer.actor, play.progress)
