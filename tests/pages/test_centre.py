"""The support centre over HTTP: what is shown, and every refusal in its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.staff_people import (
    MovedClock,
    browser,
    installed,
    kinds_logged,
    make_device_known,
    member,
    sign_in,
    sign_in_again,
)
from tests.store_fixture import Database

if TYPE_CHECKING:
    from django.test import Client

PHONE = "010-1234-5678"
SECRETS = ("김민수", "이지연", "1234-5678", "1985-03-07", "minsu@", "110123456789")
TASK = {"purpose": "customer_request", "case": "T-1"}

pytestmark = pytest.mark.usefixtures("vault")


@pytest.fixture
def agent() -> Client:
    """A call-centre agent who has just signed in, at a known device."""
    bora, client = member("choi.bora", "call_centre_agent"), browser()
    sign_in(client, bora)
    make_device_known(client)
    return client


def look_up(client: Client, **changes: str):
    return client.post("/centre/", {**TASK, "phone": PHONE, **changes})


def choose(client: Client, **changes: str):
    asked = {**TASK, "customer_id": "C0001", **changes}
    return client.post("/centre/person/choose/", asked, follow=True)


def open_fields(client: Client, *fields: str):
    return client.post("/centre/person/open/", {"fields_wanted": fields or ("name", "phone")})


def consent(client: Client, days: int = 30, evidence: str = "R-17"):
    asked = {"channel": "telephone", "evidence": evidence, "days_valid": days}
    return client.post("/centre/person/consent/", asked, follow=True)


def text(response) -> str:
    return str(response.content.decode())


def test_a_task_without_a_case_is_given_one_on_the_person_s_page(agent: Client) -> None:
    assert "상담 건 번호 적기" in text(choose(agent, case=""))
    page = text(choose(agent, case="call 1"))
    assert "번호를 적으십시오" in page
    assert 'id="id_case_error"' in page
    assert "상담 건 번호 적기" not in text(choose(agent, case="CALL-1"))


def test_a_person_is_found_masked_and_opened_field_by_field(agent: Client) -> None:
    found = text(look_up(agent))
    assert "김*수" in found
    assert not [secret for secret in SECRETS if secret in found]
    page = text(choose(agent))
    assert not [secret for secret in SECRETS if secret in page]
    assert "동의를 등록했습니다" in text(consent(agent))
    opened = text(open_fields(agent, "name", "phone"))
    assert "김민수" in opened
    assert PHONE in opened
    assert "1985" not in opened
    assert {"personal_data.looked_up", "personal_data.revealed"} <= set(kinds_logged())


def test_a_person_is_found_by_name_and_birth_date(agent: Client) -> None:
    page = look_up(agent, phone="", name="김민수", birth_date="1985-03-07")
    assert "김*수" in text(page)
    assert "찾는 고객이 없습니다" in text(
        look_up(agent, phone="", name="김민수", birth_date="1985-03-08")
    )


def test_nothing_personal_stands_in_an_address(agent: Client) -> None:
    seen: list[str] = []
    for response in (look_up(agent), choose(agent), consent(agent), open_fields(agent)):
        seen += [response.request["PATH_INFO"], response.request.get("QUERY_STRING", "")]
        seen += [url for url, _status in getattr(response, "redirect_chain", [])]
    assert not [one for one in seen if "C0001" in one or "5678" in one]
    assert agent.get("/centre/", {"phone": PHONE}).status_code == 200
    assert "김*수" not in text(agent.get("/centre/", {"phone": PHONE}))


def test_what_is_kept_between_pages_is_a_pseudonym(agent: Client, vault: Database) -> None:
    look_up(agent)
    choose(agent)
    consent(agent)
    open_fields(agent)
    assert agent.session["makegood_task"] == {**TASK, "customer_id": "C0001"}
    with vault.superuser.connect() as connection:
        for table in ("django_session", "web_cache", "staff_session", "staff_device"):
            rows = connection.execute(f"SELECT to_jsonb(t)::text FROM {table} t").fetchall()
            assert not [s for s in SECRETS if any(s in row[0] for row in rows)]


def test_a_stale_sign_in_is_refused_in_its_own_words(agent: Client, hand: MovedClock) -> None:
    choose(agent)
    consent(agent)
    hand.move(minutes=6)
    page = open_fields(agent)
    assert page.status_code == 403
    assert "5분 이내의 로그인이 필요합니다" in text(page)
    assert "fresh_sign_in_to_open" in text(page)
    assert "/account/again/?next=/centre/person/" in text(page)
    from makegood.trust.staff import Member

    sign_in_again(agent, Member.objects.get(sign_in_name="choi.bora"))
    assert open_fields(agent).status_code == 200


def test_an_unknown_device_is_refused_in_its_own_words() -> None:
    bora, client = member("choi.bora", "call_centre_agent"), browser()
    sign_in(client, bora)
    page = look_up(client)
    assert page.status_code == 403
    assert "등록되지 않은 기기입니다" in text(page)
    assert "device_known" in text(page)
    assert "김*수" not in text(page)


def test_a_wrong_purpose_is_refused_in_its_own_words(agent: Client) -> None:
    page = look_up(agent, purpose="operation")
    assert page.status_code == 403
    assert "이 목적으로는 고객 정보를 볼 수 없습니다" in text(page)
    assert "purpose_fits_reading" in text(page)


def test_an_expired_consent_is_refused_in_its_own_words(agent: Client, hand: MovedClock) -> None:
    from makegood.trust.staff import Member

    choose(agent)
    assert "consent_given" in text(open_fields(agent))
    consent(agent, days=1)
    hand.move(days=1)
    bora = Member.objects.get(sign_in_name="choi.bora")
    sign_in(agent, bora)
    choose(agent)
    page = open_fields(agent)
    assert page.status_code == 403
    assert "고객의 동의 기간이 지났습니다" in text(page)
    assert "consent_not_expired" in text(page)


def test_another_role_is_refused() -> None:
    park, client = member("park.jun", "security_officer"), browser()
    sign_in(client, park)
    make_device_known(client)
    assert look_up(client).status_code == 403


def test_from_outside_nothing_is_shown(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with installed(database, monkeypatch, networks="[]"):
        bora, client = member("choi.bora", "call_centre_agent"), browser()
        sign_in(client, bora)
        make_device_known(client)
        page = look_up(client)
        assert page.status_code == 403
        assert "회사 밖 네트워크에서는" in text(page)


def test_refusals_are_told_in_english_too(agent: Client) -> None:
    agent.post("/language/", {"language": "en", "next": "/"})
    page = text(look_up(agent, purpose="operation"))
    assert "Name the one that fits." in page
    assert 'lang="en"' in page


def test_what_cannot_be_looked_up_is_told(agent: Client) -> None:
    assert look_up(agent, phone="").status_code == 400
    wrong = look_up(agent, case="전화 010-1234-5678")
    assert "번호를 적으십시오(예: CALL-17)" in text(wrong)
    assert "no-store" in wrong.headers["Cache-Control"]
    assert "personal_data.looked_up" not in kinds_logged()


def test_when_the_task_is_done_nothing_of_it_is_left(agent: Client) -> None:
    choose(agent)
    agent.post("/centre/done/")
    assert agent.get("/centre/person/").headers["Location"] == "/centre/"
    assert "makegood_task" not in agent.session


def test_two_persons_decide_over_http() -> None:
    from makegood.trust.proposals import ProposalKind, proposal_of, propose

    park, han = member("park.jun", "security_officer"), member("han.yura", "privacy_officer")
    clients = {}
    for who in (park, han):
        clients[who] = browser()
        sign_in(clients[who], who)
        make_device_known(clients[who])
    made = propose(
        ProposalKind.ROTATE_KEYS, "keys", {}, "the year is over", by=park.actor, source="test"
    )
    path = f"/proposals/{made.proposal_id}/"
    assert "the year is over" in text(clients[park].get(path))
    refused = clients[park].post(f"{path}approve/")
    assert refused.status_code == 403
    assert "proposer_is_not_approver" in text(refused)
    assert clients[han].post(f"{path}refuse/", {"reason": ""}).status_code == 200
    done = clients[han].post(f"{path}approve/", follow=True)
    assert "이제 한 번 실행할 수 있습니다" in text(done)
    assert proposal_of(made.proposal_id).decided_by == han.actor
    assert "proposal.approved" in kinds_logged()


def test_a_proposal_is_withdrawn_by_who_made_it() -> None:
    from makegood.trust.proposals import ProposalKind, State, proposal_of, propose

    park, client = member("park.jun", "security_officer"), browser()
    sign_in(client, park)
    make_device_known(client)
    made = propose(
        ProposalKind.ROTATE_KEYS, "keys", {}, "the year is over", by=park.actor, source="test"
    )
    client.post(f"/proposals/{made.proposal_id}/withdraw/")
    assert proposal_of(made.proposal_id).state is State.WITHDRAWN


def test_an_approval_needs_a_fresh_sign_in(hand: MovedClock) -> None:
    from makegood.trust.proposals import ProposalKind, propose

    han, client = member("han.yura", "privacy_officer"), browser()
    sign_in(client, han)
    make_device_known(client)
    made = propose(
        ProposalKind.ROTATE_KEYS, "keys", {}, "the year is over", by="staff:other", source="test"
    )
    hand.move(minutes=6)
    page = client.post(f"/proposals/{made.proposal_id}/approve/")
    assert "승인하려면 5분 이내의 로그인이 필요합니다" in text(page)
    assert f"/account/again/?next=/proposals/{made.proposal_id}/" in text(page)


def test_the_log_is_read_and_proved() -> None:
    from makegood.trust.audit import entries

    oh, client = member("oh.gamsa", "auditor"), browser()
    sign_in(client, oh)
    make_device_known(client)
    page = text(client.get("/log/", {"purpose": "audit", "actor": "oh.gamsa"}))
    assert "로그인" in page
    refused = client.get("/log/", {"purpose": "callback"})
    assert "purpose_fits_the_log" in text(refused)
    first = next(entries())
    shown = client.get(f"/log/{first.entry_id}/", {"purpose": "audit"})
    assert first.leaf_hash().hex() in text(shown)
    waiting = client.get(f"/log/{first.entry_id}/proof/", {"purpose": "audit"})
    assert waiting.status_code == 400
    from django.conf import settings

    from makegood.trust.audit import publish_checkpoint
    from makegood.trust.keys import MasterKey

    installation = settings.INSTALLATION
    publish_checkpoint(MasterKey.open(installation), installation.log_origin)
    proof = client.get(f"/log/{first.entry_id}/proof/", {"purpose": "audit"})
    assert text(proof).startswith("c2sp.org/tlog-proof@v1\n")
    assert proof.headers["Content-Disposition"].startswith("attachment")


def test_what_is_no_pseudonym_is_not_taken(agent: Client) -> None:
    for wrong in ("C0001\0", "", "김민수", PHONE):
        assert choose(agent, customer_id=wrong).redirect_chain[-1][0] == "/centre/"
    assert "makegood_task" not in agent.session


def test_the_log_says_whose_entries_were_searched_and_takes_only_real_days() -> None:
    from makegood.trust.audit import entries

    lee, client = member("lee.sora", "auditor"), browser()
    sign_in(client, lee)
    make_device_known(client)
    for asked in (
        {"until": "9999-12-31"},
        {"since": "0001-01-01"},
        {"person": "C0001", "actor": lee.sign_in_name},
        {"person": "김민수"},
    ):
        assert client.get("/log/", {"purpose": "audit", **asked}).status_code == 200
    read = [entry.record.details for entry in entries() if entry.record.kind == "log.read"]
    assert [one["person"] for one in read if "person" in one] == [
        "C0001",
        "(neither pseudonym nor actor)",
    ]
    assert [one["actor"] for one in read if "actor" in one] == [lee.actor]


def test_the_word_of_a_consent_by_code_is_none_to_type(agent: Client) -> None:
    from makegood.trust.access import Consent, consents_of

    choose(agent)
    for typed in (Consent.BY_CODE, " Code "):
        page = text(consent(agent, evidence=typed))
        assert "동의를 등록했습니다" not in page
        assert "녹취나 동의서의 번호를 적으십시오" in page
    assert not consents_of("C0001")
    assert "동의를 등록했습니다" in text(consent(agent, evidence="CODE-17"))
