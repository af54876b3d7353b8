"""Applications of lines that are the person's no more: an agent sees them and acts on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from makegood.redress.claims import claim_of
from makegood.runs.rows import execute
from makegood.trust.vault import open_account
from tests.centre.at_work import (
    APPLY,
    PERSON,
    changes_in,
    choose,
    consent,
    receipt_of,
    sends,
    text,
)
from tests.pages.walking import walked
from tests.portal.acts.conftest import ANOTHER, JIYEON, MINE, MINSU, amended_away, hand_over

if TYPE_CHECKING:
    from django.test import Client

HEADING = "그 밖의 신청 내역"


def test_what_a_person_applied_for_stays_theirs_when_the_line_is_handed_over(
    agent: Client, tmp_path
) -> None:
    assert HEADING not in consent(agent)
    receipt = receipt_of(text(sends(agent, APPLY, **MINE, agreed="on")))
    hand_over("L0001", JIYEON, tmp_path)
    listed = text(agent.get(PERSON)).partition(HEADING)[2]
    address = f"{PERSON}claims/{receipt}/"
    assert f'href="{address}"' in listed
    assert "다른 회선" in text(agent.get(address))
    changes = changes_in(text(agent.get(f"{address}correct/")))
    wrong = sends(
        agent, f"{address}correct/", **(ANOTHER | {"account_holder": "이지연"}), changes=changes
    )
    assert wrong.status_code == 422
    sends(agent, f"{address}correct/", **ANOTHER, changes=changes)
    assert open_account(claim_of(receipt).account_id or "").bank_code == "088"
    withdrawing = text(agent.get(f"{address}withdraw/"))
    assert "취소한 뒤에는 다시 신청할 수 없다는 것도" in withdrawing
    changes = changes_in(withdrawing)
    sends(agent, f"{address}withdraw/", changes=changes)
    assert claim_of(receipt).state == "withdrawn"
    assert HEADING not in text(agent.get(PERSON))


def test_who_has_the_line_now_is_not_who_applied(agent: Client, tmp_path) -> None:
    consent(agent)
    receipt = receipt_of(text(sends(agent, APPLY, **MINE, agreed="on")))
    hand_over("L0001", JIYEON, tmp_path)
    choose(agent, JIYEON)
    assert receipt not in consent(agent)
    for act in ("", "correct/", "withdraw/", "object/", "correct/account-document/"):
        assert agent.get(f"{PERSON}claims/{receipt}/{act}").status_code == 404, act
    choose(agent, MINSU)
    assert receipt in consent(agent)


def test_what_the_programme_has_no_more_is_shown_with_the_persons_own_line(agent: Client) -> None:
    consent(agent)
    receipt = receipt_of(text(sends(agent, APPLY, **MINE, agreed="on")))
    amended_away()
    assert "보상안에서 빠졌습니다" in text(agent.get(PERSON)).partition(HEADING)[2]
    address = f"{PERSON}claims/{receipt}/"
    assert "회선 1" in text(agent.get(address))
    assert address in walked(agent, PERSON, address)


def test_with_nothing_served_the_agent_is_told_so_and_sees_the_application(agent: Client) -> None:
    consent(agent)
    receipt = receipt_of(text(sends(agent, APPLY, **MINE, agreed="on")))
    execute("DELETE FROM serving_current")
    shown = text(agent.get(PERSON))
    assert "지금은 보상 내용을 확인할 수 없습니다" in shown
    assert "이 고객의 회선이 없습니다" not in shown
    assert f'href="{PERSON}claims/{receipt}/"' in shown
    assert agent.get(f"{PERSON}claims/{receipt}/").status_code == 200
