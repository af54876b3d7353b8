"""What comes before a line is handed on: a claim, a case, a quote; and the card of who has it."""

from __future__ import annotations

from makegood.cases import Case, CaseKind, open_case
from makegood.dues import Card, dues_of
from makegood.redress.claims import claim_of
from makegood.redress.quotes import Deviation, give_quote, propose_exceptions
from makegood.trust.proposals import Proposal, approve
from tests.redress.claims.relief import (
    IN_TIME,
    NAME,
    applicant,
    applied,
    call_centre,
    supervisor,
)


def made_for_nobody(line: str = "L0001", **changes: str) -> str:
    """The receipt of a claim that is made while nobody holds the line."""
    receipt = str(applied(line, **changes).receipt_number)
    assert claim_of(receipt).customer_id == line
    return receipt


def exception_case(customer: str, receipt_number: str = "") -> Case:
    return open_case(
        call_centre(),
        kind=CaseKind.EXCEPTION,
        customer_id=customer,
        programme=NAME,
        through="call_centre",
        subject="금액을 다시 보아 달라고 함",
        receipt_number=receipt_number,
    )


def shown_more() -> Deviation:
    """The first line, which nobody holds, was shown more than is due for it now."""
    quote = give_quote(applicant("L0001"), NAME, "L0001", "ko", "web")
    way = "granted:on_application"
    return Deviation("L0001", 90_000, 10, way, way, quote.quote_id, IN_TIME)


def agreed_as_shown(shown: Deviation) -> Proposal:
    """One proposes what was shown, another approves it."""
    [proposal] = propose_exceptions(supervisor(), "waiver", [shown], "as was shown")
    approve(proposal.proposal_id, by=call_centre().actor)
    return proposal


def waiver_of(customer: str, language: str = "en") -> Card:
    """The card of the waiver, of a customer's only line."""
    [line] = dues_of(customer, language).lines
    [card] = [card for card in line.cards if card.measure == "waiver"]
    return card
