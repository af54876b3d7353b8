"""What the programme does not give: proposed from a case, approved by another, carried out once."""

from datetime import timedelta

import pytest

from makegood.cases import (
    CaseKind,
    Step,
    carry_out_exception,
    case_shown,
    exception_of,
    open_case,
    propose_exception,
)
from makegood.kernel import MakegoodError
from makegood.redress.claims import claim_of
from makegood.trust.access import Refused
from makegood.trust.proposals import State
from makegood.trust.proposals import approve as approve_proposal
from tests.redress.claims.relief import (
    IN_TIME,
    NAME,
    advanced,
    agreed,
    applied,
    at,
    call_centre,
    opened,
    second_supervisor,
    supervisor,
)

pytestmark = pytest.mark.usefixtures("opened_lines")


@pytest.fixture
def opened_lines(database, tmp_path):
    with at(IN_TIME):
        opened(tmp_path)
        yield database


def exception_case(line_id: str):
    return open_case(
        call_centre(),
        kind=CaseKind.EXCEPTION,
        customer_id=line_id,
        programme=NAME,
        through="call_centre",
        subject="금액을 다시 보아 달라고 함",
    )


def code(error) -> str:
    return str(error.value.findings[0].code)


def test_a_better_amount_takes_two_persons_and_is_linked_to_its_case() -> None:
    receipt = applied("L0001")
    advanced()
    case = exception_case("L0001")
    made = propose_exception(
        call_centre(), case.number, receipt.receipt_number, 150_000, "as it was said in the shop"
    )
    with pytest.raises(MakegoodError) as error:
        carry_out_exception(supervisor(), case.number)
    assert code(error) == "MG669"
    approve_proposal(made.proposal_id, by=second_supervisor().actor)
    with pytest.raises(Refused):
        carry_out_exception(call_centre(), case.number)
    carry_out_exception(supervisor(), case.number)
    assert claim_of(receipt.receipt_number).amount == 150_000
    shown, history = case_shown(call_centre(), case.number)
    used = exception_of(shown)
    assert used
    assert used.state is State.USED
    assert [event.step for event in history][-2:] == [
        *(Step.EXCEPTION_PROPOSED, Step.EXCEPTION_CARRIED_OUT),
    ]
    with pytest.raises(MakegoodError) as error:
        carry_out_exception(supervisor(), case.number)
    assert code(error) == "MG669"


def test_an_undetermined_claim_is_decided_from_its_case() -> None:
    receipt = applied("L0004", document="D-1")
    advanced()
    case = exception_case("L0004")
    made = propose_exception(
        call_centre(), case.number, receipt.receipt_number, 120_000, "the brand was found out"
    )
    approve_proposal(made.proposal_id, by=second_supervisor().actor)
    carry_out_exception(supervisor(), case.number)
    assert claim_of(receipt.receipt_number).amount == 120_000


def test_another_agreement_is_not_used_for_the_case() -> None:
    receipt = applied("L0001")
    advanced()
    case = exception_case("L0001")
    made = propose_exception(
        call_centre(), case.number, receipt.receipt_number, 150_000, "as it was said"
    )
    approve_proposal(made.proposal_id, by=second_supervisor().actor)
    with at(IN_TIME + timedelta(hours=1)):
        agreed(receipt.receipt_number, 160_000)
        with pytest.raises(MakegoodError) as error:
            carry_out_exception(supervisor(), case.number)
    assert code(error) == "MG669"
    assert claim_of(receipt.receipt_number).amount == 120_000


def test_another_customers_claim_is_none_of_the_case() -> None:
    receipt, case = applied("L0002"), exception_case("L0001")
    with pytest.raises(MakegoodError) as error:
        propose_exception(call_centre(), case.number, receipt.receipt_number, 1, "no reason")
    assert code(error) == "MG668"
