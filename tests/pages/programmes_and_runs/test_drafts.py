"""A new version is brought, checked, studied, proposed, approved by another, and published."""

from __future__ import annotations

from http import HTTPStatus

from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.pages.programmes_and_runs.texts import AMENDED, BROKEN
from tests.runs.planning.gift import TEXT
from tests.staff_people import kinds_logged

BRING = "/programmes/bring/"


def file(content: bytes | str, name: str = "programme.yaml") -> SimpleUploadedFile:
    given_bytes = content.encode() if isinstance(content, str) else content
    return SimpleUploadedFile(name, given_bytes, "application/yaml")


def text(response) -> str:
    return str(response.content.decode())


def bring(client, content: bytes | str = AMENDED, **more):
    return client.post(BRING, {"programme": file(content), **more})


def newest_jobs() -> list[tuple[str, dict[str, str]]]:
    from procrastinate.contrib.django.models import ProcrastinateJob

    found = ProcrastinateJob.objects.filter(task_name="makegood.carry_out_study").order_by("id")
    return [(job.queue_name, job.args) for job in found]


def carry_out() -> None:
    """What the worker does with the queue."""
    from uuid import UUID

    from django.conf import settings as django

    from makegood import runs

    for _queue, arguments in newest_jobs():
        runs.carry_out_study(django.INSTALLATION, UUID(arguments["study_id"]))


def test_what_is_wrong_is_told_at_its_place_in_the_language_of_the_page(world, signed_in):
    client = signed_in("author")
    answer = bring(client, BROKEN)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = text(answer)
    assert "오류 MG120" in page
    assert "가리키는 대상이 없습니다" in page
    assert "programme.yaml 47행 11열" in page
    assert "base: <mark>guests</mark>" in page
    client.cookies["makegood-language"] = "en"
    assert "programme.yaml, line 47, column 11" in text(bring(client, BROKEN))
    from makegood.publication import drafts

    assert drafts() == []
    assert world


def test_messages_are_checked_with_their_programme(world, signed_in):
    client = signed_in("author")
    answer = bring(client, messages=file("makegood: 1\nmessages: {}\n", "messages.yaml"))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "messages.yaml" in text(answer)
    assert client.post(BRING, {}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert world


def test_a_version_goes_from_a_file_into_force_by_two_persons(world, signed_in):
    from makegood.publication import drafts, newest_version
    from makegood.trust.proposals import State, proposals

    author, approver = signed_in("author"), signed_in("approver")
    address = bring(author).headers["Location"]
    assert bring(author).headers["Location"] == address
    assert approver.get(address).status_code == HTTPStatus.OK
    for kind in ("forecast", "difference"):
        assert author.post(f"{address}{kind}/").status_code == HTTPStatus.FOUND
        # The same is asked once.
        author.post(f"{address}{kind}/")
    assert len(newest_jobs()) == 2
    assert "작업 대기" in text(author.get(address))
    carry_out()
    page = text(approver.get(address))
    assert "요금 할인" in page
    assert "늘어나는" in page
    assert "measures.credit.discount.amount" in page
    assert (
        "changes.csv" in approver.get(f"{address}?download=changes").headers["Content-Disposition"]
    )
    refused = author.post(f"{address}propose/", {"reason": ""})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    proposed = author.post(f"{address}propose/", {"reason": "more for everybody"})
    (proposal,) = proposals(State.OPEN)
    assert proposed.headers["Location"] == f"/proposals/{proposal.proposal_id}/"
    assert "forecast" in proposal.contents
    told = text(approver.get(f"/proposals/{proposal.proposal_id}/"))
    assert "<h2>인원과 금액</h2>" in told
    assert f'href="{address}"' in told
    assert "시행하기" not in text(author.get(address))
    assert author.post(f"{address}publish/").status_code == HTTPStatus.FORBIDDEN
    answered = approver.post(f"/proposals/{proposal.proposal_id}/approve/", {"reason": ""})
    assert answered.status_code == HTTPStatus.FOUND
    assert "시행하기" in text(author.get(address))
    assert "시행하기" not in text(approver.get(address))
    assert author.post(f"{address}publish/").status_code == HTTPStatus.FOUND
    sha256 = newest_version("gift-2026")
    assert author.get(f"/programmes/gift-2026/{sha256}/").status_code == HTTPStatus.OK
    assert drafts() == []
    assert "programme.published" in kinds_logged()
    assert world


MESSAGES = """\
makegood: 1
messages:
  paid:
    for: paid
    measure: credit
    by: [sms]
    subject: {ko: 지급, en: Paid}
    text:
      ko: '{amount}을(를) 지급했습니다. {code}'
      en: '{amount} paid. {code}'
"""


def test_who_brings_a_version_without_the_messages_there_are_is_warned(world, signed_in):
    from makegood.trust.proposals import State, proposals

    author, approver = signed_in("author"), signed_in("approver")
    warning = "시행 중인 보상안에는 메시지가 있으나 이 초안에는 없습니다"
    first = bring(author, messages=file(MESSAGES, "messages.yaml")).headers["Location"]
    assert warning not in text(author.get(first)), "there were none before"
    author.post(f"{first}propose/", {"reason": "with words"})
    (proposal,) = proposals(State.OPEN)
    approver.post(f"/proposals/{proposal.proposal_id}/approve/", {"reason": ""})
    assert author.post(f"{first}publish/").status_code == HTTPStatus.FOUND
    assert warning in text(author.get(bring(author, TEXT).headers["Location"]))
    again = bring(author, TEXT, messages=file(MESSAGES, "messages.yaml")).headers["Location"]
    assert warning not in text(author.get(again))
    assert world


def test_what_the_version_adds_is_reckoned_and_planned_by_a_worker(world, signed_in):
    payer = signed_in("payer")
    plan = "/programmes/gift-2026/plan/"
    assert payer.get(f"{plan}start/").status_code == HTTPStatus.NOT_FOUND
    assert payer.post(f"{plan}top-ups/").status_code == HTTPStatus.FOUND
    carry_out()
    assert payer.get(f"{plan}start/").status_code == HTTPStatus.OK
    assert payer.post(f"{plan}start/").status_code == HTTPStatus.FOUND
    carry_out()
    assert "추가분 실행" in text(payer.get(plan))
    assert payer.post(f"{plan}nonsense/").status_code == HTTPStatus.NOT_FOUND
    assert world


def test_a_study_that_cannot_be_done_says_why(database, hand, signed_in):
    from tests.redress.outage_lines import published

    published(TEXT)
    author = signed_in("author")
    address = bring(author).headers["Location"]
    author.post(f"{address}difference/")
    carry_out()
    page = text(author.get(address))
    assert "수행하지 못함" in page
    assert "MG860" in page
    assert database
    assert hand


def test_only_an_author_brings_and_proposes(world, signed_in):
    address = bring(signed_in("author")).headers["Location"]
    for who in ("approver", "payer", "auditor", "agent"):
        client = signed_in(who)
        assert bring(client).status_code == HTTPStatus.FORBIDDEN
        for act in ("propose", "publish", *(() if who == "payer" else ("forecast",))):
            done = client.post(f"{address}{act}/", {"reason": "why"})
            assert done.status_code == HTTPStatus.FORBIDDEN, (who, act)
    assert world


def test_whatever_is_brought_is_answered(database, hand, signed_in):
    """Bytes of nonsense are told to be wrong, never with a fault of ours."""
    client = signed_in("author")
    pieces = st.sampled_from(
        [TEXT.encode()[:900], b"makegood: 1\n", b"\xff\xfe", b"&a [*a]", b"? ", b"\0", b"{" * 400]
    )
    content = st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(lambda said: said.encode("utf-8", "replace")),
        st.lists(st.one_of(pieces, st.binary(max_size=30)), max_size=5).map(b"".join),
    )

    @settings(
        max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @example(b"")
    @example(b"a" * 1_000_001)
    @example(TEXT.encode("utf-16"))
    @example(b"- " * 5000)
    @given(content)
    def told(sent: bytes) -> None:
        assert bring(client, sent).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        more = {"messages": file(sent, "messages.yaml")}
        assert bring(client, TEXT, **more).status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    told()
    assert database
    assert hand


def test_every_finding_about_a_file_has_its_korean():
    from pathlib import Path

    from makegood.operations.programmes.codes import KOREAN

    pages = Path(__file__).parents[3] / "docs" / "errors"
    assert {page.stem for page in pages.glob("MG[123]*.md")} <= set(KOREAN)
    assert all((pages / f"{code}.md").is_file() for code in KOREAN)
