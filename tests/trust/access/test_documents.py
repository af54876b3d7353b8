"""Documents through the gate: a customer's own go in, and only who decides sees them."""

import pytest

from makegood.kernel import MakegoodError
from makegood.trust.access import Refused, hand_in_document, show_document
from makegood.trust.policy import Role
from makegood.trust.vault import documents_of
from tests.redress.claims.relief import applicant
from tests.trust.access.visitors import agent, entries

PDF = b"%PDF-1.7 certificate" + bytes(1_000)
CASE = {"purpose": "claim_handling", "case": "R7K3-9QXM-2HTB"}

pytestmark = pytest.mark.usefixtures("vault")


def test_a_customer_hands_in_for_themselves_alone():
    reference = hand_in_document(applicant("C0001"), "C0001", "a.pdf", PDF)
    assert [each.reference for each in documents_of("C0001")] == [reference]
    with pytest.raises(Refused) as caught:
        hand_in_document(applicant("C0001"), "C0002", "a.pdf", PDF)
    assert "customer_for_themselves" in caught.value.policy_ids
    assert documents_of("C0002") == []
    [kept] = entries("document.kept")
    assert kept["person"] == "C0001"


def test_who_decides_sees_it_and_it_stands_in_the_log():
    reference = hand_in_document(applicant("C0001"), "C0001", "a.pdf", PDF)
    shown = show_document(agent("hana", Role.SUPERVISOR), reference, **CASE)
    assert shown.content == PDF
    [entry] = entries("document.shown")
    assert (entry["person"], entry["case"]) == ("C0001", CASE["case"])
    assert entry["details"]["document"] == reference


def test_who_does_not_decide_sees_nothing():
    reference = hand_in_document(applicant("C0001"), "C0001", "a.pdf", PDF)
    hana = agent("hana", Role.SUPERVISOR)
    for visitor, given in (
        (agent("bora"), CASE),
        (applicant("C0001"), CASE),
        (hana, CASE | {"case": ""}),
        (hana, CASE | {"purpose": "customer_request"}),
    ):
        with pytest.raises(Refused):
            show_document(visitor, reference, **given)
    assert entries("document.shown") == []
    with pytest.raises(MakegoodError, match="MG682"):
        show_document(hana, "D-2222-2222-2222", **CASE)
