"""A card that was kept for many lines is the card that is made for one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils.translation import override

from makegood.dues import Card, cards_html, dues_of
from makegood.dues.alike import _told
from makegood.portal.owed_page import ADDRESSES
from makegood.redress.claims import Application, submit
from tests.dues.kt import CLOSED, CUSTOMER, IN_MARCH, LAST_MINUTE, NAME, OPEN, OTHER
from tests.portal.conftest import as_portal
from tests.redress.claims.relief import at, call_centre

CUSTOMERS = (CUSTOMER, OTHER, "C0003")


@pytest.fixture(autouse=True)
def portal(kt: object) -> Iterator[None]:  # noqa: ARG001 - it must be there first
    _told.clear()
    with as_portal():
        yield
    _told.clear()


def told(moment: datetime, language: str, *, afresh: bool) -> list[tuple[int, Card, str]]:
    """Every card of every customer, and each as HTML; afresh, nothing that was kept counts."""
    found: list[tuple[int, Card, str]] = []
    with at(moment), override(language):
        for customer in CUSTOMERS:
            if afresh:
                _told.clear()
            for line in dues_of(customer, language).lines:
                for card in line.cards:
                    own = replace(card) if afresh else card
                    alone = replace(line, cards=(own,))
                    html = cards_html(alone, ADDRESSES, unfolded=False)
                    found.append((line.number, card, html))
    return found


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("moment", [OPEN, LAST_MINUTE, CLOSED, IN_MARCH])
def test_kept_cards_are_those_made_afresh(moment: datetime, language: str) -> None:
    afresh = told(moment, language, afresh=True)
    told(moment, language, afresh=False)
    kept = told(moment, language, afresh=False)
    assert kept == afresh
    assert sum(card.pages is not None for _, card, _ in kept) == len(kept)


def test_lines_that_are_told_the_same_share_a_card_and_each_has_its_own_addresses() -> None:
    with at(OPEN), override("ko"):
        (first, *_), others = dues_of(CUSTOMER, "ko").lines, dues_of(OTHER, "ko").lines
        shared = [
            (number, mine, theirs)
            for number, line in enumerate(others, start=1)
            for mine in first.cards
            for theirs in line.cards
            if mine is theirs
        ]
        assert shared
        html = [
            cards_html(replace(line, cards=(card,)), ADDRESSES, unfolded=False)
            for number, card, _ in shared
            for line in (first, others[number - 1])
        ]
        for number, line in enumerate(others, start=1):
            page = cards_html(line, ADDRESSES, unfolded=False)
            assert f"card-{number}-" in page
            assert all(f"card-{other}-" not in page for other in range(1, 5) if other != number)
    assert html


def test_what_was_kept_ends_with_its_second() -> None:
    """The last application is taken in the second before the window closes."""
    acts = []
    for moment in (LAST_MINUTE, LAST_MINUTE + timedelta(microseconds=999_999), CLOSED):
        with at(moment):
            acts.append(dues_of(CUSTOMER, "ko").lines[0].cards[0].acts)
    assert acts[0] == acts[1]
    assert acts[0] != acts[2]


def test_a_card_of_a_claim_is_one_lines_own() -> None:
    with at(OPEN):
        before = dues_of(CUSTOMER, "ko").lines[0].cards[0]
        account = ("004", "99000111222", "김민수")
        asked = Application(NAME, "penalty_waiver", "L00001", "call_centre", *account)
        submit(call_centre(), asked, case="CALL-1")
        after = dues_of(CUSTOMER, "ko").lines[0].cards[0]
    assert before.pages is not None
    assert before.claim is None
    assert after.pages is None
    assert after.claim is not None
