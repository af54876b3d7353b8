"""Every test of staff runs in the office, on a weekday's afternoon, with a database of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.staff_people import MovedClock, installed, moved_clock, to_office_hours
from tests.store_fixture import Database


@pytest.fixture(autouse=True)
def hand(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[MovedClock]:
    """The clock, moved by hand."""
    with installed(database, monkeypatch), moved_clock() as moved:
        yield to_office_hours(moved)
