"""Who may do what, as the table of cases says; and every policy is needed by it."""

import pytest

from makegood.trust.policy import Act, PolicySet, Role, check_cases, read_cases
from tests.trust.policy.asked import FOLDER

POLICIES = PolicySet.load(FOLDER)
CASES = read_cases(FOLDER, POLICIES)
IDS = [policy.policy_id for policy in POLICIES.policies]
CONDITIONS = [policy.policy_id for policy in POLICIES.policies if not policy.permits]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number}: {case.because}")
def test_a_case(case):
    assert check_cases(POLICIES, [case]) == []


def test_there_are_many_cases_each_with_its_reason():
    assert len(CASES) >= 150
    asked = [(c.principal, c.act, c.resource, c.circumstances) for c in CASES]
    assert all(asked.count(one) == 1 for one in asked), "a case stands twice"


@pytest.mark.parametrize("policy_id", IDS)
def test_without_a_policy_some_case_fails(policy_id):
    assert check_cases(POLICIES.without(policy_id), CASES)


@pytest.mark.parametrize("policy_id", [*CONDITIONS, "no_role_permits"])
def test_every_condition_alone_refuses_some_case(policy_id):
    assert any(case.refused_by == {policy_id} for case in CASES)


def test_every_role_is_seen_to_be_permitted_and_refused():
    for role in Role:
        held = [case for case in CASES if role in case.principal.roles]
        assert any(not case.refused_by for case in held), role
        assert any(case.refused_by for case in held), role


def test_every_act_is_seen():
    assert {case.act for case in CASES} == set(Act)


def test_a_case_that_is_wrong_is_told_with_its_line():
    (case,) = [c for c in CASES if c.because == "the customer was not asked"]
    (finding,) = check_cases(POLICIES.without("consent_given"), [case])
    assert finding.code == "MG766"
    assert finding.message == (
        f"case {case.number} (the customer was not asked): "
        "should be refused by consent_given, is permitted"
    )
    assert finding.place
    assert "consent: none" in finding.place.text
