"""What was chosen or taken when nobody held a line is its first holder's, and no later one's."""

import pytest
from django.db import transaction

from makegood.channels.vouchers import import_codes
from makegood.dues import CardAct, dues_of, keep_quotes, quoting
from makegood.kernel import MakegoodError
from makegood.redress.choices import choice_of, choose, code_of_choice, coupons_of, take_coupon
from makegood.redress.quotes import quotes_of
from makegood.redress.serving import is_of, owner_of, register
from tests.redress.choices.test_choices import LINES, NAME, NOON, begin, settle
from tests.redress.claims.holding import named
from tests.redress.claims.relief import applicant
from tests.redress.outage_lines import console, published, snapshot
from tests.staff_people import installed
from tests.trust.access.visitors import agent, at

FIRST, NEXT = "C1001", "C2002"
CASE = {"case": "CALL-1"}


@pytest.fixture(autouse=True)
def served(database, tmp_path, monkeypatch):
    with installed(database, monkeypatch), at(NOON):
        published()
        register(console(), snapshot(tmp_path / "march-1", LINES), NAME)
        file = tmp_path / "codes.csv"
        file.write_text("code\nCOFFEE-AAAA1\nCOFFEE-BBBB2\n")
        import_codes(console(), "coffee_pool", file)
        yield


def take() -> str:
    return take_coupon(agent(), NAME, "coupons", 1, "A1", "call_centre", **CASE)


def cards_of(customer: str):
    [line] = dues_of(customer, "en").lines
    return {card.measure: card for card in line.cards}


def test_a_pass_stays_with_the_first_holder_of_a_line_that_nobody_held():
    choose(agent(), NAME, "pass", "A1", "music", "call_centre", **CASE)
    settle(begin("A1"), A1="done")
    named("A1", FIRST)
    assert cards_of(FIRST)["pass"].choice.chosen == "music"
    code_of_choice(agent(), NAME, "pass", "A1", **CASE)
    named("A1", NEXT)
    choice = choice_of(NAME, "pass", "A1")
    assert choice is not None
    assert owner_of(choice) == FIRST
    assert not is_of(choice, NEXT)
    assert cards_of(NEXT)["pass"].choice is None
    with pytest.raises(MakegoodError, match="MG838"), transaction.atomic():
        code_of_choice(agent(), NAME, "pass", "A1", **CASE)


def test_a_coupon_stays_with_the_first_holder_of_a_line_that_nobody_held():
    code = take()
    named("A1", FIRST)
    assert take() == code
    assert any(each.is_taken for each in cards_of(FIRST)["coupons"].coupons)
    named("A1", NEXT)
    (coupon,) = coupons_of("A1")
    assert owner_of(coupon) == FIRST
    card = cards_of(NEXT)["coupons"]
    assert coupon.offer not in {each.number for each in card.coupons}, (
        "it is offered to nobody else"
    )
    with pytest.raises(MakegoodError, match="MG838"):
        take()


def test_what_left_as_another_s_choice_is_offered_and_promised_to_nobody():
    quoting._kept.clear()
    named("A1", FIRST)
    choose(agent(), NAME, "pass", "A1", "music", "call_centre", **CASE)
    named("A1", NEXT)
    assert cards_of(NEXT)["pass"].may(CardAct.CHOOSE), "it can still be chosen otherwise"
    run = begin("A1")
    card = cards_of(NEXT)["pass"]
    assert (card.choice, card.acts, card.arrived) == (None, frozenset(), ())
    assert card.status.words == "chosen before"
    assert card.sentences == ("This was chosen before the line was yours. It is given once.",)
    assert [(step.words, step.until_text) for step in card.steps] == [
        ("You cannot choose. If you think this is wrong, call us.", "")
    ]
    with pytest.raises(MakegoodError, match="MG838"):
        choose(agent(), NAME, "pass", "A1", "music", "call_centre", **CASE)
    settle(run, A1="done")
    assert cards_of(NEXT)["pass"].status.words == "chosen before"
    assert keep_quotes(applicant(NEXT), dues_of(NEXT, "ko"), "web") == 1
    (quote,) = quotes_of(NAME, "A1")
    assert "pass" not in quote.decisions
