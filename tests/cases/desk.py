"""A support desk for tests: a programme in force, its customers, who works there."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

from makegood.cases import Callback, CaseKind, open_case
from makegood.trust.vault import Person, store_person
from tests.redress.claims.relief import NAME, PERSONS, TEXT, applicant
from tests.redress.outage_lines import published
from tests.trust.access.visitors import agent

SEOUL = ZoneInfo("Asia/Seoul")
MORNING = datetime(2026, 1, 15, 10, 0, tzinfo=SEOUL)
"""A Thursday at 10."""
PHONE = "010-8888-4321"
STRANGE = ("8888-4321", "88884321", "1088884321")
"""What may be nowhere but in ciphertexts."""
SAID = "고객이 해지 사유를 길게 설명함"


_HOLDER = "INSERT INTO serving_holder (line_id, customer_id) VALUES (%s, %s)"


def opened_desk() -> None:
    """Three customers, each with a line of their own name."""
    published(TEXT)
    with connection.cursor() as cursor:
        for line in ("L0001", "L0002", "L0003"):
            store_person(Person(line, PERSONS[line], "010-7777-0001"), actor="console:tester")
            cursor.execute(_HOLDER, [line, line])


def tomorrow(hour: int = 10, until: int = 12, phone: str = "") -> Callback:
    day = MORNING.replace(day=16)
    return Callback(day.replace(hour=hour), day.replace(hour=until), phone)


def question(visitor=None, **changes):
    given = {"customer_id": "L0001", "subject": "지급일 문의", "through": "call_centre", **changes}
    return open_case(visitor or agent("bora"), kind=CaseKind.QUESTION, programme=NAME, **given)


def customer(line_id: str = "L0001"):
    return applicant(line_id)
