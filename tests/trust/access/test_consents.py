"""Consents: given, withdrawn, expired by the clock; and what the policies make of them."""

from typing import Any

import psycopg
import pytest

from makegood.kernel import MakegoodError
from makegood.trust.access import (
    Refused,
    consent_state,
    consents_of,
    correct_person,
    give_consent,
    reveal,
    withdraw_consent,
)
from makegood.trust.policy import Role
from tests.trust.access.visitors import agent, entries, later

pytestmark = pytest.mark.usefixtures("vault")

REQUEST = {"purpose": "customer_request", "case": "CALL-17"}


def given(days=30, purpose="customer_request", **changes):
    values = {
        "channel": "telephone",
        "days_valid": days,
        "evidence": "REC-0009",
        "case": "CALL-17",
    } | changes
    return give_consent(agent(), "C0001", purpose, **values)


def refusal():
    with pytest.raises(Refused) as refused:
        reveal(agent(), "C0001", ["name"], **REQUEST)
    return refused.value


def test_without_a_consent_nothing_is_opened_because_the_customer_asked():
    assert refusal().policy_ids == ("consent_given",)
    assert entries("access.refused")[0]["details"]["consent"] == "none"


def test_a_valid_consent_opens():
    given()
    assert reveal(agent(), "C0001", ["name"], **REQUEST) == {"name": "김민수"}
    assert entries("personal_data.revealed")[0]["details"]["consent"] == "valid"


def test_a_consent_is_for_its_purpose_and_its_customer_only():
    given(purpose="callback")
    assert consent_state("C0001", "customer_request") == "none"
    assert consent_state("C0002", "callback") == "none"
    assert consent_state("C0001", "callback") == "valid"


def test_a_consent_expires_by_the_clock():
    given(days=30)
    with later(days=29, hours=23):
        assert consent_state("C0001", "customer_request") == "valid"
    with later(days=30):
        assert consent_state("C0001", "customer_request") == "expired"
        assert refusal().policy_ids == ("consent_not_expired",)


def test_a_withdrawn_consent_is_refused_in_its_own_words():
    given()
    with later(hours=1):
        assert withdraw_consent(agent(), "C0001", **REQUEST) == 1
        assert refusal().policy_ids == ("consent_not_withdrawn",)
        assert "withdrawn" in refusal().text("en")
        assert withdraw_consent(agent(), "C0001", **REQUEST) == 0


def test_a_consent_given_again_after_a_withdrawal_counts():
    given()
    with later(hours=1):
        withdraw_consent(agent(), "C0001", **REQUEST)
    with later(hours=2):
        given(days=1)
        assert consent_state("C0001", "customer_request") == "valid"
        assert len(consents_of("C0001")) == 2


def test_an_older_consent_still_holds_where_a_shorter_one_has_expired():
    given(days=365)
    with later(days=1):
        given(days=1)
    with later(days=3):
        assert consent_state("C0001", "customer_request") == "valid"


def test_consents_stand_in_the_log_with_channel_and_evidence():
    given()
    withdraw_consent(agent(), "C0001", **REQUEST)
    (first,) = entries("consent.given")
    assert (first["person"], first["purpose"]) == ("C0001", "customer_request")
    assert first["details"]["channel"] == "telephone"
    assert first["details"]["evidence"] == "REC-0009"
    assert entries("consent.withdrawn")[0]["details"]["consent"] == "valid"


def test_who_may_not_record_consents_records_none():
    with pytest.raises(Refused):
        give_consent(
            agent("jun", Role.PAYMENT_OFFICER),
            "C0001",
            "customer_request",
            channel="shop",
            days_valid=1,
            evidence="F-1",
        )
    assert consents_of("C0001") == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"channel": "pigeon"}, "MG775"),
        ({"days": 0}, "MG775"),
        ({"days": 10_000}, "MG775"),
        ({"evidence": ""}, "MG775"),
        ({"evidence": "said 010-1234-5678"}, "MG772"),
    ],
)
def test_a_consent_that_cannot_be_is_not_recorded(changes, code):
    with pytest.raises(MakegoodError) as error:
        given(**changes)
    assert error.value.findings[0].code == code
    assert consents_of("C0001") == []


def test_the_program_can_end_a_consent_and_change_or_remove_none(vault):
    given()
    with vault.program.connect() as program:
        for statement in (
            "DELETE FROM access_consent",
            "UPDATE access_consent SET expires_at = expires_at + interval '1 year'",
            "TRUNCATE access_consent",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                program.execute(statement)
            program.rollback()


def test_a_correction_for_the_customer_needs_the_consent_too():
    with pytest.raises(Refused):
        correct_person(agent(), "C0001", {"email": "a@example.com"}, **REQUEST)
    given()
    correct_person(agent(), "C0001", {"email": "a@example.com"}, **REQUEST)


def test_a_consent_belongs_to_a_case_and_to_who_just_signed_in():
    """Else whoever finds a screen open lets themselves in by a consent that nobody gave."""
    values: dict[str, Any] = {"channel": "telephone", "days_valid": 30, "evidence": "REC-0009"}
    asked: dict[str, Any] = dict(REQUEST)
    with pytest.raises(Refused) as refused:
        give_consent(agent(), "C0001", "customer_request", **values)
    assert refused.value.policy_ids == ("case_named",)
    stale = agent(signed_in_seconds_ago=301)
    with pytest.raises(Refused) as refused:
        give_consent(stale, "C0001", **asked, **values)
    assert refused.value.policy_ids == ("fresh_sign_in_to_open",)
    assert consents_of("C0001") == []
