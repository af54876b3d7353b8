"""Other policies come into force by two persons only."""

import pytest
from django.db import connection

from makegood.kernel import MakegoodError
from makegood.trust.proposals import (
    ProposalKind,
    State,
    approve,
    change_of,
    proposal_of,
    propose,
    require_approved,
    version_in_force,
)
from tests.trust.proposals.hands import ANN, BEN

pytestmark = pytest.mark.usefixtures("database", "hand")
FIRST, SECOND, THIRD = "1" * 64, "2" * 64, "3" * 64


def log() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM audit_entry ORDER BY entry_id")
        return [kind for (kind,) in cursor.fetchall() if kind.startswith("policies.")]


def approved(version):
    made = propose(
        ProposalKind.CHANGE_POLICIES, "policies", change_of(version), "new hours", by=ANN
    )
    return approve(made.proposal_id, by=BEN)


def test_the_first_start_takes_the_policies_as_they_are():
    assert version_in_force() == ""
    require_approved(FIRST)
    require_approved(FIRST)
    assert version_in_force() == FIRST
    assert log() == ["policies.loaded"]


def test_changed_policies_stop_the_start():
    require_approved(FIRST)
    with pytest.raises(MakegoodError) as error:
        require_approved(SECOND)
    (finding,) = error.value.findings
    assert finding.code == "MG767"
    assert "222222222222, in force is 111111111111" in finding.message
    assert "propose change_policies" in finding.hint
    assert version_in_force() == FIRST
    assert log() == ["policies.loaded"]


def test_two_persons_put_others_in_force_once(hand):
    require_approved(FIRST)
    proposal = approved(SECOND)
    with pytest.raises(MakegoodError, match="MG767"):
        require_approved(THIRD)
    require_approved(SECOND)
    assert version_in_force() == SECOND
    assert proposal_of(proposal.proposal_id).state is State.USED
    assert log() == ["policies.loaded", "policies.changed"]
    hand.go(days=400)
    require_approved(SECOND)


def test_going_back_takes_two_persons_too():
    require_approved(FIRST)
    approved(SECOND)
    require_approved(SECOND)
    with pytest.raises(MakegoodError, match="MG767"):
        require_approved(FIRST)
    approved(FIRST)
    require_approved(FIRST)
    assert version_in_force() == FIRST


def test_an_approval_that_has_expired_counts_no_more(hand):
    require_approved(FIRST)
    hand.instant = approved(SECOND).expires_at
    with pytest.raises(MakegoodError, match="MG767"):
        require_approved(SECOND)
