"""An account in another name while the facts lack the line: persons decide, nobody is refused."""

from datetime import timedelta

import pytest

from makegood.kernel import MakegoodError
from makegood.redress.claims import (
    AccountFit,
    check_account,
    claim_of,
    correct_account,
    decide,
)
from makegood.redress.serving import register
from makegood.trust.access import Visitor
from tests.redress.claims.relief import (
    AS_OF,
    LINES,
    PARENT,
    TEXT,
    FakeBank,
    advanced,
    agreed,
    applicant,
    application,
    applied,
    open_in_time,
    supervisor,
)
from tests.redress.outage_lines import snapshot

NUMBER = "55500011122"
ACCOUNT = {"account_number": NUMBER, "account_holder": PARENT}


@pytest.fixture(autouse=True)
def settings(database, tmp_path, monkeypatch):
    with open_in_time(database, tmp_path, monkeypatch) as settings:
        yield settings


@pytest.fixture
def bank() -> FakeBank:
    bank = FakeBank()
    bank.holders[NUMBER] = PARENT
    return bank


def left_out(line_id: str, tmp_path) -> None:
    """The newest facts lack the line."""
    rest = {name: facts for name, facts in LINES.items() if name != line_id}
    facts = snapshot(tmp_path / "without", rest, AS_OF + timedelta(days=1), TEXT)
    register(Visitor.console("root"), facts, "relief-2026")


def came_to(receipt: str) -> tuple[str, str, str]:
    claim = claim_of(receipt)
    return claim.state.value, claim.reason, claim.waits_for


def test_a_parents_account_with_its_document_is_for_persons_to_decide(bank, tmp_path):
    receipt = str(applied("L0005", **ACCOUNT, account_document="FAM-12").receipt_number)
    left_out("L0005", tmp_path)
    advanced(bank)
    assert came_to(receipt) == ("checked", "", "undetermined,other_name")
    agreed(receipt, 120_000)
    with pytest.raises(MakegoodError, match="MG831"):
        decide(supervisor(), receipt, approve=True)
    facts = snapshot(tmp_path / "whole", LINES, AS_OF + timedelta(days=2), TEXT)
    register(Visitor.console("root"), facts, "relief-2026")
    assert decide(supervisor(), receipt, approve=True).state == "scheduled"


def test_without_its_document_it_is_to_be_put_right(bank, tmp_path):
    receipt = str(applied("L0005", **ACCOUNT).receipt_number)
    left_out("L0005", tmp_path)
    advanced(bank)
    assert came_to(receipt) == ("refused", "holder_differs", "")
    correct_account(applicant("L0005"), receipt, "004", NUMBER, PARENT, account_document="FAM-12")
    advanced(bank)
    assert came_to(receipt) == ("checked", "", "undetermined,other_name")


def test_a_name_that_the_bank_has_otherwise_is_refused_with_a_document_as_well(bank, tmp_path):
    bank.holders[NUMBER] = "낯선사람"
    receipt = str(applied("L0005", **ACCOUNT, account_document="FAM-12").receipt_number)
    left_out("L0005", tmp_path)
    advanced(bank)
    assert came_to(receipt) == ("refused", "holder_differs", "")


@pytest.mark.parametrize("is_missing", [True, False])
def test_the_page_asks_as_the_worker_does(settings, bank, tmp_path, is_missing):
    """Of an adult's line that is there another name is not taken."""
    line = "L0005" if is_missing else "L0001"
    claim = claim_of(str(applied(line).receipt_number))
    if is_missing:
        left_out(line, tmp_path)
    fit = check_account(
        applicant(line),
        application(line, **ACCOUNT),
        settings=settings,
        claim=claim,
        holders=bank,
    )
    assert fit is (AccountFit.OTHER_NAME if is_missing else AccountFit.DIFFERS)
