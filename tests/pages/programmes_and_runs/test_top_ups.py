"""What an amended version adds to a month that was granted, on the pages of plan and run."""

from http import HTTPStatus

import pytest

from makegood.programmes import load_text
from makegood.runs import RunKind, carry_out_study, check_run, list_runs
from tests.pages.album import Album
from tests.pages.programmes_and_runs.test_drafts import carry_out, text
from tests.pages.test_browser import come_in, make_known
from tests.programme_text import changed
from tests.redress.outage_lines import published
from tests.runs.planning.gift import NAME, TEXT, planned
from tests.runs.planning.test_amended import close
from tests.staff_people import member

PLAN = "/programmes/gift-2026/plan/"
AMENDED = changed("percent: 50", "percent: 60", changed("quantity: 100", "quantity: 120", TEXT))


def amended(world) -> None:
    """February is done but for two items, the uplift has begun; then more of both is promised."""
    from makegood.runs.rows import execute

    execute("UPDATE runs_run SET state = 'closed' WHERE run_id = %s", [world.sent.run_id])
    close(world.settings, planned(world.settings, RunKind.UPLIFT_START, "roaming", "start"))
    published(AMENDED)


def test_a_month_that_became_larger_is_shown_planned_and_led_to(world, signed_in):
    amended(world)
    payer = signed_in("payer")
    assert payer.post(f"{PLAN}top-ups/").status_code == HTTPStatus.FOUND
    carry_out()
    page = text(payer.get(PLAN))
    # Two of four items failed: what was not carried out is no top-up.
    assert "2026년 2월" in page
    assert "40GB" in page
    assert "바뀌었으나 차액을 드리지 않는 것" in page
    assert "uplift.percent" in page
    asked = text(payer.get(f"{PLAN}start/"))
    assert "<dd>40GB</dd>" in asked
    assert "내보내는 달에 제공됩니다" in asked
    assert payer.post(f"{PLAN}start/").status_code == HTTPStatus.FOUND
    carry_out()
    [run] = [each for each in list_runs(_visitor(), "gift-2026") if each.kind is RunKind.TOP_UP]
    check_run(world.settings, run.run_id)
    shown = text(payer.get(f"/runs/{run.run_id}/"))
    assert "2026년 2월에 덜 드린 40GB" in shown
    assert "2026년 2월에 덜 드린 40GB" in text(payer.get(f"/runs/{run.run_id}/propose/"))
    listed = text(payer.get("/runs/"))
    assert "차액 지급, 2026년 2월" in listed
    assert payer.post(f"{PLAN}top-ups/").status_code == HTTPStatus.FOUND
    carry_out()
    assert f"/runs/{run.run_id}/" in text(payer.get(PLAN))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_axe_finds_nothing_where_something_is_added(context, world, language: str) -> None:
    from makegood.publication import StudyKind, studies_of

    amended(world)
    album = Album(context, language)
    come_in(album.page, member("kim.minji", "payment_officer"))
    make_known(album.page)

    def asked(kind: StudyKind, address: str, action: str, name: str = "") -> None:
        album.at(address, name)
        album.send(action)
        newest = studies_of(load_text(AMENDED).sha256, kind)[0]
        carry_out_study(world.settings, newest.study_id)

    asked(StudyKind.TOP_UPS, PLAN, "/top-ups/")
    asked(StudyKind.TOP_UP_RUNS, f"{PLAN}start/", "", "top-ups-start")
    asked(StudyKind.TOP_UPS, PLAN, "/top-ups/")
    album.at(PLAN, "top-ups-plan")
    [run] = [each for each in list_runs(_visitor(), NAME) if each.kind is RunKind.TOP_UP]
    check_run(world.settings, run.run_id)
    album.at(f"/runs/{run.run_id}/", "top-ups-run")
    album.at(f"/runs/{run.run_id}/propose/", "top-ups-propose")
    album.close()


def _visitor():
    from makegood.trust.policy import Role
    from tests.trust.access.visitors import agent

    return agent("sujin", Role.PAYMENT_OFFICER)
