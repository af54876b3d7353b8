"""A claim names its own customer's documents, which then stay; and the bank is asked beforehand."""

import pytest
from django.conf import settings as django_settings

from makegood.kernel import MakegoodError
from makegood.redress.claims import (
    AccountFit,
    check_account,
    claim_of,
    claims,
    correct_account,
    submit,
)
from makegood.trust.access import hand_in_document
from makegood.trust.vault import document_standing
from makegood.trust.vault.documents.references import new_reference
from tests.redress.claims.relief import (
    AFTERWARDS,
    PARENT,
    FakeBank,
    applicant,
    application,
    at,
    number_of,
    open_in_time,
)

PDF = b"%PDF-1.7 certificate" + bytes(1_000)


@pytest.fixture(autouse=True)
def relief(database, tmp_path, monkeypatch):
    with open_in_time(database, tmp_path, monkeypatch):
        yield


def late(**changes):
    return application("L0006", through="web", **changes)


def test_a_claim_keeps_its_document_and_takes_no_others():
    with at(AFTERWARDS):
        mine = hand_in_document(applicant("L0006"), "L0006", "a.pdf", PDF)
        other = hand_in_document(applicant("L0001"), "L0001", "b.pdf", PDF)
        for wrong in (other, new_reference()):
            with pytest.raises(MakegoodError, match="MG682"):
                submit(applicant("L0006"), late(document=wrong))
        assert claims() == []
        receipt = submit(applicant("L0006"), late(document=mine))
        claim = claim_of(receipt.receipt_number)
        assert document_standing(mine).used_for == claim.subject
        assert document_standing(other).used_for == ""
        account = ("004", number_of("L0006"), "강도윤")
        with pytest.raises(MakegoodError, match="MG682"):
            correct_account(
                applicant("L0006"), claim.receipt_number, *account, account_document=other
            )
        assert claim_of(claim.receipt_number).changes == claim.changes


def test_a_document_that_is_filed_elsewhere_is_named_as_before():
    with at(AFTERWARDS):
        receipt = submit(applicant("L0006"), late(document="FILE/2026-17"))
        assert claim_of(receipt.receipt_number).document == "FILE/2026-17"


def test_what_the_bank_says_of_an_account_beforehand():
    bank = FakeBank()
    bank.holders[number_of("L0900")] = PARENT

    def fit(line_id="L0001", **changes):
        asked = application(line_id, through="web", **changes)
        return check_account(
            applicant(line_id), asked, settings=django_settings.INSTALLATION, holders=bank
        )

    assert fit() is AccountFit.SAME_NAME
    assert fit(account_number="99999999999") is AccountFit.NOT_FOUND
    assert fit(account_number=number_of("L0002")) is AccountFit.DIFFERS
    assert fit(account_holder="아무개") is AccountFit.DIFFERS, "this name would be paid to"
    parents = {"account_number": number_of("L0900"), "account_holder": PARENT}
    assert fit(**parents) is AccountFit.DIFFERS, "not of a grown-up"
    assert fit("L0005", **parents) is AccountFit.OTHER_NAME
    assert fit("L0005", **parents | {"account_holder": "아무개"}) is AccountFit.DIFFERS
    bank.down = True
    assert fit() is AccountFit.NOT_KNOWN
    asked = application("L0001", through="web")
    with pytest.raises(MakegoodError, match="MG770"):
        check_account(
            applicant("L0002"), asked, settings=django_settings.INSTALLATION, holders=bank
        )
