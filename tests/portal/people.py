"""A customer at the site: what they type, and the messages that come to their telephone."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from django.test import Client

from tests.staff_people import BROWSER, MINSU

if TYPE_CHECKING:
    from django.http import HttpResponse

WAITING = "makegood.portal.waiting.WaitingMiddleware"
SENDER = "02-100-0000"
DETAILS = {"phone": MINSU.phone, "year": "1985", "month": "3", "day": "7"}
NOBODY = {**DETAILS, "phone": "010-0000-0000"}


@contextmanager
def doors_open() -> Iterator[None]:
    """The waiting room, which has tests of its own, does not stand before the pages."""
    from django.conf import settings
    from django.test import override_settings

    with override_settings(MIDDLEWARE=[each for each in settings.MIDDLEWARE if each != WAITING]):
        yield


def telephone(**extra: str) -> Client:
    """A browser on a telephone."""
    return Client(headers={"user-agent": BROWSER, "host": "localhost"}, **extra)  # type: ignore[arg-type]


def texts(home: Path) -> list[str]:
    """The short messages that left for the aggregator, the oldest first."""
    from makegood.trust.customers import wait_until_handed_over

    assert wait_until_handed_over()
    folder = home / "exchange" / "sms" / "out"
    found = sorted(folder.glob("*.csv"), key=lambda path: path.stat().st_ctime_ns)
    rows = [csv.DictReader(StringIO(path.read_text("utf-8"), newline="")) for path in found]
    return [row["text"] for file in rows for row in file]


def code_sent(home: Path) -> str:
    """The code of the newest message."""
    [code] = re.findall(r"(?<!\d)\d{6}(?!\d)", texts(home)[-1])
    return str(code)


def look_up(client: Client, details: dict[str, str] = DETAILS, **more: str) -> HttpResponse:
    return client.post("/look-up/", {**details, **more})  # type: ignore[return-value]


def come_in(client: Client, home: Path, onward: str = "/dues/") -> HttpResponse:
    """From the look-up to the page one wanted to see."""
    look_up(client, next=onward)
    return client.post("/look-up/code/", {"code": code_sent(home)})  # type: ignore[return-value]
