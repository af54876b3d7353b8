"""Choices and partners' coupons on their cards, from before they open until after they are over."""

from datetime import datetime

import pytest

from makegood.channels.vouchers import import_codes
from makegood.dues import Card, CardAct, announcement, dues_of
from makegood.redress.choices import choose
from makegood.redress.serving import programme_in_force, register
from tests.dues.kt import SEOUL
from tests.programme_text import changed
from tests.redress.claims.relief import applicant, at
from tests.redress.outage_lines import TEXT, console, line, published, snapshot

EARLY = datetime(2026, 3, 4, 10, 0, tzinfo=SEOUL)
OPEN = datetime(2026, 3, 9, 12, 0, tzinfo=SEOUL)
OVER = datetime(2026, 3, 20, 18, 0, tzinfo=SEOUL)
LONG_OVER = datetime(2026, 3, 25, 18, 0, tzinfo=SEOUL)
NAME = "outage-2026"

pytestmark = pytest.mark.usefixtures("outage")


@pytest.fixture(scope="module")
def outage(lasting, tmp_path_factory):  # noqa: ARG001 - it must be there first
    with at(OPEN):
        published()
        folder = snapshot(tmp_path_factory.mktemp("outage") / "lines", {"A1": line(), "A2": line()})
        register(console(), folder, NAME)


def card_of(name: str, measure: str, language: str = "en") -> Card:
    (found,) = dues_of(name, language).lines
    return next(card for card in found.cards if card.measure == measure)


def steps(card: Card) -> list[str]:
    return [f"{step.words} {step.until_text}".strip() for step in card.steps]


def test_a_choice_is_made_in_its_window_and_changed_until_it_is_given() -> None:
    with at(EARLY):
        card = card_of("A1", "pass")
        assert (card.acts, steps(card)) == (frozenset(), ["It opens on 5 March 2026 at 9\u00a0am."])
    with at(OPEN):
        card = card_of("A1", "pass")
        assert card.acts == {CardAct.CHOOSE}
        assert card.choice is not None
        given, until = card.choice.given_text, "20 March 2026 at 6\u00a0pm"
        assert steps(card) == [f"Choose one. Its code is due on {given} at the latest. {until}"]
        choose(applicant("A1"), NAME, "pass", "A1", "music", "web")
        card = card_of("A1", "pass", "ko")
        assert card.choice is not None
        assert (card.choice.chosen_title, card.choice.status.words) == ("음악", "선택함")
        assert [option.is_chosen for option in card.choice.options] == [True, False]
        assert card.acts == {CardAct.CHOOSE}
    with at(OVER):
        # It is too late to choose another one; what was chosen comes all the same.
        card = card_of("A1", "pass")
        assert card.acts == set()
        assert card.choice is not None
        [told] = steps(card)
        assert told.startswith(f"The code is due on {card.choice.given_text}")
        assert steps(card_of("A2", "pass")) == ["It closed on 20 March 2026 at 6\u00a0pm."]


def test_who_chooses_is_told_when_passes_leave_next() -> None:
    """Once a day, at ten by the programme's clock: what waits then leaves then."""
    for hour, minute, day in ((9, 59, 6), (10, 0, 7), (23, 0, 7)):
        with at(datetime(2026, 3, 6, hour, minute, tzinfo=OPEN.tzinfo)):
            choice = card_of("A2", "pass").choice
            assert choice is not None
            assert choice.given_text == f"{day} March 2026 at 10\u00a0am"
    with at(EARLY):
        choice = card_of("A2", "pass").choice
        assert choice is not None
        assert choice.given_text == ""


def test_an_offer_that_is_not_open_yet_says_when_to_come_back() -> None:
    with at(EARLY):
        card = card_of("A1", "coupons")
        assert card.acts == frozenset()
        told = "The coupon of Café can be taken here: 5 March 2026 to 10 March 2026."
        assert steps(card) == [told]


def test_the_first_page_counts_a_coupons_days_from_when_it_can_be_taken() -> None:
    programme = programme_in_force(NAME)
    early, later = announcement(programme, "en", EARLY), announcement(programme, "en", OPEN)
    assert not any("coupon" in each.words for each in early.deadlines)
    coupons = next(each for each in early.sections if each.measure == "coupons")
    assert coupons.deadlines[0].words == "Take the coupon of Café, from 5 March 2026 on"
    assert any(each.words.endswith("Take the coupon of Café") for each in later.deadlines)


def test_offers_are_told_with_their_days_and_taken_in_them() -> None:
    from django.template.loader import render_to_string
    from django.utils.translation import override

    with at(OPEN):
        card = card_of("A1", "coupons")
        coffee, cinema = card.coupons
        assert (coffee.offer, coffee.is_open, coffee.has_code) == ("A coffee", True, True)
        assert coffee.days_text == "5 March 2026 to 10 March 2026"
        assert (cinema.is_open, cinema.has_code) == (False, False)
        assert card.acts == {CardAct.TAKE_COUPON}
        assert steps(card) == ["Take the coupon: Café, A coffee. 10 March 2026"]
    with at(OVER):
        card = card_of("A1", "coupons")
        assert [each.partner for each in card.coupons] == ["Cinema"]
        assert (card.coupons[0].is_open, card.coupons[0].has_code) == (True, False)
        with override("en"):
            page = render_to_string("dues/coupons.html", {"card": card})
        assert "The support centre tells how to get it." in page
    with at(LONG_OVER):
        card = card_of("A1", "coupons")
        assert (card.coupons, card.acts) == ((), frozenset())


def test_a_coupon_that_was_taken_stays(tmp_path) -> None:
    from makegood.redress.choices import take_coupon

    with at(OPEN):
        file = tmp_path / "codes.csv"
        file.write_text("code\nCOFFEE-AAAA1\nCOFFEE-BBBB2\n")
        import_codes(console(), "coffee_pool", file)
        take_coupon(applicant("A2"), NAME, "coupons", 1, "A2", "web")
        coffee = card_of("A2", "coupons").coupons[0]
        assert (coffee.is_taken, coffee.status.words) == (True, "taken")
    with at(LONG_OVER):
        card = card_of("A2", "coupons")
        assert [each.partner for each in card.coupons] == ["Café"]
        assert card.acts == {CardAct.TAKE_COUPON}


def test_of_several_offers_to_come_the_soonest_is_named() -> None:
    """In whatever order the file has them."""
    cafe = "        - {partner: {ko: 카페, en: Café}"
    shop = (
        "        - {partner: {ko: 서점, en: Bookshop}, offer: {ko: 책, en: A book},"
        " from: 2026-03-08, until: 2026-03-09, use_by: 2026-03-31, pool: coffee_pool}\n"
    )
    with at(EARLY):
        published(changed(cafe, shop + cafe, TEXT))
        card = card_of("A1", "coupons")
        assert [each.partner for each in card.coupons] == ["Bookshop", "Café", "Cinema"]
        told = "The coupon of Café can be taken here: 5 March 2026 to 10 March 2026."
        assert steps(card) == [told]
