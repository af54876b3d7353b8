"""The worker's duties and tasks: one that fails does not stop the others, nothing is lost."""

import asyncio
import json
import logging
import time
from threading import Event

import pytest
from django.db import connection, connections, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from makegood.kernel import Finding, MakegoodError
from makegood.project.duties import Duties, Duty
from makegood.trust.audit import (
    Record,
    Selection,
    append,
    entries,
    newest_checkpoint,
    newest_signer,
)
from tests.store_fixture import Database
from tests.trust.audit.witness_fake import State, running

pytestmark = pytest.mark.usefixtures("database")


def test_a_duty_that_fails_is_told_and_tried_later_and_the_others_go_on(
    caplog: pytest.LogCaptureFixture,
):
    done, failures = Event(), []

    def fails() -> int:
        failures.append(time.monotonic())
        if len(failures) == 1:
            raise ValueError("홍길동 010-1234-5678")
        raise MakegoodError(Finding("MG999", "words of ours"))

    def works() -> int:
        if len(failures) >= 2:
            done.set()
        return 1

    duties = Duties([Duty("bad", "fails", 0.1, fails), Duty("good", "works", 0.1, works)])
    with caplog.at_level(logging.WARNING, logger="makegood.worker"):
        duties.start()
        assert done.wait(20)
        duties.stop()
    assert failures[1] - failures[0] >= 0.2, "it was tried again without a pause"
    assert "ValueError" in caplog.text
    assert "words of ours" in caplog.text
    assert "홍길동" not in caplog.text


def test_every_duty_of_the_product_can_be_done():
    from makegood.project.tasks import DUTIES

    with transaction.atomic():
        append(Record("store.backed_up", "console:tester", "backup:x"))
    assert {duty.name: duty.do() for duty in DUTIES}["log"] == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_pending")
        assert cursor.fetchone() == (0,)


def work_until_idle() -> None:
    connector = DjangoConnector(alias="default").get_worker_connector()
    with app.replace_connector(connector) as at_work:
        asyncio.run(run(at_work))


async def run(at_work) -> None:
    async with at_work.open_async():
        await at_work.run_worker_async(wait=False, install_signal_handlers=False)


def begun_by_a_dead_worker(task: str) -> int:
    """The number of a job that a worker took who has given no sign of life for an hour."""
    job = app.configure_task(task).defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '1 hour') RETURNING id"
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s",
            [worker, job],
        )
    return job


def test_a_job_of_a_worker_that_died_is_done_by_another(monkeypatch: pytest.MonkeyPatch):
    """The log is signed by whoever lives, though the job had been taken by one who does not."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from makegood.project import tasks

    # The threads of this worker end with the test, and so shall their connections.
    monkeypatch.setitem(connections["default"].settings_dict, "CONN_MAX_AGE", 0)
    job = begun_by_a_dead_worker("makegood.sign_checkpoint")
    app.perform_import_paths()
    assert tasks.take_over_stalled.name == "makegood.take_over_stalled"
    app.configure_task("makegood.take_over_stalled").defer(timestamp=0)
    connections.close_all()
    work_until_idle()
    work_until_idle()
    # At a full minute the same may have been queued meanwhile, which is then done in its place.
    assert ProcrastinateJob.objects.get(id=job).status in {"succeeded", "failed"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_checkpoint")
        assert cursor.fetchone() == (1,)


def test_what_is_queued_already_is_done_in_place_of_what_a_dead_worker_began(
    monkeypatch: pytest.MonkeyPatch,
):
    from procrastinate.contrib.django.models import ProcrastinateJob

    monkeypatch.setitem(connections["default"].settings_dict, "CONN_MAX_AGE", 0)
    job = begun_by_a_dead_worker("makegood.carry_out_runs")
    app.perform_import_paths()
    app.configure_task("makegood.take_over_stalled", priority=1).defer(timestamp=0)
    again = app.configure_task("makegood.carry_out_runs").defer(timestamp=0)
    connections.close_all()
    work_until_idle()
    assert ProcrastinateJob.objects.get(id=job).status == "failed"
    assert ProcrastinateJob.objects.get(id=again).status == "succeeded"
    taken_over = ProcrastinateJob.objects.filter(task_name="makegood.take_over_stalled")
    assert {each.status for each in taken_over} == {"succeeded"}


def test_checkpoints_go_to_every_witness_though_one_fails(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    from makegood.project.tasks import OUTSIDE_DUTIES, sign_checkpoint

    [duty] = [each for each in OUTSIDE_DUTIES if each.name == "witnesses"]
    for name, value in database.environment.items():
        if name.startswith("MAKEGOOD_"):
            monkeypatch.setenv(name, value)
    with transaction.atomic():
        append(Record("store.backed_up", "console:tester", "backup:x"))
    assert duty.do() == 0, "there is no checkpoint yet, and no witness"
    sign_checkpoint(timestamp=0)
    signer = newest_signer()
    assert signer
    assert duty.do() == 0, "no witness is named"
    with running(signer.verifier_key) as (state, address):
        named = {"url": address, "verifier_key": state.verifier_key}
        gone = {"url": "http://127.0.0.1:9/", "verifier_key": other_key()}
        monkeypatch.setenv("MAKEGOOD_WITNESSES", json.dumps([gone, named]))
        with pytest.raises(MakegoodError, match="MG755") as caught:
            duty.do()
        assert len(caught.value.findings) == 1
        newest = newest_checkpoint()
        assert newest
        assert state.size == newest.size, "the one behind it was asked all the same"
        monkeypatch.setenv("MAKEGOOD_WITNESSES", json.dumps([named]))
        assert duty.do() == 0
        with transaction.atomic():
            append(Record("store.backed_up", "console:tester", "backup:y"))
        sign_checkpoint(timestamp=60)
        assert duty.do() == 1
    assert [e.record.actor for e in entries(Selection(kinds=("log.checkpoint_witnessed",)))] == [
        "system:worker",
        "system:worker",
    ]


def other_key() -> str:
    return State("").verifier_key
