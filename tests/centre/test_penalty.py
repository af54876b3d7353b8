"""What ending a line would cost, as an agent tells it to the person on the telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from makegood.trust.audit import entries
from tests.centre.at_work import PERSON, choose, consent, refused_by, text
from tests.fuzz.customers_world import TEXT
from tests.portal.acts.conftest import JIYEON, MINSU, signed_in
from tests.portal.conftest import as_portal
from tests.redress.outage_lines import published
from tests.store_fixture import Database

if TYPE_CHECKING:
    from django.test import Client

PENALTY = f"{PERSON}dues/1/penalty/"


@pytest.fixture
def by_day(offered: Database) -> None:  # noqa: ARG001 - it must be there first
    """A programme whose penalty is halved from the tenth of January on."""
    published(TEXT)


@pytest.mark.usefixtures("by_day")
def test_the_penalty_is_told_as_on_the_customer_s_own_page(agent: Client) -> None:
    assert f'href="{PENALTY}"' in consent(agent)
    answer = agent.get(PENALTY)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "120,000원" in text(answer)
    assert "대상 기간: 2026년 1월 13일까지" in text(answer)
    assert "60,000원" in text(agent.get(PENALTY, {"day": "2026-01-10"}))
    with as_portal():
        own = text(signed_in(MINSU).get("/dues/1/penalty/?day=2026-01-10"))
    words = {part for part in own.split("\n") if "60,000원" in part}
    assert words
    assert words <= set(text(agent.get(PENALTY, {"day": "2026-01-10"})).split("\n"))
    for wrong in ("2026-02-30", "x"):
        assert "계산할 수 없는 날짜" in text(agent.get(PENALTY, {"day": wrong}))


@pytest.mark.usefixtures("by_day")
def test_it_takes_consent_a_task_and_a_line_of_the_person_s(agent: Client) -> None:
    assert refused_by(agent.get(PENALTY)) == {"consent_to_act_for_customer"}
    consent(agent)
    assert agent.get(PENALTY).status_code == 200
    [entry, *_] = [
        each.record for each in entries() if each.record.details.get("what") == "penalty"
    ]
    assert (entry.person, entry.purpose, entry.case) == (MINSU, "customer_request", "CALL-1")
    for number in (0, 4, 99):
        assert agent.get(f"{PERSON}dues/{number}/penalty/").status_code == 404
    choose(agent, JIYEON)
    assert refused_by(agent.get(PENALTY)) == {"consent_to_act_for_customer"}
    agent.post("/centre/done/")
    assert agent.get(PENALTY).headers["Location"] == "/centre/"


def test_where_nothing_depends_on_the_day_there_is_no_such_page(agent: Client) -> None:
    assert PENALTY not in consent(agent)
    assert agent.get(PENALTY).status_code == 404
