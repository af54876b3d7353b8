"""The frame of the customers' site: what may be kept, and in which language."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.usefixtures("hand")


def test_the_first_page_may_be_kept_by_anybody_and_sets_no_cookie() -> None:
    answer = Client(headers={"host": "localhost"}).get("/?lang=en")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert not answer.cookies
    assert answer.headers["Content-Language"] == "en"


def test_a_page_that_is_not_there_is_kept_by_nobody() -> None:
    answer = Client(headers={"host": "localhost"}).get("/nowhere/")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/staff/", "/centre/", "/account/sign-in/", "/log/"])
def test_no_staff_page_can_be_reached(path: str) -> None:
    assert Client(headers={"host": "localhost"}).get(path).status_code == 404
