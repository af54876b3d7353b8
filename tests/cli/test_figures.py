"""Times as commands print them: in one zone, and never without its name."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from makegood.cli.figures import local_iso, local_minute, local_second
from tests.cli.operating import ROOT

AT = datetime(2026, 2, 3, 5, 0, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Asia/Seoul", "2026-02-03 14:00 KST"),
        ("America/Toronto", "2026-02-03 00:00 EST"),
        ("Europe/Paris", "2026-02-03 06:00 CET"),
        ("Asia/Dubai", "2026-02-03 09:00 +04"),
    ],
)
def test_a_time_names_its_zone(zone: str, told: str) -> None:
    assert local_minute(AT, ZoneInfo(zone)) == told


def test_without_a_programme_it_is_the_installations_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEGOOD_TIME_ZONE", "America/Toronto")
    assert local_second(AT) == "2026-02-03 00:00:07 EST"
    assert local_iso(AT) == "2026-02-03T00:00:07-05:00"


def test_no_command_writes_a_time_of_day_of_its_own() -> None:
    for file in sorted((ROOT / "src" / "makegood" / "cli").rglob("*.py")):
        # A rehearsal and a demonstration tell their own clock as it goes.
        if file.name in {"figures.py", "rehearse.py", "demo.py"}:
            continue
        assert not re.search(r"%H:%M", file.read_text(encoding="utf-8")), file.name
