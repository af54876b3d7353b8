"""What a run pays less or more than was shown, on the pages of those who let it go or propose."""

from __future__ import annotations

import csv
from datetime import date
from http import HTTPStatus
from io import StringIO
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tests.pages.programmes_and_runs.test_browser import picture
from tests.pages.test_browser import come_in, listen, make_known, problems
from tests.runs.planning import gift
from tests.staff_people import browser, make_device_known, member, sign_in
from tests.trust.access.visitors import agent

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

WHY = {"reason": "what was shown counts"}


@pytest.fixture
def bill(hand, tmp_path):  # noqa: ARG001 - the clock comes first
    """L01 was shown 25,000 won and L08 15,000; by now L01 gets 20,000, and L08 20,000."""
    from django.conf import settings as django

    from makegood import runs
    from makegood.redress.quotes import give_quote

    gift.in_force(tmp_path)
    for line in ("L01", "L08"):
        give_quote(agent(), gift.NAME, line, "ko", "call_centre", case="CALL-1")
    gift.lines(tmp_path, date(2026, 1, 20), L01={"fee": 40_000}, L08={"fee": 40_000})
    run = gift.planned(django.INSTALLATION, runs.RunKind.BILL, "credit")
    return runs.check_run(django.INSTALLATION, run.run_id)


def at_work(who: str, *roles: str):
    client = browser()
    sign_in(client, member(who, *roles))
    make_device_known(client)
    return client


def text(response) -> str:
    return str(response.content.decode())


def download(client, path: str) -> list[list[str]]:
    answer = client.get(path)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return [*csv.reader(StringIO(answer.content.decode("utf-8-sig")))][1:]


def test_who_proposes_and_who_approves_the_release_are_told(bill):
    from makegood.trust.proposals import ProposalKind, State, proposals

    payer, approver = (
        at_work("payer.kim", "payment_officer"),
        at_work("approver.lee", "remediation_approver"),
    )
    for path in (f"/runs/{bill.run_id}/", f"/runs/{bill.run_id}/propose/"):
        page = text(payer.get(path))
        assert "1회선, 합계 5,000원" in page
        assert f"/runs/{bill.run_id}/deviations/" in page
    payer.post(f"/runs/{bill.run_id}/propose/", WHY)
    [made] = proposals(State.OPEN, ProposalKind.RELEASE_RUN)
    page = text(approver.get(f"/proposals/{made.proposal_id}/"))
    assert "안내보다 적게 받는 회선" in page
    assert "5,000원" in page


def test_the_lines_behind_it_are_listed_and_given_as_a_file(bill):
    payer = at_work("payer.kim", "payment_officer")
    path = f"/runs/{bill.run_id}/deviations/"
    page = text(payer.get(path))
    assert "L01" in page
    # Who lets runs go does not propose exceptions.
    assert "deviations/propose/" not in page
    assert [(row[0], *row[2:5]) for row in download(payer, f"{path}?download=deviations")] == [
        ("L01", "25000", "20000", "20000"),
        ("L08", "15000", "20000", "20000"),
    ]
    assert payer.get(f"/runs/{uuid4()}/deviations/").status_code == HTTPStatus.NOT_FOUND
    assert payer.post(f"{path}propose/", WHY).status_code == HTTPStatus.FORBIDDEN


def test_a_supervisor_finds_the_run_and_proposes_the_better(bill):
    from makegood.trust.proposals import ProposalKind, State, proposals

    client = at_work("supervisor.oh", "supervisor")
    path = f"/runs/{bill.run_id}/deviations/"
    quotes = f"/claims/quotes/?programme={gift.NAME}&measure=credit"
    assert path in text(client.get(quotes))
    assert f'href="/runs/{bill.run_id}/"' not in text(client.get(path))
    without = client.post(f"{path}propose/", {"reason": ""})
    assert without.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(f"{path}propose/", WHY).status_code == HTTPStatus.FOUND
    [made] = proposals(State.OPEN, ProposalKind.CUSTOMER_EXCEPTION)
    assert (made.contents["line"], made.contents["amount"]) == ("L01", 25_000)


@pytest.mark.parametrize("role", ["call_centre_agent", "shop_agent", "privacy_officer"])
def test_who_sees_no_runs_and_decides_no_exceptions_is_shown_none_of_it(bill, role):
    from makegood.trust.proposals import ProposalKind, proposals

    client, address = at_work("han.calls", role), f"/runs/{bill.run_id}/deviations/"
    answers = [client.get(address), client.get(f"{address}?download=deviations")]
    answers += [client.post(f"{address}propose/", why) for why in (WHY, {"reason": ""})]
    for answer in answers:
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert "L01" not in text(answer)
    assert proposals(kind=ProposalKind.CUSTOMER_EXCEPTION) == []


def test_an_agent_is_shown_nobodys_quotes_and_proposes_for_nobody_by_the_list(bill):
    from makegood.trust.proposals import ProposalKind, proposals

    client = at_work("han.calls", "call_centre_agent")
    quotes = f"/claims/quotes/?programme={gift.NAME}&measure=credit"
    answers = [client.get(quotes), client.get(f"{quotes}&download=deviations")]
    given = {"programme": gift.NAME, "measure": "credit", **WHY}
    answers.append(client.post("/claims/quotes/propose/", given))
    for answer in answers:
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert "L01" not in text(answer)
        assert str(bill.run_id) not in text(answer)
    assert proposals(kind=ProposalKind.CUSTOMER_EXCEPTION) == []


def test_where_nothing_is_to_be_proposed_the_gate_is_asked_all_the_same(bill):
    path = "/claims/quotes/propose/"
    given = {"programme": gift.NAME, "measure": "roaming", **WHY}
    from makegood.redress.quotes import deviations

    assert deviations(gift.NAME, "roaming") == []
    assert bill.measure == "credit"
    shop, payer = at_work("shop.kim", "shop_agent"), at_work("payer.kim", "payment_officer")
    for client in (shop, payer):
        assert client.post(path, given).status_code == HTTPStatus.FORBIDDEN


def test_so_many_are_proposed_at_a_time_and_the_next_time_goes_on(tmp_path, hand, monkeypatch):  # noqa: ARG001 - the clock comes first
    from django.conf import settings as django

    from makegood import runs
    from makegood.operations.runs import deviations
    from makegood.redress.quotes import give_quote
    from makegood.trust.proposals import ProposalKind, State, proposals

    gift.in_force(tmp_path)
    for line in ("L01", "L08"):
        give_quote(agent(), gift.NAME, line, "ko", "call_centre", case="CALL-1")
    gift.lines(tmp_path, date(2026, 1, 20), L01={"fee": 20_000}, L08={"fee": 20_000})
    run = gift.planned(django.INSTALLATION, runs.RunKind.BILL, "credit")
    runs.check_run(django.INSTALLATION, run.run_id)
    monkeypatch.setattr(deviations, "PROPOSED_AT_ONCE", 1)
    client, address = at_work("supervisor.oh", "supervisor"), f"/runs/{run.run_id}/deviations/"
    page = text(client.get(address))
    assert "제안하지 않은 회선: 2개. 한 번에 최대 1개" in page
    assert f"makegood run deviations {run.run_id} --propose" in page
    page = text(client.post(f"{address}propose/", WHY, follow=True))
    assert "아직 제안하지 않은 회선: 1개. 계속하려면" in page
    page = text(client.post(f"{address}propose/", WHY, follow=True))
    made = proposals(State.OPEN, ProposalKind.CUSTOMER_EXCEPTION)
    assert {each.contents["line"] for each in made} == {"L01", "L08"}
    # Everything is proposed: nothing is offered, and once more does nothing.
    assert "deviations/propose/" not in page
    client.post(f"{address}propose/", WHY)
    assert len(proposals(kind=ProposalKind.CUSTOMER_EXCEPTION)) == len(made)


def test_what_was_shown_to_who_held_a_line_before_is_counted_and_not_offered(tmp_path, hand):  # noqa: ARG001 - the clock comes first
    from django.conf import settings as django

    from makegood import runs
    from makegood.redress.quotes import give_quote
    from tests.runs.planning.test_quoted import held_by

    gift.in_force(tmp_path)
    held_by("C001")
    give_quote(agent(), gift.NAME, "L01", "ko", "call_centre", case="CALL-1")
    gift.lines(tmp_path, date(2026, 1, 20), L01={"fee": 20_000})
    run = gift.planned(django.INSTALLATION, runs.RunKind.BILL, "credit")
    runs.check_run(django.INSTALLATION, run.run_id)
    client, address = at_work("supervisor.oh", "supervisor"), f"/runs/{run.run_id}/deviations/"
    quotes = f"/claims/quotes/?programme={gift.NAME}&measure=credit"
    for page in (text(client.get(address)), text(client.get(quotes))):
        assert "제안하지 않은 회선: 1개" in page or "제안할 회선: 1개" in page
        assert "제안할 수 없는 회선" not in page
    held_by("C002")
    for page in (text(client.get(address)), text(client.get(quotes))):
        assert "제안할 수 없는 회선: 1개. 더 나은 내용은 회선의 이전 명의자에게" in page
        assert "예외를 제안합니다" not in page


def test_of_a_cancelled_run_nothing_is_proposed(bill):
    from django.conf import settings as django

    from makegood import runs
    from makegood.kernel import MakegoodError
    from makegood.trust.policy import Role
    from makegood.trust.proposals import ProposalKind, proposals

    payer = agent("payer", Role.PAYMENT_OFFICER)
    runs.cancel(django.INSTALLATION, payer, bill.run_id, "planned too early")
    client, address = at_work("supervisor.oh", "supervisor"), f"/runs/{bill.run_id}/deviations/"
    page = text(client.get(address))
    assert "취소된 실행입니다" in page
    assert "deviations/propose/" not in page
    told = text(client.post(f"{address}propose/", WHY, follow=True))
    assert "아무것도 제안하지 않았습니다" in told
    assert proposals(kind=ProposalKind.CUSTOMER_EXCEPTION) == []
    with pytest.raises(MakegoodError, match="MG886"):
        runs.propose_shown(
            django.INSTALLATION, agent("oh", Role.SUPERVISOR), bill.run_id, "as was shown"
        )


def test_for_a_file_the_list_is_read_once_and_the_gate_asked_once(bill, monkeypatch):
    from makegood.runs import deviations
    from makegood.trust.audit import entries

    monkeypatch.setattr(deviations, "_AT_ONCE", 1)
    payer = at_work("payer.kim", "payment_officer")
    assert len(download(payer, f"/runs/{bill.run_id}/deviations/?download=deviations")) == 2
    asked = [each for each in entries() if each.record.details.get("what") == "deviations"]
    assert len(asked) == 1


@pytest.mark.parametrize("language", ["ko", "en"])
def test_axe_finds_nothing(context: BrowserContext, bill, language: str) -> None:
    kim = member("kim.minji", "payment_officer", "supervisor")
    page = context.new_page()
    context.add_cookies(
        [{"name": "makegood-language", "value": language, "url": "http://localhost"}]
    )
    told, found = listen(page), list[str]()
    come_in(page, kim)
    make_known(page)
    address = f"/runs/{bill.run_id}/"
    for name, path in (
        ("run-deviates", address),
        ("deviations", f"{address}deviations/"),
        ("propose-deviates", f"{address}propose/"),
        ("quotes-runs", f"/claims/quotes/?programme={gift.NAME}&measure=credit"),
    ):
        page.goto(path)
        picture(page, f"{language}-{name}")
        found.extend(problems(page, name))
    page.goto(f"{address}propose/")
    page.locator("main form textarea").fill("the bill of March")
    page.locator("main form button").first.click()
    page.goto("/proposals/")
    page.locator("main a[href*='/proposals/']").first.click()
    picture(page, f"{language}-proposal-deviates")
    found.extend(problems(page, "proposal"))
    assert found == []
    assert told == []
