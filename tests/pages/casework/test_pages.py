"""Cases and knowledge over HTTP: what is shown, what is refused, and nobody's data anywhere."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from makegood.cases.numbers import new_case_number
from makegood.trust import clock
from tests.pages.casework.conftest import at_work
from tests.staff_people import MovedClock, kinds_logged

if TYPE_CHECKING:
    from django.test import Client

TASK = {"purpose": "customer_request", "case": "T-1", "customer_id": "C0001"}
CASE = {
    "kind": "question",
    "programme": "relief-2026",
    "through": "call_centre",
    "subject": "지급일 문의",
    "about_line": "L0001",
    "note": "언제 지급되는지 물음",
}
NUMBER = re.compile(r"/centre/cases/([A-Z0-9]{4}-[A-Z0-9]{4})/")


def text(response) -> str:
    return str(response.content.decode())


def choose(client: Client) -> None:
    client.post("/centre/person/choose/", TASK)


def new_case(client: Client, **changes: str) -> str:
    """The number of a case that the form makes."""
    answer = client.post("/centre/cases/new/", CASE | changes)
    found = NUMBER.fullmatch(answer.headers.get("Location", ""))
    assert found, text(answer)
    return found[1]


def later_day() -> date:
    return (clock.now() + timedelta(days=3)).date()


def act(client: Client, number: str, what: str, **given: str):
    return client.post(f"/centre/cases/{number}/{what}/", given, follow=True)


def first_window(page: str) -> str:
    found = re.search(r'<option value="(20[^"]+)"', page)
    assert found
    return found[1].replace("&#x2B;", "+")


def test_a_case_of_the_person_is_opened_worked_on_and_closed(agent: Client) -> None:
    choose(agent)
    number = new_case(agent)
    page = text(agent.get(f"/centre/cases/{number}/"))
    assert number in page
    assert "지급일 문의" in page
    assert "언제 지급되는지 물음" in page
    assert "메모를 남겼습니다" in text(act(agent, number, "note", text="답변함"))
    assert "꼬리표를 붙였습니다" in text(act(agent, number, "tag", word="급함"))
    assert "꼬리표를 뗐습니다" in text(act(agent, number, "untag", word="급함"))
    assert "고객 답변 대기" in text(act(agent, number, "wait", **{"for": "customer"}))
    assert "담당자 처리 대기" in text(act(agent, number, "wait", **{"for": "us"}))
    due = f"{later_day():%Y-%m-%d}T10:00"
    assert "기한을 정했습니다" in text(act(agent, number, "deadline", due_at=due))
    assert "건을 인계했습니다" in text(act(agent, number, "hand-over", to="team:supervisor"))
    assert "건을 맡았습니다" in text(act(agent, number, "take"))
    assert "답변함" in text(act(agent, number, "close", outcome="answered"))
    assert "건을 다시 맡았습니다" in text(act(agent, number, "reopen"))
    assert number in text(agent.get("/centre/person/"))
    assert number in text(agent.get("/centre/cases/"))
    assert "case.notes_read" in kinds_logged()


@pytest.mark.usefixtures("vault")
def test_what_looks_personal_is_refused_beside_its_field_and_not_kept(agent: Client) -> None:
    choose(agent)
    number = new_case(agent)
    page = text(act(agent, number, "note", text="010-8765-4321로 전화 바람"))
    assert "아무것도 남기지 않았습니다" in page
    assert 'id="id_text_error"' in page
    assert 'aria-describedby="id_text_helptext id_text_error"' in page
    again = text(agent.get(f"/centre/cases/{number}/"))
    assert "8765" not in again
    answer = agent.post("/centre/cases/new/", CASE | {"note": "010-8765-4321"})
    assert "아무것도 남기지 않았습니다" in text(answer)


@pytest.mark.usefixtures("vault")
def test_somebody_is_called_back(agent: Client, hand: MovedClock) -> None:
    choose(agent)
    window = first_window(text(agent.get("/centre/cases/new/")))
    number = new_case(agent, kind="callback", window=window)
    answer = agent.post("/centre/cases/new/", CASE | {"kind": "callback", "window": window})
    assert "이미 회신 전화를 기다리고" in text(answer)
    assert "전화받을 시간을 고르십시오" in text(
        agent.post("/centre/cases/new/", CASE | {"kind": "callback"})
    )
    assert "종류에서 회신 전화를 고르십시오" in text(
        agent.post("/centre/cases/new/", CASE | {"kind": "question", "window": window})
    )
    shown = agent.post(f"/centre/cases/{number}/number/")
    assert "010-1234-5678" in text(shown)
    assert shown.headers["Cache-Control"] == "no-store"
    assert kinds_logged()[-1] == "personal_data.revealed"
    assert agent.get(f"/centre/cases/{number}/number/").status_code == 405
    assert "두 시간 뒤에" in text(act(agent, number, "called", reached="no"))
    assert "통화한 사실" in text(act(agent, number, "called", reached="yes"))
    hand.move(days=8)
    late = at_work("lee.nuri", "call_centre_agent")
    assert number in text(late.get("/centre/cases/", {"list": "callbacks"}))
    assert number in text(late.get("/centre/cases/", {"list": "overdue"}))


def test_lists_are_told_with_their_numbers(agent: Client) -> None:
    choose(agent)
    number = new_case(agent)
    page = text(agent.get("/centre/cases/"))
    assert "내 건 (1)" in page
    act(agent, number, "hand-over", to="team:supervisor")
    other = at_work("kim.hana", "supervisor")
    assert number in text(other.get("/centre/cases/", {"list": "team"}))
    assert number not in text(other.get("/centre/cases/", {"list": "mine"}))
    act(other, number, "hand-over", to="member:choi.bora")
    assert number in text(agent.get("/centre/cases/", {"list": "mine"}))
    assert agent.get("/centre/cases/", {"list": "anything"}).status_code == 200


def test_a_number_that_is_read_aloud_leads_to_its_case(agent: Client) -> None:
    choose(agent)
    number = new_case(agent)
    spoken = number.replace("-", " ").lower()
    found = agent.get("/centre/cases/find/", {"number": spoken})
    assert found.headers["Location"] == f"/centre/cases/{number}/"
    wrong = agent.get("/centre/cases/find/", {"number": "12345678"}, follow=True)
    assert "여덟 자리입니다" in text(wrong)


def test_what_is_no_case_is_not_found(agent: Client) -> None:
    for number in ("K7RM-29QH", "nothing", "0000-0000", "가나다라", new_case_number()):
        assert agent.get(f"/centre/cases/{number}/").status_code == 404
        for what in ("note", "take", "number", "close", "exception/carry-out"):
            given = {"text": "글", "outcome": "answered"}
            answer = agent.post(f"/centre/cases/{number}/{what}/", given)
            assert answer.status_code == 404, what


def test_a_case_that_changed_meanwhile_is_told_so(agent: Client) -> None:
    choose(agent)
    number = new_case(agent)
    act(agent, number, "close", outcome="answered")
    assert "지금 상태에서는 할 수 없습니다" in text(act(agent, number, "wait"))
    assert "지금 상태에서는 할 수 없습니다" in text(act(agent, number, "take"))


def test_forms_that_lack_something_are_shown_again(agent: Client) -> None:
    choose(agent)
    number = new_case(agent, kind="exception")
    for what, given in (
        ("note", {"text": ""}),
        ("tag", {"word": "두 낱말"}),
        ("hand-over", {"to": "member:nobody"}),
        ("deadline", {"due_at": "yesterday"}),
        ("deadline", {"due_at": "2020-01-01T10:00"}),
        ("close", {"outcome": "?"}),
        ("exception", {"receipt_number": "R7K3-9QXM-2HTB", "amount": "1", "reason": "이유"}),
    ):
        page = act(agent, number, what, **given)
        assert page.status_code == 200
        assert "errorlist" in text(page), what


def test_others_see_no_case(agent: Client) -> None:
    choose(agent)
    number = new_case(agent)
    auditor = at_work("oh.gamsa", "auditor")
    for path in ("", f"{number}/"):
        assert auditor.get(f"/centre/cases/{path}").status_code == 403
    assert auditor.post(f"/centre/cases/{number}/note/", {"text": "글"}).status_code == 403
    assert "/centre/cases/" not in text(auditor.get("/"))


def test_knowledge_is_found_by_how_people_ask(agent: Client) -> None:
    page = text(agent.get("/centre/knowledge/", {"q": "위약금 언제 들어와요"}))
    first = re.search(r'data-row href="([^"]+)"', page)
    assert first
    assert first[1] == "/centre/knowledge/relief-2026/waiver.pay_days/"
    shown = text(agent.get(first[1]))
    assert "2026년 1월 22일" in shown
    assert agent.get("/centre/knowledge/relief-2026/waiver.nothing/").status_code == 404
    assert agent.get("/centre/knowledge/nothing/waiver.what/").status_code == 404
    # Who reads in English may ask as the customer did.
    agent.cookies["makegood-language"] = "en"
    page = text(agent.get("/centre/knowledge/", {"q": "위약금 언제 들어와요"}))
    assert f'data-row href="{first[1]}"' in page
    assert '<ol class="found" lang="en">' in page


def test_a_question_with_a_number_is_not_repeated(agent: Client) -> None:
    page = text(agent.get("/centre/knowledge/", {"q": "010-8765-4321 언제"}))
    assert "8765" not in page
    assert "빼고 검색하십시오" in page
    assert agent.get("/centre/knowledge/", {"q": "?" * 5_000, "programme": "x"}).status_code == 200
