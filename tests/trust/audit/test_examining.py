"""A verification that a page asked for: one at a time, kept, and given up when its worker died."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from makegood.kernel import MakegoodError
from makegood.trust.audit import (
    Record,
    append,
    ask_to_examine,
    carry_out_examination,
    examination_of,
    examinations,
)
from makegood.trust.audit.examining import DEAD_AFTER
from tests.trust.access.visitors import AFTERNOON, at


@pytest.fixture(autouse=True)
def afternoon(database):
    with at(AFTERNOON):
        yield database


def written(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            append(Record("log.verified", "console:root", f"try:{number}"))


def test_only_one_goes_on_and_what_it_found_is_kept() -> None:
    written(3)
    asked, is_new = ask_to_examine("staff:1")
    assert is_new
    assert ask_to_examine("staff:2") == (asked, False)
    assert not asked.is_over
    carry_out_examination(asked.examination_id)
    found = examination_of(asked.examination_id)
    assert (found.is_over, found.result["ok"], found.result["entries"]) == (True, True, 3)
    later, is_new = ask_to_examine("staff:2")
    assert is_new
    assert [each.asked_by for each in examinations()].count("staff:2") == 1
    assert later.examination_id != asked.examination_id


def test_what_was_changed_is_told(database) -> None:
    written(2)
    with database.superuser.connect(autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE audit_entry SET actor = 'staff:9' WHERE subject = 'try:1'")
    asked, _ = ask_to_examine("staff:1")
    carry_out_examination(asked.examination_id)
    result = examination_of(asked.examination_id).result
    assert (result["ok"], result["problems"]) == (False, 1)
    assert result["findings"][0]["code"] == "MG744"


def test_one_whose_worker_died_stands_in_nobodys_way() -> None:
    from makegood.trust.audit.models import Examination

    asked, _ = ask_to_examine("staff:1")
    Examination.objects.update(began_at=AFTERNOON, told_at=AFTERNOON)
    with at(AFTERNOON + DEAD_AFTER + timedelta(seconds=1)):
        assert examination_of(asked.examination_id).is_dead
        assert ask_to_examine("staff:2")[1]


def test_there_is_none_of_another_number(database) -> None:
    from uuid import uuid4

    with pytest.raises(MakegoodError, match="MG750"):
        examination_of(uuid4())
    carry_out_examination(uuid4())
    assert database
    assert examinations() == []
