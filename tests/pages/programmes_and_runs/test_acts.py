"""What is done with runs: proposed, released, held, given up, tried again; answers brought."""

from __future__ import annotations

import re
from http import HTTPStatus

from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.staff_people import kinds_logged

ANSWERS = "/runs/answers/"
WHY = {"reason": "settled with the other side"}


def text(response) -> str:
    return str(response.content.decode())


def state_of(run) -> str:
    from makegood.runs import run_of

    found = run_of(run.run_id)
    return f"{found.state.value}{'-paused' if found.paused_at else ''}"


def bring(client, content: bytes):
    return client.post(ANSWERS, {"file": SimpleUploadedFile("answer.xml", content, "text/xml")})


def test_a_run_is_released_by_two_persons(world, signed_in):
    from makegood.trust.proposals import State, proposals

    payer, approver = signed_in("payer"), signed_in("approver")
    page = text(payer.get(f"{world.credit}propose/"))
    assert f"{world.waiting.items:,}" in page
    assert f"{world.waiting.total:,}원" in page
    without = payer.post(f"{world.credit}propose/", {"reason": ""})
    assert without.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert payer.post(f"{world.credit}propose/", WHY).status_code == HTTPStatus.FOUND
    (proposal,) = proposals(State.OPEN)
    assert "다른 사람이 실행을 승인해야 합니다" in text(payer.get(world.credit))
    refused = payer.post(f"{world.credit}release/", {})
    assert refused.status_code == HTTPStatus.FORBIDDEN
    approver.post(f"/proposals/{proposal.proposal_id}/approve/", {"reason": ""})
    assert payer.post(f"{world.credit}release/", {}).status_code == HTTPStatus.FOUND
    assert state_of(world.waiting) == "released"
    assert "run.released" in kinds_logged()


def test_a_run_is_held_goes_on_and_is_given_up(world, signed_in):
    payer = signed_in("payer")
    for act, after in (
        ("pause", "checked-paused"),
        ("resume", "checked"),
        ("cancel", "cancelled"),
    ):
        assert payer.get(f"{world.credit}{act}/").status_code == HTTPStatus.OK
        assert payer.post(f"{world.credit}{act}/", WHY).status_code == HTTPStatus.FOUND
        assert state_of(world.waiting) == after
    assert "지금 상태에서는 할 수 없는 일입니다" in text(payer.get(f"{world.credit}pause/"))
    assert payer.post(f"{world.credit}pause/", WHY).status_code == HTTPStatus.BAD_REQUEST


def test_what_failed_is_tried_again(world, signed_in):
    payer = signed_in("payer")
    answer = payer.post(f"{world.grant}retry/", WHY)
    assert answer.status_code == HTTPStatus.FOUND
    follow_up = answer.headers["Location"]
    assert follow_up != world.grant
    assert follow_up in text(payer.get(world.grant))
    assert world.grant in text(payer.get(follow_up))


def test_nobody_else_does_anything_with_a_run(world, signed_in):
    for who in ("author", "approver", "auditor"):
        client = signed_in(who)
        page = text(client.get(world.credit))
        for act in ("propose", "pause", "cancel"):
            assert f"{world.credit}{act}/" not in page
            done = client.post(f"{world.credit}{act}/", WHY)
            assert done.status_code == HTTPStatus.FORBIDDEN, (who, act)
        assert client.post(f"{world.grant}retry/", WHY).status_code == HTTPStatus.FORBIDDEN
        assert client.get(ANSWERS).status_code == HTTPStatus.FORBIDDEN
        assert bring(client, b"<a/>").status_code == HTTPStatus.FORBIDDEN


def test_what_was_found_out_ends_an_item(world, signed_in):
    from makegood.runs import open_items
    from makegood.trust.access import Visitor

    payer = signed_in("payer")
    first, *_others = open_items(world.settings, Visitor.console("root"), world.sent.run_id)
    address = f"{world.grant}items/{first.key}/"
    assert payer.get(address).status_code == HTTPStatus.OK
    without = payer.post(address, {"was": "perhaps", "reason": ""})
    assert without.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    said = {"was": "done", "reason": "its owner has it"}
    assert payer.post(address, said).status_code == HTTPStatus.FOUND
    assert payer.post(address, said).status_code == HTTPStatus.BAD_REQUEST
    left = open_items(world.settings, Visitor.console("root"), world.sent.run_id)
    assert first.key not in {each.key for each in left}
    auditor = signed_in("auditor")
    assert auditor.post(address, said).status_code == HTTPStatus.FORBIDDEN


def test_whatever_is_brought_as_an_answer_is_told(database, hand, signed_in):
    """Bytes of nonsense are refused with a reason, and nothing of them is kept."""
    payer = signed_in("payer")
    name = b"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
    pieces = st.sampled_from(
        [b'<Document xmlns="' + name + b'">', b"</Document>", b"<!DOCTYPE a>", b"<a>", b"&#0;"]
    )
    content = st.one_of(
        st.binary(max_size=200),
        st.lists(st.one_of(pieces, st.binary(max_size=20)), max_size=6).map(b"".join),
    )

    @settings(
        max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @example(b"")
    @example(b"<" * 2_400_001)
    @example(b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>')
    @example("<a>ä</a>".encode("utf-16"))
    @given(content)
    def told(sent: bytes) -> None:
        answer = bring(payer, sent)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "error" not in answer.headers

    told()
    assert payer.post(ANSWERS, {}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    incoming = database.home / "exchange" / "bank" / "in"
    assert list(incoming.iterdir()) == []
    assert hand


def two_persons_agree(world, payer, approver) -> str:
    from makegood.trust.proposals import State, proposals

    payer.post(f"{world.credit}propose/", WHY)
    (proposal,) = proposals(State.OPEN)
    approver.post(f"/proposals/{proposal.proposal_id}/approve/", {"reason": ""})
    return f"/proposals/{proposal.proposal_id}/"


def facts_of(page: str) -> dict[str, str]:
    """What a page says of a run, by its label."""
    pairs = re.findall(r"<dt>([^<]*)</dt><dd[^>]*>(.*?)</dd>", page)
    return {label: re.sub(r"<[^>]*>", "", said) for label, said in pairs}


def test_a_run_that_went_by_itself_still_names_the_two_persons(world, signed_in):
    from makegood import runs

    payer, approver = signed_in("payer"), signed_in("approver")
    address = two_persons_agree(world, payer, approver)
    names = {"제안한 사람": "payer.kim", "승인한 사람": "approver.kim"}
    for _before_and_after in range(2):
        page = text(payer.get(world.credit))
        assert f'href="{address}"' in page
        said = facts_of(page)
        assert {label: said[label] for label in names} == names
        assert said["제안"] == "승인됨"
        assert "내보낸 사람" not in said
        runs.release_ready(world.settings)
    assert state_of(world.waiting) == "released"


def test_who_sends_a_run_off_stands_beside_the_two_persons(world, signed_in):
    payer, approver = signed_in("payer"), signed_in("approver")
    two_persons_agree(world, payer, approver)
    payer.post(f"{world.credit}release/", {})
    said = facts_of(text(payer.get(world.credit)))
    assert (said["승인한 사람"], said["내보낸 사람"]) == ("approver.kim", "payer.kim")


def test_what_needs_nobody_names_nobody_but_the_program(world, signed_in):
    said = facts_of(text(signed_in("payer").get(world.grant)))
    assert said["내보낸 사람"] == "프로그램"
    assert not {"제안", "제안한 사람", "승인한 사람"} & set(said)
