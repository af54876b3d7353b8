"""A customer's session: how long it lasts, what ends it, and what the gate is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpRequest, HttpResponse

from tests.portal.conftest import as_portal
from tests.portal.people import doors_open
from tests.staff_people import BROWSER, MovedClock, kinds_logged
from tests.store_fixture import Database

HERE = "203.0.113.7"


class Telephone:
    """A browser that keeps its cookie; each request goes through the site's own middleware."""

    def __init__(self, agent: str = BROWSER) -> None:
        self.agent, self.cookie = agent, ""

    def asks(self, act=str):
        """What ``act`` gives back, done within a request."""
        from django.conf import settings
        from django.contrib.sessions.middleware import SessionMiddleware
        from django.test import RequestFactory

        from makegood.trust.customers import CustomerMiddleware
        from makegood.trust.staff.middleware import OriginMiddleware

        request = RequestFactory().get(
            "/dues/", headers={"user-agent": self.agent}, REMOTE_ADDR=HERE
        )
        if self.cookie:
            request.COOKIES[settings.SESSION_COOKIE_NAME] = self.cookie
        given = []

        def page(asked: HttpRequest) -> HttpResponse:
            given.append(act(asked))
            return HttpResponse("")

        chain: Any = SessionMiddleware(CustomerMiddleware(page))
        response = OriginMiddleware(chain)(request)
        changed = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if changed is not None:
            self.cookie = changed.value
        return given[0]

    def signs_in(self, customer_id: str = "C0001"):
        from makegood.trust.clock import now
        from makegood.trust.customers import CustomerSession, sign_in

        shown = CustomerSession(customer_id, "message_code", now())
        return self.asks(lambda request: sign_in(request, shown))

    def who(self) -> str:
        from makegood.trust.customers import customer_of

        found = self.asks(customer_of)
        return found.customer_id if found else ""


@pytest.fixture(autouse=True)
def portal(hand: MovedClock) -> Iterator[MovedClock]:
    with as_portal(), doors_open():
        yield hand


def test_a_session_ends_by_time_or_in_another_browser(hand: MovedClock) -> None:
    from makegood.trust.customers import SessionEnd, why_signed_out

    mine = Telephone()
    mine.signs_in()
    for _ in range(8):
        hand.move(minutes=14)
        assert mine.who() == "C0001"
    hand.move(minutes=8)
    assert mine.asks(why_signed_out) is SessionEnd.TOO_OLD
    assert mine.who() == ""
    mine.signs_in()
    hand.move(minutes=15)
    assert mine.asks(why_signed_out) is SessionEnd.IDLE
    mine.signs_in()
    thief = Telephone("another browser")
    thief.cookie = mine.cookie
    assert thief.asks(why_signed_out) is SessionEnd.OTHER_BROWSER
    assert mine.who() == ""
    ends = [kind for kind in kinds_logged() if kind.startswith("session.")]
    assert ends == ["session.expired", "session.expired", "session.refused"]


def test_sessions_are_ended_from_outside() -> None:
    from makegood.trust.customers import end_every_customer_session, end_sessions_of

    mine, other = Telephone(), Telephone()
    mine.signs_in()
    other.signs_in("C0002")
    assert end_sessions_of("C0001", actor="system:worker") == 1
    assert (mine.who(), other.who()) == ("", "C0002")
    assert end_every_customer_session(actor="system:worker") == 1
    assert other.who() == ""


def test_a_deletion_ends_the_sessions_of_its_person(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from makegood.cli.application import application

    for name, value in database.environment.items():
        if name.startswith("MAKEGOOD_"):
            monkeypatch.setenv(name, value)
    mine, other = Telephone(), Telephone()
    mine.signs_in()
    other.signs_in("C0002")
    delete = ("contacts", "delete", "C0001", "--purpose", "customer_request", "--case", "C-1")
    result = CliRunner().invoke(application, delete)
    assert result.exit_code == 0, result.output
    assert (mine.who(), other.who()) == ("", "C0002")


def test_who_shows_again_that_it_is_them_goes_on_in_the_same_session(hand: MovedClock) -> None:
    from makegood.trust.customers import customer_visitor

    mine = Telephone()
    first = mine.signs_in()
    mine.asks(lambda request: request.session.update({"draft": "kept"}))
    before = mine.cookie
    hand.move(minutes=14)
    assert mine.asks(customer_visitor).sign_in_age_seconds() == 14 * 60
    again = mine.signs_in()
    assert again.session_id == first.session_id
    assert mine.cookie != before
    assert mine.asks(lambda request: request.session.get("draft")) == "kept"
    assert mine.asks(customer_visitor).sign_in_age_seconds() == 0


def test_another_customer_in_the_same_browser_finds_nothing_of_the_former() -> None:
    mine = Telephone()
    first = mine.signs_in()
    mine.asks(lambda request: request.session.update({"draft": "theirs"}))
    second = mine.signs_in("C0002")
    assert second.session_id != first.session_id
    assert mine.asks(lambda request: request.session.get("draft")) is None
    assert kinds_logged()[-2:] == ["customer.signed_out", "customer.signed_in"]


def test_the_gate_is_told_who_asks_and_no_address() -> None:
    from django.db import transaction

    from makegood.trust.access import Refused, permit
    from makegood.trust.audit import entries
    from makegood.trust.customers import customer_visitor
    from makegood.trust.policy import Act, Resource, ResourceKind

    mine = Telephone()
    nobody = mine.asks(customer_visitor)
    assert not nobody.principal.active
    mine.signs_in()
    visitor = mine.asks(customer_visitor)

    def reads(customer_id: str) -> None:
        resource = Resource(ResourceKind.CUSTOMER, customer_id)
        with transaction.atomic():
            permit(visitor, Act.READ_CLAIMS, resource, purpose="customer_request")

    reads("C0001")
    with pytest.raises(Refused):
        reads("C0002")
    ours = [entry.record for entry in entries() if entry.record.actor == "customer:C0001"]
    assert {record.kind for record in ours} >= {"access.permitted", "access.refused"}
    assert all(HERE not in record.source for record in ours)


def test_half_an_hour_after_the_code_the_policies_ask_for_another(hand: MovedClock) -> None:
    from django.db import transaction

    from makegood.trust.access import Refused, permit
    from makegood.trust.customers import customer_visitor
    from makegood.trust.policy import Act, Resource, ResourceKind

    mine = Telephone()
    mine.signs_in()
    for _ in range(3):
        hand.move(minutes=11)
        assert mine.who() == "C0001"
    visitor = mine.asks(customer_visitor)
    resource = Resource(ResourceKind.CUSTOMER, "C0001")
    with pytest.raises(Refused) as told, transaction.atomic():
        permit(visitor, Act.APPLY, resource, purpose="customer_request")
    assert told.value.policy_ids == ("customer_signed_in_lately",)


def test_a_cookie_of_staff_opens_nothing_here() -> None:
    from makegood.trust.staff.session_store import SessionStore

    theirs = SessionStore()
    theirs["makegood_customer"] = str(UUID(int=1))
    theirs.create()
    mine = Telephone()
    mine.cookie = str(theirs.session_key)
    assert mine.who() == ""


def test_the_store_holds_neither_cookie_nor_contents() -> None:
    from django.db import connection

    mine = Telephone()
    mine.signs_in()
    mine.asks(lambda request: request.session.update({"draft": "0123456789"}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '|') FROM customers_browser t")
        text = cursor.fetchone()[0]
    assert mine.cookie not in text
    assert "0123456789" not in text


def test_a_signed_in_request_costs_one_query_and_others_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from psycopg import Cursor

    from makegood.trust.customers import customer_of

    asked: list[str] = []
    execute = Cursor.execute

    def told(cursor: Any, query: Any, *values: Any, **options: Any) -> Any:
        asked.append(str(query))
        return execute(cursor, query, *values, **options)

    mine = Telephone()
    mine.signs_in()
    monkeypatch.setattr(Cursor, "execute", told)
    for act, queries in ((customer_of, 1), (str, 0)):
        asked.clear()
        mine.asks(act)
        assert len(asked) == queries
