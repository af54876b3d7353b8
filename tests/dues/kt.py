"""Lines of the reference programme, one for each thing that can be decided, and whose they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import psycopg
from django.db import connection

from makegood.redress.serving import register
from makegood.trust.access import Visitor
from tests.redress.outage_lines import published, snapshot

NAME = "kt-2025"
TEXT = (Path(__file__).parents[2] / "programmes" / NAME / "programme.yaml").read_text("utf-8")
SEOUL = ZoneInfo("Asia/Seoul")
AS_OF = date(2026, 1, 13)
BEFORE = datetime(2026, 1, 13, 18, 0, tzinfo=SEOUL)
OPEN = datetime(2026, 1, 15, 10, 0, tzinfo=SEOUL)
LAST_MINUTE = datetime(2026, 1, 31, 21, 59, 59, tzinfo=SEOUL)
CLOSED = datetime(2026, 1, 31, 22, 0, tzinfo=SEOUL)
IN_MARCH = datetime(2026, 3, 10, 10, 0, tzinfo=SEOUL)

IN_USE: dict[str, object] = {
    "status": "in_use",
    "line_kind": "mobile",
    "brand": "own",
    "payment": "postpaid",
    "holder": "person",
    "holder_age": 40,
    "contract_action": "none",
    "contracted_on": date(2024, 5, 2),
    "contract_months": 24,
    "support": "device_subsidy",
    "subsidy_won": 600_000,
    "monthly_discount_won": None,
    "suspended_days": 0,
    "terminated_on": None,
    "terminated_by": None,
    "late_reason": None,
    "late_reason_ended_on": None,
}
LEFT = IN_USE | {
    "status": "terminated",
    "terminated_on": date(2026, 1, 5),
    "terminated_by": "customer",
}
LINES: dict[str, dict[str, object]] = {
    "L00001": LEFT,
    "L00002": IN_USE,
    "L00003": LEFT | {"terminated_on": date(2025, 8, 30)},
    "L00004": LEFT | {"brand": "mvno"},
    "L00005": LEFT | {"subsidy_won": None},
    "L00006": LEFT
    | {
        "terminated_on": date(2026, 1, 20),
        "late_reason": "abroad",
        "late_reason_ended_on": date(2026, 1, 19),
    },
    "L00007": IN_USE | {"holder_age": 70},
    "L00008": LEFT | {"holder": "minor", "holder_age": 12},
    "L00009": IN_USE | {"status": "suspended"},
    "L00010": LEFT | {"subsidy_won": 0},
}
"""Refunded, in use, before the incident, of another brand, of an unknown subsidy, kept from leaving
in time, an old customer's, a minor's, suspended, of a penalty of nothing."""
CUSTOMER, OTHER = "C0001", "C0002"
HOLDERS = {line: CUSTOMER if line < "L00008" else OTHER for line in LINES} | {"L00010": "C0003"}


def opened(folder: Path) -> None:
    """The programme is in force, its lines are served, and two customers hold them."""
    published(TEXT)
    register(Visitor.console("root"), snapshot(folder / "lines", LINES, AS_OF, TEXT), NAME)
    hold(HOLDERS)


def hold(holders: dict[str, str]) -> None:
    """Whose lines are, as the file of holders would say it."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO serving_holder (line_id, customer_id) VALUES (%s, %s)",
            list(holders.items()),
        )


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database, through Django's cursors and the driver's own."""
    asked: list[str] = []
    plain = psycopg.Cursor.execute

    def told(self: psycopg.Cursor[Any], query: Any, *values: Any, **more: Any) -> object:
        asked.append(" ".join(str(query).split()))
        return plain(self, query, *values, **more)

    with patch.object(psycopg.Cursor, "execute", told):
        yield asked
