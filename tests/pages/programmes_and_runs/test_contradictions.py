"""A claim of which both was said is found, resolved by a person, and contradicts itself no more."""

from http import HTTPStatus

import pytest

from tests.redress.claims.relief import IN_TIME, at
from tests.runs.planning.test_claims_first import MARCH, ON_THE_BILL, bill_opened, claimed
from tests.runs.planning.test_found_out import paid_both_ways

LIST = "/runs/contradictions/"
SAID = {"was": "done", "reason": "the billing looked it up"}


def text(response) -> str:
    return str(response.content.decode())


@pytest.fixture
def receipt(database, hand, tmp_path) -> str:
    with at(IN_TIME):
        bill_opened(tmp_path, ON_THE_BILL)
        first = claimed("L0001")
        claimed("L0004", 50_000)
    with at(MARCH):
        paid_both_ways(database.settings)
    assert hand
    return str(first.receipt_number)


def test_who_handles_claims_says_what_was_found_out(receipt, signed_in):
    from makegood.redress.claims import claim_of

    address = f"{LIST}{receipt}/"
    auditor = signed_in("auditor")
    assert receipt not in text(auditor.get(LIST))
    assert auditor.post(address, SAID).status_code == HTTPStatus.FORBIDDEN
    assert signed_in("agent").get(LIST).status_code == HTTPStatus.FORBIDDEN
    payer = signed_in("payer")
    assert address in text(payer.get(LIST))
    assert payer.get(address).status_code == HTTPStatus.OK
    without = payer.post(address, {"was": "", "reason": ""})
    assert without.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert payer.post(address, SAID).status_code == HTTPStatus.FOUND
    assert not claim_of(receipt).is_contradictory
    assert receipt not in text(payer.get(LIST))
    assert "더는 어긋난 것이 없습니다" in text(payer.get(address))


def test_a_claim_made_before_anybody_held_the_line_is_read_as_its_holders(receipt, signed_in):
    from makegood.runs.rows import execute
    from makegood.trust.audit import entries
    from tests.redress.claims.holding import named

    execute("UPDATE claims_claim SET customer_id = line_id WHERE receipt_number = %s", [receipt])
    named("L0001", "C1001")
    assert signed_in("auditor").get(f"{LIST}{receipt}/").status_code == HTTPStatus.FORBIDDEN
    refused = [each.record for each in entries() if each.record.kind == "access.refused"]
    assert [record.person for record in refused] == ["C1001"]
