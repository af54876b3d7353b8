"""The bank is asked about accounts so often a day, for a customer and by a member of staff."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.test import override_settings

from makegood.redress.claims import claims
from makegood.trust.audit import entries
from tests.centre.at_work import APPLY, at_work, choose, consent, sends, text
from tests.portal.acts.conftest import JIYEON, MINE, MINSU, signed_in
from tests.portal.conftest import as_portal

if TYPE_CHECKING:
    from django.test import Client

UNKNOWN = {**MINE, "account_number": "12345678"}


@contextmanager
def limits(**most: int) -> Iterator[None]:
    with override_settings(INSTALLATION=settings.INSTALLATION.model_copy(update=most)):
        yield


def is_asked(client: Client, customer: str) -> bool:
    """Whether the bank says of an account that it knows none; the form is not sent by this."""
    return "은행에 없는 계좌입니다" in text(sends(client, APPLY, customer, **UNKNOWN, agreed="on"))


def works_on(client: Client, customer: str) -> None:
    choose(client, customer)
    consent(client)


def test_going_from_one_person_to_another_and_back_asks_no_more(agent: Client) -> None:
    with limits(customer_account_checks_a_day=2):
        for customer in (MINSU, JIYEON, MINSU):
            works_on(agent, customer)
            assert is_asked(agent, customer)
        works_on(agent, JIYEON)
        works_on(agent, MINSU)
        assert not is_asked(agent, MINSU)
        assert len(claims()) == 1, "it was sent all the same: the worker checks it"


def test_what_an_agent_asks_counts_for_the_customer_s_own_pages(agent: Client) -> None:
    with limits(customer_account_checks_a_day=1):
        works_on(agent, MINSU)
        assert is_asked(agent, MINSU)
        with as_portal():
            answer = signed_in(MINSU).post("/dues/1/waiver/apply/", UNKNOWN)
        assert answer.status_code == 302


def test_a_member_asks_so_often_whoever_it_is_for(agent: Client) -> None:
    with limits(staff_account_checks_a_day=2):
        works_on(agent, MINSU)
        assert is_asked(agent, MINSU)
        works_on(agent, JIYEON)
        assert is_asked(agent, JIYEON)
        assert not is_asked(agent, JIYEON)
        [slowed] = [each.record for each in entries() if each.record.kind == "customer.locked_out"]
        assert slowed.actor.startswith("staff:")
        assert slowed.details["what"] == "member"
        colleague = at_work("kang.dasom", "call_centre_agent")
        works_on(colleague, MINSU)
        assert is_asked(colleague, MINSU)
