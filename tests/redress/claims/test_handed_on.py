"""A claim of a line that nobody held is its first holder's, and stays theirs when it goes on."""

import pytest
from django.http import Http404

from makegood.acts import claim_of_theirs
from makegood.cases import propose_exception
from makegood.dues import dues_of
from makegood.kernel import MakegoodError
from makegood.redress.claims import claim_of, correct_account, withdraw
from makegood.redress.claims.agreeing import agreement_on
from makegood.redress.quotes import propose_exceptions, shown_to_others, unproposed
from makegood.redress.quotes.upholding import Agreed, is_promised
from makegood.redress.serving import is_of, load_holders, owner_of
from makegood.trust.access import Refused, Visitor
from tests.redress.claims.handing_on import (
    agreed_as_shown,
    exception_case,
    made_for_nobody,
    shown_more,
    waiver_of,
)
from tests.redress.claims.holding import held_by, named
from tests.redress.claims.relief import (
    NAME,
    PERSONS,
    FakeBank,
    advanced,
    applicant,
    applied,
    call_centre,
    number_of,
    open_in_time,
    supervisor,
)
from tests.trust.access.visitors import entries

FIRST, NEXT, THIRD = "C1001", "C2002", "C3003"
NEXT_NAME, NEXT_NUMBER = "오세라", "99555077"


@pytest.fixture(autouse=True)
def settings(database, tmp_path, monkeypatch):
    with open_in_time(database, tmp_path, monkeypatch) as settings:
        yield settings


@pytest.fixture
def receipt() -> str:
    """Of a claim that was made when nobody held the line, which two customers have held since."""
    made = made_for_nobody()
    held_by(FIRST)
    held_by(NEXT, name=NEXT_NAME)
    return made


def test_the_next_holder_neither_sees_it_nor_acts_on_it(receipt):
    claim = claim_of(receipt)
    assert owner_of(claim) == FIRST
    assert is_of(claim, FIRST)
    assert not is_of(claim, NEXT)
    [line] = dues_of(NEXT, "ko").lines
    assert all(card.claim is None and not card.earlier_claims for card in line.cards)
    with pytest.raises(Http404):
        claim_of_theirs(NEXT, receipt)
    with pytest.raises(Refused):
        withdraw(applicant(NEXT), receipt)
    with pytest.raises(Refused):
        correct_account(applicant(NEXT), receipt, "004", NEXT_NUMBER, NEXT_NAME)
    assert claim_of(receipt).changes == 1


def test_its_first_holder_sees_it_beside_their_lines_and_puts_the_account_right(receipt):
    found = dues_of(FIRST, "ko")
    assert [each.claim.receipt_number for each in found.alone] == [receipt]
    assert claim_of_theirs(FIRST, receipt).receipt_number == receipt
    account = ("004", number_of("L0001"), PERSONS["L0001"])
    assert correct_account(applicant(FIRST), receipt, *account).account_serial == 2


def test_it_is_listed_beside_the_other_lines_of_its_first_holder(receipt):
    held_by(FIRST, "L0002")
    found = dues_of(FIRST, "ko")
    assert [line.line_id for line in found.lines] == ["L0002"]
    assert [each.claim.receipt_number for each in found.alone] == [receipt]
    assert dues_of(NEXT, "ko").alone == ()


def test_the_bank_is_asked_about_its_first_holder(receipt):
    """Their own account is taken, that of who has the line now is not."""
    bank = FakeBank()
    advanced(bank)
    assert claim_of(receipt).state == "scheduled"
    (entry,) = entries("claim.decided")
    assert entry["subject"] == f"customer:{FIRST}"
    account = {"account_number": NEXT_NUMBER, "account_holder": NEXT_NAME}
    other = str(applied("L0002", **account).receipt_number)
    held_by(FIRST, "L0002")
    held_by(NEXT, "L0002", name=NEXT_NAME)
    bank.holders[NEXT_NUMBER] = NEXT_NAME
    advanced(bank)
    assert claim_of(other).reason == "holder_differs"


def test_it_stays_theirs_however_often_the_line_goes_on_and_when_it_comes_back(receipt):
    held_by(THIRD)
    assert owner_of(claim_of(receipt)) == FIRST
    held_by(FIRST)
    claim = claim_of(receipt)
    assert owner_of(claim) == FIRST
    card = waiver_of(FIRST)
    assert card.claim is not None
    assert card.claim.receipt_number == receipt
    # A file that names nobody again: the line's own name is no customer's that was there first.
    named("L0001", "L0001")
    assert owner_of(claim) == FIRST
    assert all(card.claim is None for line in dues_of("L0001", "ko").lines for card in line.cards)


def test_the_same_file_again_makes_nobody_the_first_of_another_line(receipt, tmp_path):
    file = tmp_path / "holders.csv"
    file.write_text(f"line_id,customer_id\nL0001,{NEXT}\nL0002,{NEXT}\n")
    for _ in range(2):
        assert load_holders(Visitor.console("root"), file) == 2
    assert owner_of(claim_of(receipt)) == FIRST
    other = str(applied("L0002").receipt_number)
    assert owner_of(claim_of(other)) == NEXT


def test_a_case_that_was_opened_when_nobody_held_the_line_is_of_its_first_holder():
    made = made_for_nobody("L0003")
    advanced()
    case = exception_case("L0003")
    held_by(FIRST, "L0003")
    held_by(NEXT, "L0003", name=NEXT_NAME)
    propose_exception(call_centre(), case.number, made, 150_000, "as it was said")


def test_that_case_is_not_of_who_has_the_line_now():
    held_by(FIRST, "L0003")
    held_by(NEXT, "L0003", name=NEXT_NAME)
    theirs = claim_of(str(applied("L0003").receipt_number))
    assert is_of(theirs, NEXT)
    assert not is_of(theirs, "L0003")


def test_what_was_agreed_on_when_nobody_held_the_line_serves_no_later_holder():
    """The quote was shown to whoever held it first; the next one's application is another's."""
    proposal = agreed_as_shown(shown_more())
    held_by(FIRST)
    theirs = claim_of(str(applied("L0001").receipt_number))
    assert agreement_on(theirs).proposal_id == proposal.proposal_id
    withdraw(applicant(FIRST), theirs.receipt_number)
    held_by(NEXT, name=NEXT_NAME)
    with pytest.raises(MakegoodError, match="MG849"):
        agreement_on(claim_of(str(applied("L0001").receipt_number)))


def test_what_was_shown_when_nobody_held_the_line_is_proposed_for_no_later_holder():
    shown = shown_more()
    for holder, others in (("", 0), (FIRST, 0), (NEXT, 1)):
        if holder:
            named("L0001", holder)
        assert shown_to_others([shown]) == others
        assert len(list(unproposed("waiver", [shown]))) == 1 - others
    assert propose_exceptions(supervisor(), "waiver", [shown], "as was shown") == []
    named("L0001", FIRST)
    [proposal] = propose_exceptions(supervisor(), "waiver", [shown], "as was shown")
    assert proposal.subject == f"customer:{FIRST}"
    for customer, is_theirs in (("L0001", True), (FIRST, True), (NEXT, False)):
        agreed = Agreed(
            proposal.proposal_id,
            NAME,
            "waiver",
            "L0001",
            f"customer:{customer}",
            shown.quote_id,
            90_000,
            proposal.contents_hash,
            proposal.expires_at,
        )
        assert is_promised(agreed) is is_theirs
