"""What a decision says."""

from dataclasses import replace

import pytest

from makegood.trust.policy import Act, Principal, Resource, ResourceKind, Role, role_name
from tests.trust.policy.asked import AGENT, CUSTOMER, IN_ORDER, but


def test_a_permission_names_the_policy_that_gives_it(policies):
    ruling = policies.decide(AGENT, Act.REVEAL, CUSTOMER, IN_ORDER)
    assert ruling.allowed
    assert ruling.policy_ids == ("call_centre_agent",)


def test_a_refusal_says_everything_that_failed_in_both_languages(policies):
    said = but(device="unknown", consent="expired", sign_in_age_seconds=301)
    ruling = policies.decide(AGENT, Act.REVEAL, CUSTOMER, said)
    assert not ruling.allowed
    assert set(ruling.policy_ids) == {
        "device_known",
        "consent_not_expired",
        "fresh_sign_in_to_open",
    }
    assert "This device is not known." in ruling.text("en")
    assert "The customer's consent has expired." in ruling.text("en")
    assert "등록되지 않은 기기입니다." in ruling.text("ko")
    assert "고객의 동의 기간이 지났습니다." in ruling.text("ko")


def test_where_nothing_permits_it_says_who_may(policies):
    ruling = policies.decide(AGENT, Act.DELETE_PERSON, CUSTOMER, IN_ORDER)
    assert ruling.policy_ids == ("no_role_permits",)
    assert "It is for: privacy officer, console operator." in ruling.text("en")
    assert role_name(Role.PRIVACY_OFFICER, "ko") in ruling.text("ko")


@pytest.mark.parametrize(
    ("act", "resource", "said"),
    [
        (Act.REVEAL, Resource(ResourceKind.KEYS), IN_ORDER),
        (Act.REVEAL, Resource(ResourceKind.CUSTOMER, "C1", {"vip": "yes"}), IN_ORDER),
        (Act.REVEAL, CUSTOMER, but(sign_in_age_seconds=1.5)),
        (Act.REVEAL, CUSTOMER, but(sign_in_age_seconds=2**63)),
        (Act.REVEAL, CUSTOMER, but(sign_in_age_seconds=True)),
        (Act.REVEAL, CUSTOMER, but(local_hour="10")),
        (Act.REVEAL, CUSTOMER, but(local_hour=None)),
        (Act.REVEAL, CUSTOMER, but(case="\ud800")),
    ],
)
def test_what_cannot_be_judged_is_refused(policies, act, resource, said):
    ruling = policies.decide(AGENT, act, resource, said)
    assert not ruling.allowed
    assert ruling.policy_ids == ("not_judged",)
    assert ruling.errors


@pytest.mark.parametrize("field", ["purpose", "device", "network", "consent", "sign_in_strength"])
@pytest.mark.parametrize("word", ["", "Office", "certificate\n", '"}, "x": {"', None, 7])
def test_a_word_that_nobody_knows_never_helps(policies, field, word):
    assert policies.decide(AGENT, Act.REVEAL, CUSTOMER, IN_ORDER).allowed
    assert not policies.decide(AGENT, Act.REVEAL, CUSTOMER, but(**{field: word})).allowed


def test_approval_is_nothing_but_true(policies):
    officer = Principal("5", frozenset({Role.PAYMENT_OFFICER}))
    run = Resource(ResourceKind.RUN, "2026-02")
    assert policies.decide(officer, Act.RELEASE_RUN, run, but(approved=True)).allowed
    for other in (False, "yes", 1, None):
        assert not policies.decide(officer, Act.RELEASE_RUN, run, but(approved=other)).allowed


def test_who_holds_several_roles_keeps_to_the_conditions_of_each(policies):
    both = replace(AGENT, roles=frozenset({Role.CALL_CENTRE_AGENT, Role.SHOP_AGENT}))
    ruling = policies.decide(both, Act.LOOK_UP, CUSTOMER, IN_ORDER)
    assert ruling.policy_ids == ("shop_agent_in_the_shop",)
