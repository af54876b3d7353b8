"""A small world: a gift in force, its lines known, runs of it at several places on their way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from makegood.channels import ChannelName, Outcome
from makegood.configuration import Settings
from tests.runs.execution.outside import Outside
from tests.runs.planning import gift
from tests.staff_people import (
    MovedClock,
    browser,
    make_device_known,
    member,
    sign_in,
)
from tests.store_fixture import Database

ROLES = {
    "author": "remediation_author",
    "approver": "remediation_approver",
    "payer": "payment_officer",
    "auditor": "auditor",
    "agent": "call_centre_agent",
    "officer": "security_officer",
}


@dataclass
class World:
    """What the tests look at: a grant under way with failures, and credits that wait."""

    settings: Settings
    sent: object
    waiting: object
    outside: Outside

    @property
    def grant(self) -> str:
        return f"/runs/{self.sent.run_id}/"  # type: ignore[attr-defined]

    @property
    def credit(self) -> str:
        return f"/runs/{self.waiting.run_id}/"  # type: ignore[attr-defined]


@pytest.fixture
def world(database: Database, hand: MovedClock, tmp_path: Path) -> World:  # noqa: ARG001 - in order
    from django.conf import settings as django

    from makegood import runs

    settings = django.INSTALLATION
    gift.in_force(tmp_path)
    grant = gift.planned(settings, runs.RunKind.GRANT, "data", "2026-02")
    credit = gift.planned(settings, runs.RunKind.BILL, "credit")
    for run in (grant, credit):
        runs.check_run(settings, run.run_id)
    runs.release_ready(settings)
    outside = Outside(ChannelName.PROVISIONING)
    runs.send_due(settings, "worker-1", channels=outside)
    keys = [key for key, _attempt in sorted(outside.items)]
    outside.answer([(keys[0], Outcome.FAILED), (keys[1], Outcome.DONE)])
    outside.answer([(keys[1], Outcome.FAILED), (keys[2], Outcome.DONE)], code="E9")
    runs.take_in(settings, channels=outside)
    return World(settings, runs.run_of(grant.run_id), runs.run_of(credit.run_id), outside)


@pytest.fixture
def signed_in(database: Database):  # noqa: ARG001 - it must be there first
    """A client of somebody with this role, who has just signed in at a known device."""

    def come_in(who: str):
        client = browser()
        sign_in(client, member(f"{who}.kim", ROLES[who]))
        make_device_known(client)
        return client

    return come_in
