"""Documents that customers bring or send, handed in on their behalf."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import override_settings

from makegood.acts import ASKS_TO_SEND
from makegood.portal import waiting
from makegood.project import bodies
from makegood.redress.claims import claim_of, claims
from makegood.trust.audit import entries
from makegood.trust.vault import documents_of, keep_document, open_document
from tests.centre.at_work import (
    PERSON,
    choose,
    consent,
    receipt_of,
    refused_by,
    sends,
    text,
)
from tests.portal.acts.conftest import (
    HANEUL,
    JIYEON,
    MINE,
    MINSU,
    PARENT,
    PDF,
    file,
)

if TYPE_CHECKING:
    from django.test import Client

LATE = f"{PERSON}dues/3/waiver/apply/"
DOCUMENT = f"{LATE}document/"


def field(page: str, name: str) -> str:
    """What stands in a field of a page."""
    found = re.search(rf'<input type="text" name="{name}"(?: value="([^"]*)")?', page)
    assert found, page
    return found[1] or ""


def test_a_late_document_is_handed_in_and_goes_with_the_application(agent: Client) -> None:
    consent(agent)
    asked = text(agent.get(LATE))
    assert f'href="{DOCUMENT}"' in asked
    assert "동의하십니까" in asked, "the words to be read aloud"
    assert "복무확인서" in text(agent.get(DOCUMENT))
    page = text(sends(agent, DOCUMENT, file=file()))
    number = field(page, "document")
    assert number.startswith("D-")
    assert f"서류 번호: {number}" in page
    assert open_document(number).content == PDF
    [kept] = documents_of(MINSU)
    assert kept.reference == number
    [entry] = [
        each.record for each in entries() if each.record.details.get("what") == "document_handed_in"
    ]
    assert entry.actor.startswith("staff:")
    assert (entry.person, entry.purpose, entry.case) == (MINSU, "customer_request", "CALL-1")
    sent = sends(agent, LATE, **MINE, document=number, agreed="on")
    made = claim_of(receipt_of(text(sent)))
    assert (made.document, made.is_late, made.through) == (number, True, "call_centre")
    assert number not in str(dict(agent.session.items())), "it was used"


def test_its_kind_and_size_are_checked(agent: Client) -> None:
    consent(agent)
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"file": file(b"MZ a program", "proof.pdf")}, "다른 형식의 파일"),
        ({"file": file(b"", "proof.pdf")}, "파일이 비어 있습니다"),
        ({}, "파일을 선택해 주십시오"),
    )
    for wrong, told in cases:
        answer = sends(agent, DOCUMENT, **wrong)
        assert (answer.status_code, told in text(answer)) == (422, True), told
    from django.conf import settings

    small = settings.INSTALLATION.model_copy(update={"document_bytes_max": 1_000})
    with override_settings(INSTALLATION=small):
        assert "1MB보다 큽니다" in text(sends(agent, DOCUMENT, file=file()))
    said = agent.get(f"{DOCUMENT}?too-large")
    assert said.status_code == 422
    assert "보다 큽니다" in text(said)
    assert not documents_of(MINSU)


def test_the_web_server_is_told_who_waits_for_a_file(agent: Client) -> None:
    asks: dict[str, Any] = {ASKS_TO_SEND: True}
    assert refused_by(agent.get(DOCUMENT, **asks)) == {"consent_to_act_for_customer"}
    consent(agent)
    assert agent.get(DOCUMENT, **asks).status_code == 204
    assert agent.get(f"{PERSON}dues/1/waiver/apply/document/", **asks).status_code == 302
    assert agent.get(f"{LATE}account-document/", **asks).status_code == 302
    agent.post("/centre/done/")
    assert agent.get(DOCUMENT, **asks).status_code == 302


def test_all_rooms_call_that_question_by_one_name() -> None:
    assert waiting.ASKS_TO_SEND == bodies.ASKS_TO_SEND == ASKS_TO_SEND
    for address in (DOCUMENT, f"{LATE}account-document/", f"{PERSON}claims/R/correct/x-document/"):
        assert bodies.takes_document(address)


def test_a_document_about_an_account_in_another_name(agent: Client) -> None:
    choose(agent, HANEUL)
    consent(agent)
    base = f"{PERSON}dues/1/waiver/apply/"
    page = text(sends(agent, f"{base}account-document/", HANEUL, file=file()))
    number = field(page, "account_document")
    sent = sends(agent, base, HANEUL, **PARENT, account_document=number, agreed="on")
    receipt = receipt_of(text(sent))
    assert claim_of(receipt).account_document == number
    correct = f"{PERSON}claims/{receipt}/correct/"
    assert "가족관계증명서" in text(agent.get(correct))
    page = text(sends(agent, f"{correct}account-document/", HANEUL, file=file(PDF + b" ")))
    another = field(page, "account_document")
    assert another.startswith("D-")
    assert another != number
    answer = agent.get(f"{correct}claim-document/")
    assert (answer.status_code, answer.headers["Location"]) == (302, correct)


def test_a_document_is_for_its_person_and_until_the_task_is_over(agent: Client) -> None:
    consent(agent)
    number = field(text(sends(agent, DOCUMENT, file=file())), "document")
    theirs = keep_document(JIYEON, "a.pdf", "", PDF, actor="console:tester")
    refused = sends(agent, LATE, **MINE, document=theirs, agreed="on")
    assert "그런 번호가 없습니다" in text(refused)
    assert not claims()
    assert field(text(agent.get(LATE)), "document") == number
    choose(agent, JIYEON)
    consent(agent)
    assert "다른 고객의 업무" in text(sends(agent, DOCUMENT, MINSU, file=file()))
    assert len(documents_of(MINSU)) == 1
    choose(agent, MINSU)
    agent.post("/centre/done/")
    choose(agent, MINSU)
    assert field(text(agent.get(LATE)), "document") == ""


@pytest.mark.usefixtures("offered")
def test_nothing_is_kept_without_consent(agent: Client) -> None:
    refused = sends(agent, DOCUMENT, file=file())
    assert refused_by(refused) == {"consent_to_act_for_customer"}
    assert not documents_of(MINSU)
