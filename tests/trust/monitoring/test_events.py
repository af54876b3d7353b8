"""Every kind of entry becomes an event that the published schema takes, without personal data."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from makegood.trust.audit import KINDS, Record
from makegood.trust.audit.record import entry_of
from makegood.trust.monitoring.ocsf import CLASSES, event_of
from makegood.trust.monitoring.ocsf.weights import _WEIGHTS, FAILURES
from tests.trust.monitoring import published

AT = datetime(2026, 11, 17, 5, 0, 0, 123_000, tzinfo=UTC)
NUMBER = UUID("019a0000-0000-7000-8000-000000000001")


def event(kind="personal_data.revealed", **fields):
    values = {"actor": "staff:bora", "source": "198.51.100.7", **fields}
    return event_of(entry_of(Record(kind=kind, **values), NUMBER, AT), 41)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"source": "console", "actor": "console:kim", "subject": "generation:3"},
        {"source": "", "actor": "system:worker", "subject": "staff:jun"},
        {"details": {"session": "ab", "roles": ["auditor"], "policies": ["x"], "act": "reveal"}},
    ],
    ids=["office", "console", "system", "details"],
)
def test_every_kind_keeps_to_the_schema(kind, fields):
    assert published.faults(event(kind, **fields)) == []


def test_the_classes_of_the_program_are_those_of_the_schema():
    for uid, one in CLASSES.items():
        required, one_of, activities = published.CLASSES[uid]
        assert set(one.requires) == required
        assert [set(one.one_of)] * bool(one.one_of) == one_of
        assert one.activities == {*activities, 99}
    assert {kind.ocsf_class for kind in KINDS.values()} <= set(CLASSES)


def test_weights_and_failures_are_of_kinds_that_there_are():
    assert set(_WEIGHTS) | FAILURES <= set(KINDS)


def test_an_access_says_who_whom_from_where_what_for_and_where_it_stands_in_the_log():
    found = event(
        subject="customer:C0001",
        person="C0001",
        purpose="complaint",
        case="CALL-17",
        details={"fields": ["phone"], "session": "0a1b"},
    )
    assert found["class_uid"] == 6005
    assert found["activity_id"] == 1
    assert found["time"] == 1_794_891_600_123
    assert found["actor"]["user"] == {"uid": "staff:bora", "type_id": 1}
    assert found["actor"]["session"] == {"uid": "0a1b"}
    assert found["src_endpoint"] == {"ip": "198.51.100.7"}
    assert found["metadata"]["uid"] == str(NUMBER)
    assert found["metadata"]["sequence"] == 41
    assert found["unmapped"] == {
        "subject": "customer:C0001",
        "person": "C0001",
        "purpose": "complaint",
        "case": "CALL-17",
        "details": {"fields": ["phone"], "session": "0a1b"},
    }


def test_a_refusal_is_a_failure_with_the_policies_that_failed():
    found = event("access.refused", details={"act": "reveal", "policies": ["device_known", "x"]})
    assert (found["status_id"], found["status_detail"]) == (2, "device_known, x")
    assert found["api"]["operation"] == "reveal"


def test_what_looks_personal_is_masked_once_more_on_its_way_out():
    found = event(
        source="call from 010-1234-5678",
        details={"reason": ["see kim@example.com", {"number": "110-123-456789"}]},
    )
    text = json.dumps(found)
    assert not [s for s in ("1234-5678", "kim@", "456789") if s in text]


def test_names_in_korean_survive():
    assert event(details={"reason": "법원 명령"})["unmapped"]["details"]["reason"] == "법원 명령"
