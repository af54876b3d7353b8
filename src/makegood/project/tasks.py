"""What the worker does by itself: duties every second or so, and tasks of the queue by the clock.

A *duty* does nothing where there is nothing to do and may be done by several workers at once; it is
called too often to leave a row in the queue each time. What runs by the minute or the day is a task
of the queue, which gives every occasion to one worker.
"""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Status

from makegood import runs
from makegood.channels.messages import remove_old_codes
from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.project.duties import Duty
from makegood.trust import customers
from makegood.trust.audit import (
    HEAD_FILE,
    HeadFile,
    carry_out_examination,
    integrate_all,
    newest_checkpoint,
    publish_checkpoint,
    send_to_witness,
)
from makegood.trust.keys import MasterKey
from makegood.trust.monitoring import count_log, forward
from makegood.trust.proposals import expire_due
from makegood.trust.staff import forget_expired
from makegood.trust.vault import discard_unused_documents

_WORKER = "system:worker"
_KEPT_HOURS = 7 * 24
_EVERY_MINUTE = "* * * * *"
_EVERY_NIGHT = "17 3 * * *"


def _forward() -> int:
    """Send events to where the settings say. What fails is kept there, and tried again later."""
    return sum(delivery.sent for delivery in forward())


def _discard_documents() -> int:
    """Delete what customers handed in and never used; how much."""
    return discard_unused_documents(actor=_WORKER)


DUTIES = (
    Duty("log", "gives new entries their places in the log", 1.0, integrate_all),
    Duty("metrics", "counts new entries", 5.0, count_log),
    Duty("proposals", "marks proposals whose time is over", 30.0, expire_due),
    Duty("sessions", "forgets sessions and guesses that are over", 3_600.0, forget_expired),
    Duty("documents", "deletes documents that nothing has used", 3_600.0, _discard_documents),
    Duty(
        "customers",
        "forgets customers' attempts and sessions that are over",
        900.0,
        customers.forget_expired,
    ),
)
"""In the order in which they are done."""


def _send_to_witnesses() -> int:
    """Send the newest checkpoint to each witness that has not cosigned it; to how many.

    Each is asked, whatever another one does. Raises MakegoodError MG755 to MG757 afterwards, so
    that it is told and tried again later.
    """
    settings = Settings.load()
    findings: list[Finding] = []
    sent = 0
    for witness in settings.witnesses if newest_checkpoint() else ():
        try:
            done = send_to_witness(witness, _WORKER)
        except MakegoodError as error:
            findings += error.findings
            continue
        if done.finding:
            findings.append(done.finding)
        sent += not done.stood_already and done.finding is None
    if findings:
        raise MakegoodError(findings)
    return sent


def _take_in_answers() -> int:
    """Take in what partners have answered, tell customers, close what has ended; how much."""
    done = runs.WorkDone()
    runs.finish(Settings.load(), done)
    if done.is_broken:
        raise MakegoodError(Finding("MG881", "answers could not be taken in", done.troubles[-1]))
    return done.sources + done.closed + done.told


def _remove_old_codes() -> int:
    """Remove what is left of one-time codes whose time is over; of how many."""
    return remove_old_codes(Settings.load())


OUTSIDE_DUTIES = (
    Duty("events", "sends events to the company's monitoring", 1.0, _forward),
    Duty("witnesses", "sends checkpoints to outside witnesses", 10.0, _send_to_witnesses),
    Duty("answers", "takes in what partners have answered, tells customers", 5.0, _take_in_answers),
    Duty("codes", "removes one-time codes that are void", 30.0, _remove_old_codes),
)
"""Those that wait for others on the network, in a thread of their own: nothing waits for them."""


@app.periodic(cron=_EVERY_MINUTE)
@app.task(name="makegood.sign_checkpoint", queueing_lock="makegood.sign_checkpoint")
def sign_checkpoint(timestamp: int) -> None:  # noqa: ARG001 - each periodic task is given it
    """Sign the log as it stands, where something was written since the last time."""
    settings = Settings.load()
    head = HeadFile(settings.secrets / HEAD_FILE)
    publish_checkpoint(MasterKey.open(settings), settings.log_origin, _WORKER, head=head)


@app.periodic(cron=_EVERY_MINUTE)
@app.task(
    name="makegood.take_over_stalled",
    queueing_lock="makegood.take_over_stalled",
    pass_context=True,
)
async def take_over_stalled(
    context: JobContext,
    timestamp: int,  # noqa: ARG001 - each periodic task is given it
) -> None:
    """Queue again what a worker had begun that gives no sign of life any more.

    Where the same is queued already, that is done instead: the one begun is over as failed, else it
    would keep those after it waiting each minute.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            await manager.finish_job(job, Status.FAILED, delete_job=False)


@app.periodic(cron=_EVERY_MINUTE)
@app.task(name="makegood.carry_out_runs", queueing_lock="makegood.carry_out_runs")
def carry_out_runs(timestamp: int) -> None:  # noqa: ARG001 - each periodic task is given it
    """Plan what is due, check, release, let claims go on; queue a job for each shard to send.

    What goes wrong is in the log, and is tried again a minute later.
    """
    runs.prepare(Settings.load(), runs.WorkDone())
    for run_id, number in runs.due_shards():
        with suppress(AlreadyEnqueued):
            send_shard.configure(queueing_lock=f"makegood.shard:{run_id}:{number}").defer(
                run_id=str(run_id), number=number
            )


@app.task(name="makegood.send_shard")
def send_shard(run_id: str, number: int) -> None:
    """Bring one shard of a run outside, unless another worker has it in hand."""
    runs.send_shard(Settings.load(), UUID(run_id), number, runs.worker_name())


@app.task(name="makegood.carry_out_study")
def carry_out_study(study_id: str) -> None:
    """Carry out what a page asked for over all lines; its row says how far it is."""
    runs.carry_out_study(Settings.load(), UUID(study_id))


@app.task(name="makegood.examine_log")
def examine_log(examination_id: str) -> None:
    """Verify the whole log, as a page asked; its row says how far it is."""
    settings = Settings.load()
    carry_out_examination(UUID(examination_id), HeadFile(settings.secrets / HEAD_FILE))


@app.periodic(cron=_EVERY_NIGHT)
@app.task(name="makegood.forget_done", queueing_lock="makegood.forget_done", pass_context=True)
async def forget_done(
    context: JobContext,
    timestamp: int,  # noqa: ARG001 - each periodic task is given it
) -> None:
    """Take jobs out of the queue that were done a week ago; failed ones stay to be looked at."""
    await context.app.job_manager.delete_old_jobs(nb_hours=_KEPT_HOURS)
