"""A real browser: passkeys, pages without script, and what axe finds on any page (nothing)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.staff_people import (
    PASSWORD,
    code_of,
    kinds_logged,
    member,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from makegood.trust.staff import Member

pytestmark = pytest.mark.usefixtures("vault")

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OWN_PAGES = (
    "/",
    "/account/security/",
    "/account/security/password/",
    "/account/security/passkeys/add/",
    "/account/security/recovery/make/",
    "/account/sessions/",
    "/account/devices/",
    "/account/again/code/",
    "/account/sign-out/",
    "/policies/",
    "/nowhere/",
)
OFFICER_PAGES = ("/staff/", "/staff/devices/", "/staff/sessions/", "/staff/waits/", "/proposals/")


def come_in(page: Page, who: Member) -> None:
    page.goto("/account/sign-in/")
    page.locator("#id_login").fill(who.sign_in_name)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form").first.locator("button").click()
    page.locator("#id_code").fill(code_of(who))
    page.locator("main form", has=page.locator("#id_code")).locator("button").click()
    page.wait_for_load_state()


def make_known(page: Page) -> None:
    from makegood.trust import staff
    from makegood.trust.access import Visitor

    page.goto("/account/devices/")
    page.locator("#id_name").fill("2센터 14번 자리")
    page.locator("main form button").click()
    console = Visitor.console("root")
    for device in staff.devices_waiting(console):
        staff.approve_device(console, device.device_id)


def roles(who: Member, *names: str) -> None:
    from makegood.trust import staff
    from makegood.trust.access import Visitor

    staff.give_roles(Visitor.console("root"), who, names)


def add_authenticator_device(page: Page) -> None:
    """A virtual authenticator, as the browser's developer tools have it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def listen(page: Page) -> list[str]:
    """What the browser complains of, refused pages aside: policy violations above all."""
    told: list[str] = []

    def keep(message: Any) -> None:
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            told.append(message.text)

    page.on("console", keep)
    page.on("pageerror", lambda error: told.append(str(error)))
    return told


def test_a_passkey_is_added_signs_in_alone_and_signs_in_again(
    context: BrowserContext, site: str
) -> None:
    from makegood.trust import staff
    from makegood.trust.access import Visitor

    page = context.new_page()
    told = listen(page)
    add_authenticator_device(page)
    lee, token = staff.add_member(Visitor.console("root"), "lee.sora", roles=["auditor"])
    page.goto(f"/account/invitation/{token}/")
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_password2").fill(PASSWORD)
    page.locator("main form button").click()
    page.get_by_role("link", name="패스키 등록").click()
    page.locator("#id_name").fill("책상 컴퓨터")
    page.locator("#passkey").click()
    page.wait_for_url("**/recovery/")
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("button", name="로그아웃").click()
    page.locator("#passkey").click()
    page.wait_for_url(f"{site}/")
    (session,) = staff.open_sessions(lee)
    assert session.sign_in_strength == "passkey"
    page.goto("/account/again/?next=/account/sessions/")
    assert page.url.endswith("/account/again/passkey/?next=%2Faccount%2Fsessions%2F")
    page.locator("#passkey").click()
    page.wait_for_url("**/account/sessions/")
    assert "staff.signed_in_again" in kinds_logged()
    assert told == []


def test_a_passkey_is_a_second_factor(context: BrowserContext, site: str) -> None:
    from makegood.trust import staff

    kim, page = member("kim.minji"), context.new_page()
    add_authenticator_device(page)
    come_in(page, kim)
    page.goto("/account/again/code/?next=/account/security/passkeys/add/")
    page.locator("#id_code").fill(code_of(kim))
    page.locator("main form button").click()
    page.locator("#passkey").click()
    page.wait_for_url("**/account/security/recovery/")
    page.get_by_role("button", name="로그아웃").click()
    page.locator("#id_login").fill("kim.minji")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form").first.locator("button").click()
    page.locator("#passkey").click()
    page.wait_for_url(f"{site}/")
    assert staff.open_sessions(kim)[0].sign_in_strength == "passkey"
    assert staff.strong_factors(kim).count() == 2


def test_everything_but_passkeys_works_without_script(chromium: Browser, site: str) -> None:
    kim = member("kim.minji", "call_centre_agent")
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    come_in(page, kim)
    make_known(page)
    open_a_person(page)
    expect(page.get_by_text("김민수")).to_have_count(2)
    context.close()


def open_a_person(page: Page) -> None:
    page.goto("/centre/")
    page.locator("#id_phone").fill("010-1234-5678")
    page.locator("#id_case").fill("T-1")
    page.locator("main form").first.locator("button").click()
    page.locator("main form button").first.click()
    page.locator("#id_evidence").fill("R-17")
    page.locator("main form", has=page.locator("#id_evidence")).locator("button").click()
    page.wait_for_load_state()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.locator("main form", has=page.get_by_role("checkbox").first).locator("button").click()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_axe_finds_nothing_on_any_page(context: BrowserContext, language: str) -> None:
    from makegood.trust.proposals import ProposalKind, propose

    kim, page = member("kim.minji", "call_centre_agent", shown="김민지"), context.new_page()
    told = listen(page)
    context.add_cookies(
        [{"name": "makegood-language", "value": language, "url": "http://localhost"}]
    )
    found: list[str] = []

    def look(name: str = "") -> None:
        found.extend(problems(page, name or page.url))

    page.goto("/account/sign-in/")
    look()
    page.locator("main form").first.locator("#id_login").fill("kim.minji")
    page.locator("#id_password").fill("wrong")
    page.locator("main form").first.locator("button").click()
    look("sign-in refused")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form").first.locator("button").click()
    look("second step")
    page.locator("#id_code").fill(code_of(kim))
    page.locator("main form", has=page.locator("#id_code")).locator("button").click()
    page.wait_for_load_state()
    look("home, unknown device")
    page.goto("/centre/")
    look()
    page.locator("main form").first.locator("button").click()
    look("refused")
    make_known(page)
    look("devices")
    page.goto("/centre/")
    page.locator("#id_phone").fill("010-1234-5678")
    page.locator("#id_case").fill("T-1")
    page.locator("main form").first.locator("button").click()
    look("found")
    page.locator("main form button").first.click()
    look("person")
    open_a_person(page)
    look("opened")
    propose(ProposalKind.ROTATE_KEYS, "keys", {}, "a year", by="staff:other", source="test")
    for path in OWN_PAGES:
        page.goto(path)
        look()
    roles(kim, "security_officer", "payment_officer")
    for path in OFFICER_PAGES:
        page.goto(path)
        look()
    page.locator("tbody a").first.click()
    look("proposal")
    roles(kim, "auditor")
    page.goto("/log/")
    look()
    page.locator("tbody a").first.click()
    look("entry")
    assert found == []
    assert told == []


def test_axe_does_find_what_is_wrong(context: BrowserContext) -> None:
    """Else that it finds nothing would say nothing; also when it looks at a document again."""
    page = context.new_page()
    page.goto("/account/sign-in/")
    assert problems(page, "as it is") == []
    page.evaluate("document.querySelector('label').remove()")
    page.evaluate("document.querySelector('h1').style.color = 'Canvas'")
    found = "".join(problems(page, "changed"))
    assert "changed: label: [['#id_login']]" in found
    assert "changed, dark: color-contrast: [['h1']]" in found


def problems(page: Page, name: str) -> list[str]:
    """What axe finds in light and dark, and whether a narrow screen has to be pushed sideways."""
    wrong = violations(page, name, {"type": "tag", "values": WCAG})
    page.emulate_media(color_scheme="dark")
    wrong += violations(page, f"{name}, dark", {"type": "rule", "values": ["color-contrast"]})
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 640})
    over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    return wrong + ([f"{name}: {over} pixels too wide at 320"] if over > 0 else [])


_RUN = """options => axe.run(options).then(results => results.violations.map(
    one => [one.id, one.nodes.slice(0, 3).map(node => node.target)]))"""


def violations(page: Page, name: str, rules: dict[str, Any]) -> list[str]:
    """What axe says against a page by these rules; it is put into each document once.

    A click waits until the browser has begun the next document, and one just begun has no root yet.
    """
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(_RUN, {"runOnly": rules, "resultTypes": ["violations"]})
    return [f"{name}: {rule}: {targets}" for rule, targets in found]
