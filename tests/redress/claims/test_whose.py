"""A claim of a line that nobody held is its holder's, once there is one: to read and to act on."""

from datetime import timedelta

import pytest
from django.http import Http404

from makegood.acts import claim_of_theirs
from makegood.cases import propose_exception
from makegood.kernel import MakegoodError
from makegood.redress.claims import (
    claim_of,
    claims_of,
    correct_account,
    decide,
    object_to,
    propose_amount,
    withdraw,
)
from makegood.redress.claims.agreeing import agreement_on
from makegood.redress.quotes import propose_exceptions
from makegood.redress.serving import is_of, owner_of
from makegood.trust.access import Refused
from makegood.trust.proposals import approve
from tests.redress.claims.handing_on import (
    agreed_as_shown,
    exception_case,
    made_for_nobody,
    shown_more,
    waiver_of,
)
from tests.redress.claims.holding import held_by
from tests.redress.claims.relief import (
    IN_TIME,
    PERSONS,
    FakeBank,
    advanced,
    applicant,
    applied,
    at,
    call_centre,
    number_of,
    open_in_time,
    supervisor,
)
from tests.trust.access.visitors import entries

HOLDER, STRANGER = "C1001", "C2002"


@pytest.fixture(autouse=True)
def settings(database, tmp_path, monkeypatch):
    with open_in_time(database, tmp_path, monkeypatch) as settings:
        yield settings


def test_before_anybody_holds_the_line_the_claim_is_the_lines_own():
    claim = claim_of(made_for_nobody())
    assert owner_of(claim) == "L0001"
    assert is_of(claim, "L0001")
    assert not is_of(claim, HOLDER)


def test_its_holder_sees_it_and_nobody_else_does():
    receipt = made_for_nobody()
    held_by(HOLDER)
    claim = claim_of(receipt)
    assert owner_of(claim) == HOLDER
    card = waiver_of(HOLDER)
    assert card.claim is not None
    assert card.claim.receipt_number == receipt
    assert claim_of_theirs(HOLDER, receipt).claim_id == claim.claim_id
    with pytest.raises(Http404):
        claim_of_theirs(STRANGER, receipt)


def test_its_holder_withdraws_it():
    receipt = made_for_nobody()
    held_by(HOLDER)
    for other in (STRANGER, "L0001"):
        with pytest.raises(Refused):
            withdraw(applicant(other), receipt)
    assert withdraw(applicant(HOLDER), receipt).state == "withdrawn"


def test_its_holder_puts_the_account_right_and_is_asked_about_by_name():
    receipt = made_for_nobody(account_number="55500011122")
    bank = FakeBank()
    bank.holders["55500011122"] = "다른사람"
    advanced(bank)
    assert claim_of(receipt).reason == "holder_differs"
    held_by(HOLDER)
    account = ("004", number_of("L0001"), PERSONS["L0001"])
    with pytest.raises(Refused):
        correct_account(applicant(STRANGER), receipt, *account)
    assert correct_account(applicant(HOLDER), receipt, *account).state == "mended"
    advanced()
    assert claim_of(receipt).state == "scheduled"


def test_its_holder_objects_and_persons_decide():
    receipt = made_for_nobody("L0003")
    advanced()
    assert claim_of(receipt).state == "refused"
    held_by(HOLDER, "L0003")
    with pytest.raises(Refused):
        object_to(applicant(STRANGER), receipt, "it is not another brand")
    object_to(applicant(HOLDER), receipt, "it is not another brand")
    words = "the brand is as it was"
    assert decide(supervisor(), receipt, approve=False, words=words).state == "refused"


def test_it_stays_with_its_holder_of_then_where_the_line_had_one():
    """What one customer asked for is not the next one's."""
    held_by(HOLDER)
    receipt = applied("L0001").receipt_number
    held_by(STRANGER)
    claim = claim_of(receipt)
    assert owner_of(claim) == claim.customer_id == HOLDER
    with pytest.raises(Http404):
        claim_of_theirs(STRANGER, receipt)
    with pytest.raises(Refused):
        withdraw(applicant(STRANGER), receipt)
    assert [each.receipt_number for each in claims_of("L0001")] == [receipt]


def test_what_the_worker_makes_of_it_is_in_the_log_under_its_holder():
    made_for_nobody()
    held_by(HOLDER)
    advanced()
    (entry,) = entries("claim.decided")
    assert entry["subject"] == f"customer:{HOLDER}"


def test_a_case_of_its_holder_names_it():
    receipt = made_for_nobody()
    advanced()
    before = exception_case("L0001")
    held_by(HOLDER)
    case = exception_case(HOLDER, receipt)
    assert case.receipt_number == receipt
    with pytest.raises(MakegoodError, match="MG668"):
        exception_case(STRANGER, receipt)
    propose_exception(call_centre(), case.number, receipt, 150_000, "as it was said")
    # A case that was opened before the line had a holder is that holder's as well.
    propose_exception(call_centre(), before.number, receipt, 160_000, "as it was said")


@pytest.mark.parametrize("when", ["never", "before", "after"])
def test_a_quote_that_two_persons_upheld_is_found_by_its_claim(when):
    """Whether the line's holder was named before it was proposed, after it was approved, or not."""
    receipt = made_for_nobody()
    shown = shown_more()
    if when == "before":
        held_by(HOLDER)
    proposal = agreed_as_shown(shown)
    if when == "after":
        held_by(HOLDER)
    assert agreement_on(claim_of(receipt)).proposal_id == proposal.proposal_id


def test_a_quote_that_was_upheld_before_the_line_had_a_holder_serves_that_holder_s_claim():
    proposal = agreed_as_shown(shown_more())
    held_by(HOLDER)
    claim = claim_of(str(applied("L0001").receipt_number))
    assert claim.customer_id == HOLDER
    assert agreement_on(claim).proposal_id == proposal.proposal_id


def test_what_was_proposed_before_the_line_had_a_holder_is_not_proposed_again():
    receipt = made_for_nobody()
    shown = shown_more()
    [quoted] = propose_exceptions(supervisor(), "waiver", [shown], "as was shown")
    propose_amount(supervisor(), receipt, 90_000, "as was said", case="CALL-1")
    held_by(HOLDER)
    assert propose_exceptions(supervisor(), "waiver", [shown], "as was shown") == [quoted]
    with pytest.raises(MakegoodError, match="MG768"):
        propose_amount(supervisor(), receipt, 90_000, "as was said", case="CALL-1")
    other = propose_amount(supervisor(), receipt, 91_000, "as was said", case="CALL-1")
    assert other.subject == f"customer:{HOLDER}"


def test_the_newest_agreement_counts_whoever_it_is_about():
    receipt = made_for_nobody()
    first = propose_amount(supervisor(), receipt, 90_000, "as was said", case="CALL-1")
    held_by(HOLDER)
    with at(IN_TIME + timedelta(hours=1)):
        second = propose_amount(supervisor(), receipt, 91_000, "as was said", case="CALL-1")
        for each in (first, second):
            approve(each.proposal_id, by=call_centre().actor)
        assert agreement_on(claim_of(receipt)).proposal_id == second.proposal_id


def test_what_is_of_one_line_is_not_reached_by_the_name_of_another_of_its_holders():
    receipt = made_for_nobody()
    held_by(HOLDER)
    held_by(HOLDER, "L0003")
    claim = claim_of(receipt)
    assert is_of(claim, HOLDER)
    assert is_of(claim, "L0001"), "a case that was opened before names the line"
    assert not is_of(claim, "L0003")
    for name in ("L0001", "L0003"):
        with pytest.raises(Http404):
            claim_of_theirs(name, receipt)
