"""Enrolled in the cover on the page, told to the insurer by a run, and the certificate of it."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from makegood.certificates import certificate_of
from makegood.certificates.paper import Paper, pdf_of
from makegood.channels.exchange import PartnerFolders
from makegood.channels.exchange.fake import FakePartner
from makegood.dues import CardAct, dues_of
from makegood.kernel import FixedClock, MakegoodError
from makegood.redress.claims import ClaimState, advance, claim_of, claims_of
from makegood.redress.serving import register
from makegood.runs import work
from makegood.trust import clock
from makegood.trust.access import Visitor
from tests.portal.acts.conftest import (
    COVERED,
    JIYEON,
    MINSU,
    NAMES,
    OFFERED,
    confirm,
    signed_in,
)
from tests.redress.claims.holding import named
from tests.redress.claims.relief import AS_OF, LINES, NAME, applicant
from tests.redress.outage_lines import snapshot

PATH = "/dues/1/cover/certificate/"


def enrolled(customer_id: str = MINSU):
    """The customer's first line, enrolled and confirmed by the insurer."""
    from django.conf import settings

    browser = signed_in(customer_id)
    assert browser.get("/dues/1/cover/enrol/").headers["Location"].endswith("/apply/confirm/")
    receipt = confirm(browser, measure="cover")
    assert claim_of(receipt).has_account is False
    assert advance(settings.INSTALLATION) == 1
    with clock.use(FixedClock(COVERED)):
        work(settings.INSTALLATION, until_idle=True)
        folders = PartnerFolders.of(settings.INSTALLATION, "insurer")
        FakePartner(folders, settings.INSTALLATION.home / "insurer").step(
            COVERED + timedelta(days=1)
        )
        work(settings.INSTALLATION, until_idle=True)


@pytest.mark.usefixtures("afterwards")
def test_who_is_enrolled_loads_the_certificate_and_nobody_else_does():
    assert signed_in(MINSU).get(PATH).status_code == 409, "not before the insurer has confirmed"
    enrolled()
    with clock.use(FixedClock(COVERED)):
        browser = signed_in(MINSU)
        answers = [browser.get(PATH) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].content == answers[1].content, "the same facts, the same bytes"
        assert answers[0].headers["Content-Type"] == "application/pdf"
        assert answers[0].headers["Cache-Control"] == "no-store"
        text = text_of(answers[0].content)
        assert "김*수" in text
        assert NAMES[MINSU] not in text
        assert "2026년 3월 1일부터 2028년 2월 29일까지" in text
        assert "사기 피해" in text
        english = text_of(signed_in(MINSU, "en").get(PATH).content)
        assert "1 March 2026 to 29 February 2028" in english
        other = signed_in(JIYEON)
        assert other.get(PATH).status_code == 409
        for number in (0, 2, 3):
            path = f"/dues/{number}/cover/certificate/"
            assert other.get(path).status_code == 404
        with pytest.raises(MakegoodError, match="MG770"):
            certificate_of(applicant(JIYEON), NAME, "cover", "L0001", "ko", name_of_line="x")
        with pytest.raises(MakegoodError, match="MG687"):
            certificate_of(applicant(JIYEON), NAME, "cover", "L0002", "ko", name_of_line="x")


@pytest.mark.parametrize("contract", ["the same", "their own"])
@pytest.mark.usefixtures("afterwards")
def test_whoever_has_the_line_next_is_not_certified_another_s_enrolment(contract, tmp_path):
    enrolled()
    [claim] = claims_of("L0001")
    assert claim.state is ClaimState.PAID
    with clock.use(FixedClock(COVERED)):
        named("L0001", JIYEON)
        if contract == "their own":
            facts = LINES["L0001"] | {"contracted_on": AS_OF}
            folder = snapshot(tmp_path / "new", LINES | {"L0001": facts}, COVERED.date(), OFFERED)
            register(Visitor.console("root"), folder, NAME)
        [line] = [line for line in dues_of(JIYEON, "en").lines if line.line_id == "L0001"]
        [card] = [card for card in line.cards if card.measure == "cover"]
        assert card.is_claimed_before is (contract == "the same")
        assert not card.certificate
        assert not card.may(CardAct.CERTIFICATE)
        assert card.arrived == ()
        path = f"/dues/{line.number}/cover/certificate/"
        assert signed_in(JIYEON).get(path).status_code == 409
        with pytest.raises(MakegoodError, match="MG687"):
            certificate_of(applicant(JIYEON), NAME, "cover", "L0001", "ko", name_of_line="x")


def text_of(content: bytes) -> str:
    return PdfReader(BytesIO(content)).pages[0].extract_text()


def paper(**changes) -> Paper:
    given: dict[str, Any] = {
        "language": "ko",
        "title": "가입 확인서",
        "subject": "보험",
        "operator": "통신사",
        "measure": "안심 보험",
        "rows": [("가입자", "김*수")],
        "against_title": "보장하는 피해",
        "against": ["뷁쀍 #eval(1) $x$ *굵게* [링크] \\ @name <label> // 끝"],
        "promise_title": "내용",
        "promise": "2년",
        "about": "확인서입니다.",
        "ask": "문의",
        "dated": date(2026, 3, 1),
    }
    return Paper(**(given | changes))


def test_the_same_facts_are_the_same_bytes_and_others_are_not():
    assert pdf_of(paper()) == pdf_of(paper())
    assert pdf_of(paper()) != pdf_of(paper(promise="3년"))
    assert pdf_of(paper()) != pdf_of(paper(dated=date(2026, 3, 2)))


def test_a_text_is_never_read_as_markup():
    assert "#eval(1) $x$ *굵게* [링크] \\ @name <label> // 끝" in text_of(pdf_of(paper()))


def test_the_file_is_tagged_names_its_language_and_carries_its_letters():
    for language in ("ko", "en"):
        reader = PdfReader(BytesIO(pdf_of(paper(language=language))))
        root: Any = reader.trailer["/Root"]
        assert root["/Lang"] == language
        assert root["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in root
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert reader.metadata
        assert reader.metadata.title == "가입 확인서"
        page: Any = reader.pages[0]
        fonts = page["/Resources"]["/Font"]
        for font in fonts.values():
            [below] = font.get_object()["/DescendantFonts"]
            described = below.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile3", "/FontFile2"} & set(described), "its letters are embedded"
