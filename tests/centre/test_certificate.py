"""The certificate of a customer's cover, loaded on their behalf."""

from __future__ import annotations

import pytest

from makegood.kernel import FixedClock
from makegood.trust import clock
from makegood.trust.audit import entries
from tests.centre.at_work import PERSON, at_work, choose, consent, refused_by, text
from tests.portal.acts.conftest import COVERED, JIYEON, MINSU, NAMES
from tests.portal.acts.test_certificate import enrolled, text_of
from tests.portal.conftest import as_portal
from tests.redress.claims.relief import AFTERWARDS

CERTIFICATE = f"{PERSON}dues/1/cover/certificate/"


@pytest.mark.usefixtures("offered")
def test_an_agent_loads_the_certificate_of_who_is_enrolled() -> None:
    with clock.use(FixedClock(AFTERWARDS)), as_portal():
        enrolled()
    with clock.use(FixedClock(COVERED)):
        agent = at_work("choi.bora", "call_centre_agent")
        assert refused_by(agent.get(CERTIFICATE)) == {"consent_to_act_for_customer"}
        assert f'href="{CERTIFICATE}"' in consent(agent)
        answer = agent.get(CERTIFICATE)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert answer.headers["Content-Type"] == "application/pdf"
        told = text_of(answer.content)
        assert "김*수" in told
        assert NAMES[MINSU] not in told
        loaded = [each.record for each in entries()][-1]
        assert loaded.details["what"] == "certificate"
        assert (loaded.person, loaded.purpose, loaded.case) == (
            *(MINSU, "customer_request", "CALL-1"),
        )
        agent.cookies["makegood-language"] = "en"
        assert "1 March 2026 to 29 February 2028" in text_of(agent.get(CERTIFICATE).content)
        agent.cookies["makegood-language"] = "ko"
        assert agent.get(f"{PERSON}dues/1/waiver/certificate/").status_code == 404
        choose(agent, JIYEON)
        consent(agent)
        early = agent.get(CERTIFICATE, follow=True)
        assert "확인하기 전에는 확인서가 없습니다" in text(early)
