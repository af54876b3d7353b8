"""How many accesses there were by day and purpose: counts, recorded as any reading of the log."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from makegood.trust.access import Refused, access_counts, look_up
from makegood.trust.policy import Purpose, Role
from makegood.trust.vault import store_person
from tests.trust.access.visitors import AFTERNOON, MINSU, agent, at, entries

SEOUL = ZoneInfo("Asia/Seoul")


def test_accesses_are_counted_by_day_purpose_and_task(database) -> None:
    store_person(MINSU, actor="console:tester")
    for days in (0, 0, 1):
        with at(AFTERNOON + timedelta(days=days)):
            look_up(agent(), phone=MINSU.phone, purpose=Purpose.CUSTOMER_REQUEST)
    with at(AFTERNOON + timedelta(days=2)):
        auditor = agent("audit", Role.AUDITOR)
        until = AFTERNOON + timedelta(days=1)
        (found,) = access_counts(auditor, SEOUL, AFTERNOON - timedelta(hours=5), until)
        assert (found.day, found.count) == (AFTERNOON.astimezone(SEOUL).date(), 2)
        assert (found.purpose, found.kind) == ("customer_request", "personal_data.looked_up")
        assert entries("log.read")[-1]["details"]["what"] == "access_counts"
        with pytest.raises(Refused):
            access_counts(agent(), SEOUL, AFTERNOON, until)
    assert database
