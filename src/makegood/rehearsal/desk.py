"""What officers do: let runs go, try again what failed, fill pools, propose top-ups."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from makegood.kernel import MakegoodError
from makegood.rehearsal.draws import Draws
from makegood.rehearsal.schedule import Schedule
from makegood.rehearsal.staff import Staff

if TYPE_CHECKING:
    from makegood.rehearsal.playing import Play
    from makegood.runs import RunRow

_CODES_MORE = 50


def release(play: Play, staff: Staff) -> int:
    """What money or messages leave by is released by two persons."""
    from makegood.runs import list_runs, propose_release

    name = play.programme.identifier
    found = list_runs(staff.visitor("officer"), name, "checked", limit=1_000)
    released = 0
    for run in found:
        if not run.needs_release:
            continue
        made = propose_release(staff.visitor("officer"), run.run_id, "as the calendar says")
        staff.approve("approver", made.proposal_id)
        released += 1
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


def fill(play: Play, pool: str, staff: Staff) -> None:
    """A partner's single-use codes."""
    from makegood.channels.vouchers import import_codes

    file = play.home.folder / f"{pool}.csv"
    draws = Draws(play.seed, "codes", pool)
    count = max(400, play.world.lines // 50) + _CODES_MORE
    codes = (f"{pool[:4].upper()}-{draws.number(n):016X}" for n in range(count))
    file.write_text("code\n" + "\n".join(codes) + "\n", encoding="utf-8")
    import_codes(staff.visitor("officer"), pool, file)
    file.unlink()


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
