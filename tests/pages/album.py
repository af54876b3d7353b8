"""Pages looked at one by one: what is wrong on each, and a picture in three widths.

With MAKEGOOD_PICTURES a picture of each page is left in that folder, to be looked at.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tests.pages.test_browser import listen, problems

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PICTURES = os.environ.get("MAKEGOOD_PICTURES", "")
SHAPES = {"phone": (390, 844), "narrow": (320, 640), "desktop": (1280, 800)}


class Album:
    """A browser's page in one language, and what was wrong on all that were looked at."""

    def __init__(self, context: BrowserContext, language: str) -> None:
        context.add_cookies(
            [{"name": "makegood-language", "value": language, "url": "http://localhost"}]
        )
        self.page: Page = context.new_page()
        self.language = language
        self.wrong: list[str] = []
        self.complaints = listen(self.page)

    def at(self, address: str, name: str = "") -> None:
        """Go there, and look where a name is given."""
        self.page.goto(address)
        if name:
            self.look(name)

    def look(self, name: str) -> None:
        """What axe finds, what is too wide, and the pictures."""
        self.wrong += problems(self.page, f"{self.language} {name}")
        for shape, (width, height) in SHAPES.items() if PICTURES else ():
            self.page.set_viewport_size({"width": width, "height": height})
            place = Path(PICTURES) / f"{name}-{self.language}-{shape}.png"
            self.page.screenshot(path=str(place), full_page=True)

    def send(self, action: str = "", **fields: str) -> None:
        """Fill in a form of the page, found by where it is sent to, and send it."""
        forms = self.page.locator(f"main form[action$='{action}']" if action else "main form")
        for name, value in fields.items():
            forms.locator(f"[name={name}]").fill(value)
        forms.locator("button").first.click()
        self.page.wait_for_load_state()

    def close(self) -> None:
        """Nothing was wrong on any page."""
        assert not self.wrong, "\n".join(self.wrong)
        assert not self.complaints, self.complaints
