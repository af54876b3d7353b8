"""Choices and partners' coupons on their cards, from before they open until after they are over."""

from datetime import datetime

import pytest

from makegood.channels.vouchers import import_codes
from makegood.dues import Card, CardAct, dues_of
from makegood.redress.choices import choose
from makegood.redress.serving import register
from tests.dues.kt import SEOUL
from tests.redress.claims.relief import applicant, at
from tests.redress.outage_lines import console, line, published, snapshot

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
        assert (card.acts, steps(card)) == (frozenset(), ["It opens on 5 March 2026 at 9 am."])
    with at(OPEN):
        card = card_of("A1", "pass")
        assert card.acts == {CardAct.CHOOSE}
        assert steps(card) == ["Choose one. 20 March 2026 at 6 pm"]
        choose(applicant("A1"), NAME, "pass", "A1", "music", "web")
        card = card_of("A1", "pass", "ko")
        assert card.choice is not None
        assert (card.choice.chosen_title, card.choice.status.words) == ("음악", "선택함")
        assert [option.is_chosen for option in card.choice.options] == [True, False]
        assert card.acts == {CardAct.CHOOSE}
    with at(OVER):
        assert card_of("A1", "pass").acts == set()
        assert steps(card_of("A2", "pass")) == ["It closed on 20 March 2026 at 6 pm."]


def test_offers_are_told_with_their_days_and_taken_in_them() -> None:
    with at(OPEN):
        card = card_of("A1", "coupons")
        coffee, cinema = card.coupons
        assert (coffee.offer, coffee.is_open, coffee.has_code) == ("A coffee", True, True)
        assert coffee.days_text == "5 March 2026 to 10 March 2026"
        assert (cinema.is_open, cinema.has_code) == (False, False)
        assert card.acts == {CardAct.TAKE_COUPON}
        assert steps(card) == [
            "You need do nothing.",
            "Take the coupon: Café, A coffee. 10 March 2026",
        ]
    with at(OVER):
        assert [each.partner for each in card_of("A1", "coupons").coupons] == ["Cinema"]
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
