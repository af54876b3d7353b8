"""Pages of the staff's site that one seldom sees: what went wrong, and the first factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pages.album import Album
from tests.pages.test_browser import (
    add_authenticator_device,
    come_in,
    make_known,
    open_a_person,
    roles,
)
from tests.portal.waiting.test_outage import store_away
from tests.staff_people import PASSWORD, member
from tests.store_fixture import Database

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

ALL_ROLES = (
    *("call_centre_agent", "supervisor", "remediation_author", "payment_officer"),
    *("privacy_officer", "security_officer", "auditor"),
)


@pytest.fixture(params=["ko", "en"])
def album(context: BrowserContext, request: pytest.FixtureRequest) -> Album:
    return Album(context, request.param)


def test_what_is_told_where_a_page_cannot_be_given(album: Album, database: Database) -> None:
    page = album.page
    album.at("/nowhere/", "not-found-stranger")
    come_in(page, member("kim.minji", "call_centre_agent", shown="김민지"))
    album.at("/nowhere/", "not-found")
    album.at("/staff/", "refused")
    album.at("/account/devices/")
    page.evaluate(
        "document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach(e => e.value = 'x')"
    )
    album.send("", name="desk 14")
    album.look("forged")
    album.at("/account/devices/")
    page.evaluate("document.querySelector('[name=name]').removeAttribute('maxlength')")
    album.send("", name="x" * 2_700_000)
    assert page.locator("main h1").count() == 1
    album.look("too-much")
    make_known(page)
    with database.superuser.connect(autocommit=True) as connection:
        for table, name in (("staff_device", "broken"), ("cases_case", "broken-within")):
            connection.execute(f"ALTER TABLE {table} RENAME TO was_here")
            album.at("/centre/cases/", name)
            connection.execute(f"ALTER TABLE was_here RENAME TO {table}")
    with store_away(database):
        album.at("/account/sign-in/", "store-away")
        assert page.locator("main dd.mono").count() == 1
    album.close()


def test_a_first_factor_is_added(album: Album) -> None:
    from makegood.trust import staff
    from makegood.trust.access import Visitor

    page = album.page
    add_authenticator_device(page)
    _lee, token = staff.add_member(
        Visitor.console("root"), "lee.sora", name="이소라", roles=["auditor"]
    )
    album.at(f"/account/invitation/{token}/", "invitation")
    page.locator("#id_password1").fill("short")
    page.locator("#id_password2").fill("other")
    page.locator("main form button").click()
    album.look("invitation-wrong")
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_password2").fill(PASSWORD)
    page.locator("main form button").click()
    album.look("enrol")
    album.at("/account/security/code/add/", "add-authenticator")
    page.locator("#id_code").fill("000000")
    page.locator("main form button").click()
    album.look("add-authenticator-wrong")
    album.at("/account/security/passkeys/add/", "add-passkey")
    page.locator("#id_name").fill("책상 컴퓨터")
    page.locator("#passkey").click()
    page.wait_for_url("**/recovery/")
    album.look("codes")
    album.at("/account/security/recovery/", "codes-again")
    album.at("/account/security/recovery/make/", "make-codes")
    album.at("/account/security/", "security")
    page.locator("a[href$='/name/']").click()
    album.look("rename-passkey")
    album.at("/account/devices/", "device")
    make_known(page)
    album.at("/account/devices/", "device-known")
    album.at("/account/sessions/", "sessions")
    album.at("/account/sign-out/", "sign-out")
    album.at(f"/account/invitation/{token}/", "invitation-over")
    album.close()


def test_the_menu_of_somebody_with_many_roles(album: Album) -> None:
    come_in(album.page, member("kim.minji", *ALL_ROLES, shown="김민지"))
    make_known(album.page)
    album.at("/", "menu")
    album.at("/staff/", "staff")
    album.close()


@pytest.mark.usefixtures("vault")
def test_the_log_is_read_in_words(album: Album) -> None:
    kim, page = member("kim.minji", "call_centre_agent", shown="김민지"), album.page
    come_in(page, kim)
    make_known(page)
    open_a_person(page)
    roles(kim, "auditor")
    album.at("/log/", "log")
    page.get_by_role("link", name="20").nth(2).click()
    album.look("entry")
    album.at("/audit/person/?person=C0001&purpose=audit", "audit-person")
    revealed = page.locator("main table").inner_text()
    assert "birth_date" not in revealed
    assert ("생년월일" if album.language == "ko" else "Birth date") in revealed
    album.close()
