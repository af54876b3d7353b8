"""A member of staff neither has codes sent without end nor tries them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from makegood.channels.messages import keep_language
from makegood.trust.access import consents_of
from makegood.trust.audit import entries
from tests.centre.at_work import CODE, at_work, choose, sends, text
from tests.centre.test_account_checks import limits
from tests.portal.acts.conftest import JIYEON, MINSU
from tests.portal.people import code_sent, texts
from tests.store_fixture import Database

if TYPE_CHECKING:
    from django.test import Client


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def tells(client: Client, customer: str, code: str) -> str:
    return text(sends(client, f"{CODE}told/", customer, code=code))


@pytest.mark.parametrize(("kept", "expected"), [("en", "en"), (None, "ko")])
def test_a_code_speaks_the_language_that_its_customer_reads(
    agent: Client, kept: str | None, expected: str
) -> None:
    from makegood.trust.customers.models import CodeAttempt

    if kept:
        keep_language(MINSU, kept)
    sends(agent, CODE)
    [attempt] = CodeAttempt.objects.all()
    assert attempt.language == expected


def test_a_member_has_so_many_codes_sent_whoever_they_go_to(
    agent: Client, offered: Database
) -> None:
    with limits(staff_consent_codes_a_day=2):
        sends(agent, CODE)
        choose(agent, JIYEON)
        sends(agent, CODE, JIYEON)
        assert "오늘의 동의번호를 모두 보냈습니다" in text(sends(agent, CODE, JIYEON))
        assert len(texts(offered.home)) == 2
        [slowed] = [each.record for each in entries() if each.record.kind == "customer.locked_out"]
        assert slowed.actor.startswith("staff:")
        assert slowed.details["what"] == "codes-by"
        colleague = at_work("kang.dasom", "call_centre_agent")
        assert "동의번호를 보냈습니다" in text(sends(colleague, CODE))


def test_wrong_codes_of_all_customers_count_for_the_member(
    agent: Client, offered: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("makegood.trust.customers.guessing.FREE_WRONG_BY_MEMBER", 4)
    for customer in (MINSU, JIYEON):
        choose(agent, customer)
        sends(agent, CODE, customer)
        for _time in range(2):
            assert "남은 횟수" in tells(agent, customer, wrong(code_sent(offered.home)))
    right = code_sent(offered.home)
    assert "틀린 동의번호를 너무 많이" in tells(agent, JIYEON, right)
    assert not consents_of(JIYEON)
    tried = [each.record for each in entries() if each.record.kind == "customer.sign_in_failed"]
    assert {each.actor.partition(":")[0] for each in tried} == {"staff"}
    assert len(tried) == 4
    locked = [each.record for each in entries() if each.record.kind == "customer.locked_out"]
    assert [each.details["what"] for each in locked] == ["wrong-by"]


def test_right_codes_and_codes_that_are_over_are_not_held_against_the_member(
    agent: Client, offered: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("makegood.trust.customers.guessing.FREE_WRONG_BY_MEMBER", 1)
    for customer in (MINSU, JIYEON, MINSU):
        choose(agent, customer)
        sends(agent, CODE, customer)
        tells(agent, customer, code_sent(offered.home))
    assert consents_of(MINSU)
    assert consents_of(JIYEON)
    assert not [each for each in entries() if each.record.kind == "customer.locked_out"]


def test_no_member_begins_to_wait_without_an_entry_in_the_log(
    agent: Client, offered: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program ends between the wrong code and the entry: nothing of it is kept."""
    from makegood.trust.customers.guessing import Counted

    monkeypatch.setattr("makegood.trust.customers.guessing.FREE_WRONG_BY_MEMBER", 1)
    sends(agent, CODE)
    code = code_sent(offered.home)
    with monkeypatch.context() as ended:
        ended.setattr(Counted, "tell", ends)
        with pytest.raises(KeyboardInterrupt):
            tells(agent, MINSU, wrong(code))
    assert not [each for each in entries() if each.record.kind == "customer.sign_in_failed"]
    tells(agent, MINSU, code)
    assert consents_of(MINSU)


def ends(*_given: object, **_named: object) -> None:
    raise KeyboardInterrupt
