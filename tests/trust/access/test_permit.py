"""Every act is decided and recorded: what is allowed with the act, what is refused for good."""

import threading
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from makegood.kernel import MakegoodError
from makegood.trust.access import Refused, Visitor, expect_permitted, permit
from makegood.trust.policy import Act, Resource, ResourceKind, Role
from tests.trust.access.visitors import agent, entries, later

pytestmark = pytest.mark.usefixtures("database")

CUSTOMER = Resource(ResourceKind.CUSTOMER, "C0001")
LOG = Resource(ResourceKind.LOG)
REASONS: dict[str, Any] = {"purpose": "claim_handling", "case": "CALL-17"}


def reveal_permitted(visitor, **changes):
    with transaction.atomic():
        return permit(visitor, Act.REVEAL, CUSTOMER, **{**REASONS, **changes})


def test_an_allowed_act_stands_in_the_log_with_who_when_from_where_whom_and_what_for():
    ruling = reveal_permitted(agent())
    assert ruling.allowed
    (entry,) = entries()
    assert entry["kind"] == "access.permitted"
    assert entry["actor"] == "staff:bora"
    assert entry["written_at"].startswith("2026-11-17T05:00:00")
    assert entry["source"] == "198.51.100.7"
    assert (entry["person"], entry["subject"]) == ("C0001", "customer:C0001")
    assert (entry["purpose"], entry["case"]) == ("claim_handling", "CALL-17")
    details = entry["details"]
    assert details["act"] == "reveal"
    assert details["policies"] == ["call_centre_agent"]
    assert (details["device"], details["sign_in"], details["network"]) == (
        "enrolled",
        "passkey",
        "office",
    )
    assert (details["local_hour"], details["sign_in_age_seconds"]) == (14, 60)


def test_an_act_that_rolls_back_leaves_no_entry_that_it_was_allowed():
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - what a rollback leaves
        permit(agent(), Act.REVEAL, CUSTOMER, **REASONS)
        _ = 1 // 0
    assert entries() == []


def test_what_is_looked_at_again_makes_no_entry_and_a_refusal_does():
    expect_permitted(agent(), Act.READ_MASKED, CUSTOMER, **REASONS)
    assert entries() == []
    with pytest.raises(Refused):
        expect_permitted(agent(), Act.DELETE_PERSON, CUSTOMER, **REASONS)
    (entry,) = entries()
    assert (entry["kind"], entry["details"]["act"]) == ("access.refused", "delete_person")
    assert entry["details"]["sign_in"] == "passkey"


def test_a_refusal_stays_though_the_act_around_it_rolls_back():
    with pytest.raises(Refused), transaction.atomic():  # noqa: PT012 - what a rollback leaves
        permit(agent(), Act.READ_MASKED, CUSTOMER, **REASONS)
        permit(agent(), Act.DELETE_PERSON, CUSTOMER, **REASONS)
    (entry,) = entries()
    assert entry["kind"] == "access.refused"
    assert entry["details"]["act"] == "delete_person"
    assert entry["person"] == "C0001"


def test_a_refusal_inside_a_transaction_does_not_break_the_transaction():
    with transaction.atomic():
        permit(agent(), Act.READ_MASKED, CUSTOMER, **REASONS)
        with pytest.raises(Refused):
            permit(agent(), Act.DELETE_PERSON, CUSTOMER, **REASONS)
    assert [entry["kind"] for entry in entries()].count("access.permitted") == 1
    assert [entry["kind"] for entry in entries()].count("access.refused") == 1


@pytest.mark.parametrize(
    ("visitor", "changes", "policy", "word"),
    [
        ({"signed_in_seconds_ago": 301}, {}, "fresh_sign_in_to_open", "5 minutes"),
        ({"signed_in_at": None}, {}, "sign_in_of_this_shift", "10 hours"),
        ({"device": "unknown"}, {}, "device_known", "device is not known"),
        ({"sign_in_strength": "password"}, {}, "strong_sign_in", "password alone"),
        ({"network": "outside"}, {}, "not_from_outside", "outside the company"),
        ({"active": False}, {}, "member_active", "not active"),
        ({}, {"purpose": "audit"}, "purpose_fits_reading", "for this purpose"),
        ({}, {"purpose": ""}, "purpose_fits_reading", "for this purpose"),
        ({}, {"case": ""}, "case_named", "task or case"),
        ({}, {"purpose": "callback"}, "consent_given", "not consented"),
        ({"role": Role.AUDITOR}, {}, "no_role_permits", "auditor"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_failed_condition_is_refused_in_its_own_words(visitor, changes, policy, word):
    with pytest.raises(Refused) as refused:
        reveal_permitted(agent(**visitor), **changes)
    assert policy in refused.value.policy_ids
    finding = next(f for f in refused.value.findings if f.hint == policy)
    assert finding.code == "MG770"
    said = refused.value.text("en")
    assert word in said or policy == "no_role_permits"
    assert said
    assert refused.value.text("ko") not in {"", said}
    (entry,) = entries("access.refused")
    assert entry["details"]["policies"] == list(refused.value.policy_ids)


def test_all_conditions_that_fail_are_told_at_once():
    stranger = agent(device="unknown", network="outside", signed_in_seconds_ago=3000)
    with pytest.raises(Refused) as refused:
        reveal_permitted(stranger, case="")
    assert {
        "device_known",
        "not_from_outside",
        "fresh_sign_in_to_open",
        "case_named",
    } <= set(refused.value.policy_ids)


def test_a_visitor_at_the_console_runs_the_program_and_sees_nobody():
    console = Visitor.console("kim")
    with transaction.atomic():
        permit(console, Act.VERIFY_LOG, LOG)
    with pytest.raises(Refused) as refused, transaction.atomic():
        permit(console, Act.REVEAL, CUSTOMER, **REASONS)
    assert "nothing_shown_at_the_console" in refused.value.policy_ids
    assert [entry["actor"] for entry in entries()] == ["console:kim", "console:kim"]


def test_the_program_itself_may_go_on_for_longer_than_a_shift():
    worker = Visitor.system("worker")
    with later(days=3), transaction.atomic():
        assert permit(worker, Act.VERIFY_LOG, LOG).allowed


def test_a_session_is_named_in_the_log_by_nothing_that_opens_it():
    reveal_permitted(agent(session_id="the-secret-session-key"))
    (entry,) = entries()
    assert "the-secret-session-key" not in str(entry)
    assert len(entry["details"]["session"]) == 16


@pytest.mark.parametrize(
    "case", ["김민수", "call 17", "010-1234-5678", "kim@example.com", "x" * 65]
)
def test_a_case_that_could_name_a_customer_is_none(case):
    with pytest.raises(MakegoodError) as error:
        reveal_permitted(agent(), case=case)
    assert error.value.findings[0].code == "MG772"
    assert case not in str(error.value)
    assert entries() == []


def test_words_of_a_caller_do_not_reach_the_log_as_a_purpose():
    with pytest.raises(Refused):
        reveal_permitted(agent(), purpose="because 010-1234-5678 called")
    assert entries()[0]["purpose"] == ""
    assert "1234" not in str(entries())


def test_a_telephone_number_is_no_pseudonym():
    with pytest.raises(MakegoodError) as error, transaction.atomic():  # noqa: PT012 - what a rollback leaves
        number = Resource(ResourceKind.CUSTOMER, "01012345678")
        permit(agent(), Act.REVEAL, number, **REASONS)
    assert error.value.findings[0].code == "MG774"


@pytest.mark.parametrize("typed", ["01012345678", "kim-bimil-19680912", "C\x001", "김민수"])
def test_an_attempt_at_what_is_no_pseudonym_is_recorded_without_what_was_typed(typed):
    with pytest.raises(MakegoodError) as error, transaction.atomic():
        permit(agent(), Act.REVEAL, Resource(ResourceKind.CUSTOMER, typed), **REASONS)
    assert error.value.findings[0].code == "MG774"
    (entry,) = entries()
    assert (entry["kind"], entry["actor"]) == ("access.refused", "staff:bora")
    assert (entry["subject"], entry["person"], entry["case"]) == ("customer", "", "")
    assert entry["purpose"] == "claim_handling"
    assert (entry["details"]["act"], entry["details"]["codes"]) == ("reveal", ["MG774"])
    assert typed not in str(entry)


@pytest.mark.parametrize("act", [Act.READ_MASKED, Act.DELETE_PERSON], ids=["allowed", "refused"])
def test_where_the_log_cannot_be_written_there_is_no_access(database, act):
    with psycopg.connect(database.superuser.connection_string, autocommit=True) as superuser:
        superuser.execute("REVOKE INSERT ON audit_entry FROM makegood_program")
    with pytest.raises(MakegoodError) as error, transaction.atomic():
        permit(agent(), act, CUSTOMER, **REASONS)
    assert error.value.findings[0].code == "MG771"
    assert entries() == []


def test_many_at_once_are_all_recorded_and_none_waits_for_another():
    everyone = threading.Barrier(6, timeout=20)
    failures = []

    def work(number):
        try:
            with transaction.atomic():
                permit(agent(f"agent{number}"), Act.READ_MASKED, CUSTOMER, **REASONS)
                # All have written their entry before the first of them commits.
                everyone.wait()
            with pytest.raises(Refused), transaction.atomic():
                permit(agent(f"agent{number}"), Act.DELETE_PERSON, CUSTOMER, **REASONS)
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert {e["actor"] for e in entries("access.permitted")} == {
        f"staff:agent{n}" for n in range(6)
    }
    assert len(entries("access.refused")) == 6
