"""Cases in a real browser: by keys alone, without a script, and nothing for axe to find."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from makegood.cases import Callback, CaseKind, open_case, windows
from makegood.redress.serving import programme_in_force
from makegood.trust import clock
from tests.pages.test_browser import come_in, make_known, problems
from tests.staff_people import member
from tests.trust.access.visitors import agent as visitor

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from makegood.trust.staff import Member

PICTURES = os.environ.get("MAKEGOOD_PICTURES", "")
"""A folder for pictures of every page, to be looked at."""

pytestmark = pytest.mark.usefixtures("in_force")


def three_cases(who: Member) -> list[str]:
    """Cases of a member's, in the order of their deadlines."""
    me = visitor(str(who.pk))
    opened = partial(
        open_case, me, programme="relief-2026", customer_id="C0001", through="call_centre"
    )
    window = windows(programme_in_force("relief-2026"), clock.now())[0]
    call = opened(
        kind=CaseKind.CALLBACK,
        callback=Callback(window.since, window.until),
        due_at=window.until,
        subject="보험 문의",
    )
    asked = opened(kind=CaseKind.QUESTION, subject="지급일 문의", note="메모")
    complaint = opened(kind=CaseKind.COMPLAINT, subject="오래 기다림")
    found = sorted((call, asked, complaint), key=lambda case: case.due_at or clock.now())
    return [case.number for case in found]


def signed_in(context: BrowserContext, name: str = "choi.bora") -> tuple[Page, Member]:
    page, who = context.new_page(), member(name, "call_centre_agent", shown="최보라")
    come_in(page, who)
    make_known(page)
    return page, who


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent").strip())


def tab_to(page: Page, words: str) -> None:
    """Press the tab key until something of these words has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if words in focused(page):
            return
    raise AssertionError(f"the tab key does not come to {words!r}")


def test_a_day_is_worked_through_by_keys_alone(context: BrowserContext) -> None:
    from playwright.sync_api import expect

    page, who = signed_in(context)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    numbers = three_cases(who)
    page.goto("/centre/cases/")
    tab_to(page, numbers[0])
    for key, expected in (
        ("j", numbers[1]),
        ("ArrowDown", numbers[2]),
        ("j", numbers[2]),
        ("k", numbers[1]),
        ("ArrowUp", numbers[0]),
        ("End", numbers[2]),
        ("Home", numbers[0]),
        ("j", numbers[1]),
    ):
        page.keyboard.press(key)
        assert focused(page) == expected, key
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/centre/cases/{numbers[1]}/")
    while page.evaluate("document.activeElement.id") != "id_text":
        page.keyboard.press("Tab")
    page.keyboard.type("다음 지급일을 안내함")
    tab_to(page, "메모 남기기")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=메모를 남겼습니다")
    tab_to(page, "종결하기")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=건을 종결했습니다")
    tab_to(page, "목록으로")
    page.keyboard.press("Enter")
    page.wait_for_url("**/centre/cases/#list")
    expect(page.locator("a[data-row]").first).to_be_focused()
    page.keyboard.press("2")
    page.wait_for_url("**list=team#list")
    # Outside of the list a letter is a letter.
    page.locator("#number").focus()
    page.keyboard.type("njk2")
    assert page.locator("#number").input_value() == "njk2"
    assert page.url.endswith("list=team#list")
    assert told == []


def test_the_list_and_a_case_work_without_a_script(context: BrowserContext) -> None:
    page, who = signed_in(context)
    numbers = three_cases(who)
    plain = context.browser
    assert plain
    state = context.storage_state()
    without = plain.new_context(
        base_url=page.url.split("/account")[0], java_script_enabled=False, storage_state=state
    )
    bare = without.new_page()
    bare.goto("/centre/cases/")
    bare.locator(f"a:text('{numbers[0]}')").click()
    bare.locator("#id_text").fill("손으로 적음")
    bare.locator("button:text('메모 남기기')").click()
    assert "손으로 적음" in bare.content()
    without.close()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_axe_finds_nothing(context: BrowserContext, language: str) -> None:
    page, who = signed_in(context)
    numbers = three_cases(who)
    if language == "en":
        page.locator("button[name=language]").click()
    found: list[str] = []

    def look(name: str, address: str = "") -> None:
        if address:
            page.goto(address)
        picture(page, f"{name}-{language}")
        found.extend(problems(page, name))

    look("new", "/centre/cases/new/")
    look("day", "/centre/cases/")
    look("empty", "/centre/cases/?list=team")
    for number in numbers:
        look(f"case-{numbers.index(number)}", f"/centre/cases/{number}/")
    page.locator("#id_text").fill("010-8765-4321")
    page.locator("form[action$='/note/'] button").click()
    look("note-refused")
    page.goto(f"/centre/cases/{numbers[0]}/")
    if not page.locator("form[action$='/number/'] button").count():
        page.goto(f"/centre/cases/{numbers[1]}/")
    page.locator("form[action$='/number/'] button").click()
    look("number")
    look("knowledge", "/centre/knowledge/")
    asked = "위약금+언제+들어와요" if language == "ko" else "when+is+the+waiver+paid"
    look("found", f"/centre/knowledge/?q={asked}")
    page.locator("a[data-row]").first.click()
    look("article")
    page.goto(f"/centre/cases/{numbers[0]}/")
    page.locator("form[action='/centre/person/choose/'] button").click()
    look("person")
    look("new-of-person", "/centre/cases/new/")
    assert found == []


def picture(page: Page, name: str) -> None:
    if not PICTURES:
        return
    for width, height, kind in ((390, 844, "phone"), (1280, 800, "desktop")):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=str(Path(PICTURES) / f"{name}-{kind}.png"), full_page=True)
