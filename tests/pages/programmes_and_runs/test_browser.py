"""A real browser: what axe finds on any of these pages (nothing), and parts that renew themselves.

With MAKEGOOD_PICTURES a picture of each page is left in that folder, to be looked at.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.pages.programmes_and_runs.texts import AMENDED, BROKEN
from tests.pages.test_browser import come_in, listen, make_known, problems
from tests.staff_people import member

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PICTURES = os.environ.get("MAKEGOOD_PICTURES", "")


def picture(page: Page, name: str) -> None:
    if not PICTURES:
        return
    for width, height, kind in ((390, 844, "phone"), (1280, 800, "desktop")):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=str(Path(PICTURES) / f"{name}-{kind}.png"), full_page=True)


def chosen(name: str, content: str) -> dict[str, object]:
    return {"name": name, "mimeType": "application/yaml", "buffer": content.encode()}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_axe_finds_nothing_on_any_page(context: BrowserContext, world, language: str) -> None:
    from makegood import runs
    from makegood.publication import StudyKind, drafts, studies_of

    kim, page = member("kim.minji", "remediation_author", "payment_officer"), context.new_page()
    context.add_cookies(
        [{"name": "makegood-language", "value": language, "url": "http://localhost"}]
    )
    told, found = listen(page), list[str]()

    def look(name: str) -> None:
        picture(page, f"{language}-{name}")
        found.extend(problems(page, name))

    come_in(page, kim)
    make_known(page)
    page.goto("/programmes/bring/")
    look("bring")
    page.locator("#id_programme").set_input_files(chosen("programme.yaml", BROKEN))  # type: ignore[arg-type]
    page.locator("main form button").click()
    page.wait_for_load_state()
    assert page.locator("mark").count() >= 2
    look("findings")
    page.locator("#id_programme").set_input_files(chosen("programme.yaml", AMENDED))  # type: ignore[arg-type]
    page.locator("main form button").click()
    page.wait_for_url("**/drafts/**")
    look("draft")
    page.locator("form[action$='/forecast/'] button").click()
    page.locator("form[action$='/difference/'] button").click()
    look("draft-waiting")
    (draft,) = drafts()
    for kind in (StudyKind.FORECAST, StudyKind.DIFFERENCE):
        (study,) = studies_of(draft.sha256, kind)
        runs.carry_out_study(world.settings, study.study_id)
    # The page renews itself.
    page.locator("section[id^=study] table").nth(2).wait_for()
    look("draft-studied")
    for name, path in (
        ("programmes", "/programmes/"),
        ("plan", "/programmes/gift-2026/plan/"),
        ("runs", "/runs/"),
        ("run", world.grant),
        ("run-waiting", world.credit),
        ("propose", f"{world.credit}propose/"),
        ("not-possible", f"{world.credit}retry/"),
        ("answers", "/runs/answers/"),
        ("contradictions", "/runs/contradictions/"),
    ):
        page.goto(path)
        look(name)
    page.goto("/programmes/")
    page.locator("a.second").first.click()
    look("version")
    page.locator("summary").nth(1).click()
    look("version-open")
    page.goto(f"{world.credit}propose/")
    page.locator("main form button").first.click()
    look("propose-without-reason")
    page.goto(world.grant)
    page.locator("summary").first.click()
    look("run-open")
    page.locator("td a[href*='/items/']").first.click()
    look("item")
    page.goto("/runs/answers/")
    page.locator("#id_file").set_input_files(chosen("answer.xml", "<Document/>"))  # type: ignore[arg-type]
    page.locator("main form button").click()
    look("answers-refused")
    assert found == []
    assert [one for one in told if "422" not in one] == []


def test_a_run_is_seen_while_it_goes_on(context: BrowserContext, world) -> None:
    from makegood import runs
    from makegood.channels import Outcome

    kim, page = member("kim.minji", "payment_officer"), context.new_page()
    come_in(page, kim)
    make_known(page)
    page.goto(world.grant)
    page.evaluate("document.querySelector('#progress').dataset.kept = 'yes'")
    keys = [key for key, _attempt in sorted(world.outside.items)]
    world.outside.answer([(keys[-1], Outcome.DONE)])
    runs.take_in(world.settings, channels=world.outside)
    page.locator("#progress:not([data-kept])").wait_for(timeout=15_000)
    assert page.locator("#progress table").count() == 1
