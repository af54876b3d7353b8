"""What whoever held the line before has applied for: an agent is told so; nothing is taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from makegood.redress.claims import claim_of
from tests.centre.at_work import APPLY, PERSON, choose, consent, receipt_of, sends, text
from tests.portal.acts.conftest import JIYEON, MINE, NAMES, hand_over
from tests.trust.access.visitors import entries

if TYPE_CHECKING:
    from django.test import Client

TOLD = "이 고객이 회선을 사용하기 전에 이미 신청된 항목입니다."
THEIRS = {"bank_code": "004", "account_number": "99000111333", "account_holder": NAMES[JIYEON]}


def test_the_agent_is_told_and_no_receipt_is_read_out(agent: Client, tmp_path) -> None:
    consent(agent)
    receipt = receipt_of(text(sends(agent, APPLY, **MINE, agreed="on")))
    hand_over("L0001", JIYEON, tmp_path)
    choose(agent, JIYEON)
    shown = consent(agent)
    assert f'href="{APPLY}"' not in shown
    assert "이미 신청" in shown
    for answer in (
        agent.get(APPLY, follow=True),
        sends(agent, APPLY, JIYEON, **THEIRS, agreed="on"),
    ):
        assert answer.redirect_chain[-1][0] == PERSON
        told = text(answer)
        assert TOLD in told
        assert receipt not in told
        assert "신청을 접수했습니다" not in told
    assert claim_of(receipt).changes == 1
    assert len(entries("claim.consented")) == 1
