"""Customers who ask the same are ruled on once; and never where their names could matter."""

from dataclasses import replace

import pytest

from makegood.trust.policy import (
    Act,
    Circumstances,
    PolicySet,
    Principal,
    PrincipalKind,
    Resource,
    ResourceKind,
    Role,
)
from tests.trust.policy.asked import FOLDER

AT_HOME = Circumstances(
    purpose="claim_handling",
    consent="not_needed",
    sign_in_strength="message_code",
    sign_in_age_seconds=0,
    network="outside",
    local_hour=14,
)


def customer(name: str) -> Principal:
    return Principal(name, frozenset({Role.CUSTOMER}), kind=PrincipalKind.CUSTOMER)


def line_of(name: str) -> Resource:
    return Resource(ResourceKind.CUSTOMER, name)


@pytest.mark.parametrize("act", [Act.APPLY, Act.QUOTE, Act.WITHDRAW_CLAIM, Act.REVEAL])
@pytest.mark.parametrize("changed", [{}, {"purpose": "audit"}, {"sign_in_strength": "none"}])
def test_the_ruling_is_what_the_policies_say(policies, act, changed):
    said = replace(AT_HOME, **changed)
    for who, whose in [("C1", "C1"), ("C2", "C2"), ("C1", "C2"), ("self", "C1"), ("C1", "self")]:
        ruling = policies.decide(customer(who), act, line_of(whose), said)
        assert ruling == policies._ruling(customer(who), act, line_of(whose), said)


def test_a_customer_applies_for_themselves_only(policies):
    assert policies.decide(customer("C1"), Act.APPLY, line_of("C1"), AT_HOME).allowed
    assert not policies.decide(customer("C1"), Act.APPLY, line_of("C2"), AT_HOME).allowed
    assert not policies.decide(customer("other"), Act.APPLY, line_of("C2"), AT_HOME).allowed
    assert not policies.decide(customer("self"), Act.APPLY, line_of("other"), AT_HOME).allowed


def test_what_only_equals_an_allowed_request_is_not_taken_for_it(policies):
    assert policies.decide(customer("C1"), Act.APPLY, line_of("C1"), AT_HOME).allowed
    strange = replace(AT_HOME, local_hour=True)
    usual = replace(AT_HOME, local_hour=1)
    assert policies.decide(customer("C1"), Act.APPLY, line_of("C1"), usual).allowed
    assert not policies.decide(customer("C1"), Act.APPLY, line_of("C1"), strange).allowed


def test_a_policy_that_names_a_customer_is_asked_each_time(tmp_path):
    for file in FOLDER.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "named.cedar").write_text(
        """
@id("not_this_one")
@because_ko("이 고객은 신청할 수 없습니다.")
@because_en("This customer may not apply.")
forbid (principal, action == Action::"apply", resource)
unless { resource != Customer::"C2" };
""",
        encoding="utf-8",
    )
    policies = PolicySet.load(tmp_path)
    assert policies.decide(customer("C1"), Act.APPLY, line_of("C1"), AT_HOME).allowed
    ruling = policies.decide(customer("C2"), Act.APPLY, line_of("C2"), AT_HOME)
    assert ruling.policy_ids == ("not_this_one",)


def test_consent_is_asked_for_where_a_policy_looks_at_it(policies):
    asked = {act for act in Act if policies.asks_consent(act)}
    assert asked == {
        *(Act.REVEAL, Act.CORRECT, Act.DOWNLOAD, Act.READ_DOCUMENT, Act.ACT_FOR_CUSTOMER),
        Act.SHOW_CODE,
    }
