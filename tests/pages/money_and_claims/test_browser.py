"""A real browser: what axe finds on any of these pages (nothing), and a claim decided by two.

With MAKEGOOD_PICTURES a picture of each page is left in that folder, to be looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from makegood.trust.audit import carry_out_examination, examinations
from tests.pages.money_and_claims.relief_world import World
from tests.pages.programmes_and_runs.test_browser import picture
from tests.pages.test_browser import come_in, listen, make_known, problems
from tests.redress.claims.relief import NAME
from tests.staff_people import member

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from makegood.trust.staff import Member

ROLES = ("payment_officer", "supervisor", "privacy_officer", "security_officer")
PAGES = {
    "overview": "/overview/",
    "money": f"/money/?programme={NAME}&since=2026-01-10&until=2026-02-15",
    "vouchers": "/money/vouchers/",
    "claims": "/claims/",
    "open": "/claims/open/",
    "returned": "/claims/open/?which=returned",
    "undetermined": "/claims/undetermined/",
    "undetermined-lines": "/claims/undetermined/waiver/?facts=brand",
    "quotes": f"/claims/quotes/?programme={NAME}&measure=waiver",
    "notices": "/notices/",
    "accesses": "/audit/",
    "person": "/audit/person/?person=L0001&purpose=audit",
    "review": "/audit/review/",
    "verify": "/audit/verify/",
}


def colleague() -> Member:
    """The one security officer that there may be while the console approves devices alone."""
    from makegood.trust.staff import Member

    known = Member.objects.filter(sign_in_name="jun.browser").first()
    return known or member("jun.browser", *ROLES, shown="박준")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_axe_finds_nothing_on_any_page(
    context: BrowserContext, world: World, language: str
) -> None:
    jun, page = colleague(), context.new_page()
    context.add_cookies(
        [{"name": "makegood-language", "value": language, "url": "http://localhost"}]
    )
    told, found = listen(page), list[str]()

    def look(name: str) -> None:
        picture(page, f"{language}-{name}")
        found.extend(problems(page, name))

    come_in(page, jun)
    make_known(page)
    for name, path in PAGES.items():
        page.goto(path)
        look(name)
    for line in ("L0003", "L0006", "L0011", "M0000"):
        page.goto(world.claim(line))
        look(f"claim-{line}")
    page.locator("form[action$='/resolve/'] button").click()
    look("claim-errors")
    page.goto("/audit/verify/")
    page.get_by_role("button", name="검증" if language == "ko" else "Verify").click()
    look("verify-goes-on")
    page.get_by_text("0 / 0").wait_for()
    (asked,) = [each for each in examinations() if not each.is_over]
    carry_out_examination(asked.examination_id)
    page.goto("/audit/verify/")
    look("verified")
    page.goto("/money/")
    page.locator("form[action$='/verify/'] button").click()
    look("money-verified")
    page.locator("summary").first.click()
    look("money-table")
    assert found == []
    assert told == []
