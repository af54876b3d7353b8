"""A programme is amended, and a measure is in it no more: what was applied for is still shown."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from makegood.redress.claims import claim_of, decide
from makegood.redress.serving import programme_in_force
from makegood.runs import newest_decisions
from makegood.runs.rows import execute
from tests.pages.money_and_claims.relief_world import World, at_work
from tests.pages.test_centre import text
from tests.pages.walking import walked
from tests.redress.claims.relief import (
    AFTERWARDS,
    NAME,
    TEXT,
    advanced,
    agreed,
    applied,
    at,
    supervisor,
)
from tests.redress.outage_lines import published
from tests.staff_people import MovedClock

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def world(hand: MovedClock, tmp_path: Path) -> World:  # noqa: ARG001 - set up by then
    from django.conf import settings

    made = World(settings.INSTALLATION, tmp_path)
    with at(AFTERWARDS):
        made.receipts["cover"] = applied("M0008", "cover").receipt_number
        advanced()
        begin, _waiver, rest = TEXT.partition("  waiver:\n")
        published(begin + "  cover:\n" + rest.partition("  cover:\n")[2])
        newest_decisions(settings.INSTALLATION, programme_in_force(NAME))
    refused = "UPDATE claims_claim SET state = 'refused', reason = 'excluded:other_brand',"
    execute(f"{refused} is_late = true WHERE receipt_number = %s", [made.receipts["L0003"]])
    return made


def test_every_page_of_the_staff_can_be_read(world: World) -> None:
    claims = [f"/claims/{receipt}/" for receipt in world.receipts.values()]
    lists = [
        f"/claims/open/?which={which}{download}"
        for which in ("waiting", "late", "returned", "contradictory", "held")
        for download in ("", "&download=claims")
    ]
    chosen = [f"/{page}/?measure=waiver" for page in ("claims", "claims/quotes", "money", "runs")]
    pages: dict[str, int] = {}
    for role in ("supervisor", "remediation_author", "payment_officer", "auditor"):
        client = at_work(f"of.{role.replace('_', '.')}", role)
        begin = [path for path in (*claims, *lists, *chosen) if pages.get(path) != 200]
        known = {path for path, status in pages.items() if status == 200}
        pages |= walked(client, "/overview/", *begin, known=known)
    assert [pages[path] for path in (*claims, *lists)] == [200] * (len(claims) + len(lists))
    assert len(pages) > 60


def test_an_exclusion_that_nobody_can_word_is_told_by_its_name(world: World) -> None:
    client = supervisor_at_work()
    shown = text(client.get(world.claim("L0003")))
    assert "other_brand" in shown
    assert "other_brand" in text(client.get("/claims/open/?which=late&download=claims"))


def test_a_claim_is_paid_or_takes_effect(world: World) -> None:
    client = supervisor_at_work()
    paid, covered = (text(client.get(world.claim(each))) for each in ("L0001", "cover"))
    assert "지급일" in paid
    assert "적용일" not in paid
    assert "적용일" in covered
    assert "지급일" not in covered


def test_a_cover_has_no_amount(world: World) -> None:
    client = supervisor_at_work()
    covered = text(client.get(world.claim("cover")))
    assert "0원" not in covered
    assert "<dt>금액</dt>" not in covered
    assert "<dt>금액</dt>" in text(client.get(world.claim("L0001")))


def test_two_persons_still_decide_it_and_not_for_nothing(world: World) -> None:
    from makegood.kernel import MakegoodError

    receipt = world.receipts["L0011"]
    with at(AFTERWARDS):
        agreed(receipt, 0)
        with pytest.raises(MakegoodError, match="MG850"):
            decide(supervisor(), receipt, approve=True, case="CASE-7")
    with at(AFTERWARDS + timedelta(hours=1)):
        agreed(receipt, 110_000)
        decide(supervisor(), receipt, approve=True, case="CASE-7")
    assert claim_of(receipt).state == "scheduled"


def supervisor_at_work() -> Client:
    return at_work("song.hana", "supervisor")
