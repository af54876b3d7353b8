"""Pages of runs and versions at moments that pass quickly, each looked at."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from makegood.channels import ChannelName, Outcome, Shipment
from makegood.channels.bank.exchange_folder import ExchangeFolder
from makegood.channels.bank.fake.messages import status_report
from makegood.channels.bank.sent import keep_sent
from makegood.runs.rows import execute
from tests.channels.bank.items import shipment
from tests.channels.bank.test_answers import MESSAGE, status
from tests.pages.album import Album
from tests.pages.programmes_and_runs.test_browser import chosen
from tests.pages.programmes_and_runs.texts import AMENDED
from tests.pages.test_browser import come_in, make_known
from tests.runs.execution.hand_made import hand_made
from tests.runs.execution.outside import Outside
from tests.staff_people import member

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

AT = datetime(2026, 2, 3, tzinfo=UTC)


@pytest.fixture(params=["ko", "en"])
def album(context: BrowserContext, request: pytest.FixtureRequest) -> Album:
    return Album(context, request.param)


def at_work(album: Album) -> None:
    come_in(
        album.page, member("kim.minji", "remediation_author", "payment_officer", shown="김민지")
    )
    make_known(album.page)


def test_a_run_with_failures_one_being_sent_and_one_held(album: Album, world) -> None:
    from makegood import runs

    at_work(album)
    album.at(world.grant, "run-failures")
    album.at(f"{world.grant}retry/", "run-retry")
    run = hand_made(world.settings, range(1, 41), period="2026-03")
    execute("UPDATE runs_run SET programme = 'gift-2026' WHERE run_id = %s", [run.run_id])
    outside = Outside(ChannelName.PROVISIONING)

    def breaks(_shipment: Shipment) -> None:
        if len(outside.taken_messages) == 3:
            raise OSError("the line is cut")

    outside.before = breaks
    runs.send_due(world.settings, "worker-1", channels=outside)
    keys = [key for key, _attempt in sorted(outside.items)]
    outside.answer([(key, Outcome.DONE) for key in keys[:7]])
    outside.answer([(keys[7], Outcome.FAILED)], code="E9")
    runs.take_in(world.settings, channels=outside)
    address = f"/runs/{run.run_id}/"
    album.at(address, "run-live")
    album.at(f"{address}pause/", "run-pause")
    album.send("", reason="정산 확인")
    album.look("run-paused")
    album.at(f"{address}resume/", "run-resume")
    album.at("/runs/", "runs")
    album.close()


def test_answers_of_the_bank_are_brought(album: Album, world, tmp_path: Path) -> None:
    at_work(album)
    folder = ExchangeFolder(world.settings)
    folder.make()
    keep_sent(folder.sent, shipment(tmp_path, [100, 200, 300]), "0" * 64)
    report = status_report("S1", MESSAGE, [status(1, "ACSC"), status(2, "RJCT", "AC04")], at=AT)
    for name in ("answers-brought", "answers-again"):
        album.at("/runs/answers/")
        album.page.locator("#id_file").set_input_files(
            {"name": "answer.xml", "mimeType": "text/xml", "buffer": report}
        )
        album.page.locator("main form button").click()
        album.look(name)
    album.close()


@pytest.mark.usefixtures("world")
def test_a_version_is_put_in_force(album: Album) -> None:
    from makegood.trust.proposals import State, approve, proposals

    at_work(album)
    album.at("/programmes/bring/")
    album.page.locator("#id_programme").set_input_files(chosen("programme.yaml", AMENDED))  # type: ignore[arg-type]
    album.page.locator("main form button").click()
    album.page.wait_for_url("**/drafts/**")
    draft = album.page.url
    album.send("/propose/", reason="더 드립니다")
    album.look("draft-proposed")
    (proposal,) = proposals(State.OPEN)
    approve(proposal.proposal_id, by="console:other")
    album.page.goto(draft)
    album.look("draft-approved")
    album.send("/publish/")
    album.look("published")
    album.at(f"/proposals/{proposal.proposal_id}/", "proposal-used")
    album.close()
