"""Pages of the customers' site that one seldom sees: a code given out, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa
import pytest
from django.db import transaction
from playwright.sync_api import expect

from makegood.channels.vouchers import give, import_codes
from makegood.kernel import pay_once_key
from makegood.redress.choices import begin_granting, settle_choices
from makegood.trust.access import Visitor
from tests.pages.album import Album
from tests.pages.conftest import chromium as chromium  # noqa: PLC0414 - a fixture
from tests.pages.conftest import served
from tests.portal.acts.test_browser import visiting
from tests.portal.waiting.test_outage import store_away
from tests.redress.claims.relief import NAME

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.store_fixture import Database

GRANTED = pay_once_key(NAME, "pass", "L0001", "2024-05-02", "once")


@pytest.fixture
def site(offered: object) -> Iterator[str]:  # noqa: ARG001 - it must be there first
    with served() as address:
        yield address


@pytest.fixture(params=["ko", "en"])
def album(chromium: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Album]:
    context = visiting(chromium, site, request.param, 390, 844)
    yield Album(context, request.param)
    context.close()


def test_a_pass_that_was_given_out(album: Album, tmp_path: Path) -> None:
    page = album.page
    album.at("/dues/1/pass/code/", "pass-too-early")
    album.at("/dues/1/pass/choose/")
    page.get_by_role("radio").first.check()
    page.locator("main form button").click()
    album.look("pass-chosen")
    codes = tmp_path / "music.csv"
    codes.write_text("code\nMUSIC-AAAA1-BBBB2-CCCC3-DDDD4\n")
    import_codes(Visitor.console("root"), "music_pool", codes)
    chosen = {"line_id": ["L0001"], "option": ["music"], "key": [GRANTED]}
    answer = {"key": [GRANTED], "attempt": [1], "outcome": ["done"], "code": [""]}
    run_id = uuid4()
    with transaction.atomic():
        begin_granting(run_id, pa.table(chosen), programme=NAME, measure="pass")
        give("music_pool", GRANTED)
        settle_choices(run_id, pa.table(answer))
    album.at("/dues/1/pass/code/", "pass-code")
    album.at("/dues/1/pass/choose/", "pass-too-late")
    album.at("/dues/", "dues")
    album.close()


def test_what_is_told_where_a_page_cannot_be_given(album: Album, offered: Database) -> None:
    page = album.page
    album.at("/nowhere/", "portal-not-found")
    album.at("/dues/9/waiver/apply/", "portal-no-line")
    album.at("/help/")
    page.evaluate(
        "document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach(e => e.value = 'x')"
    )
    page.locator("main form button").first.click()
    album.look("portal-forged")
    album.at("/help/")
    page.evaluate("document.querySelector('textarea').removeAttribute('maxlength')")
    page.locator("textarea").fill("x" * 2_700_000)
    page.locator("main form button").first.click()
    expect(page.locator("main h1")).to_have_count(1)
    album.look("portal-too-much")
    with offered.superuser.connect(autocommit=True) as connection:
        connection.execute("ALTER TABLE choices_choice RENAME TO was_here")
        album.at("/dues/", "portal-not-possible")
        connection.execute("ALTER TABLE was_here RENAME TO choices_choice")
        connection.execute("ALTER TABLE cases_case RENAME TO was_here")
        album.at("/help/", "portal-broken")
        connection.execute("ALTER TABLE was_here RENAME TO cases_case")
    with store_away(offered):
        album.at("/dues/", "portal-store-away")
    page.context.clear_cookies(name="makegood-customer")
    album.at("/help/", "portal-help")
    album.close()
