"""Cards as HTML: the same from a kept form as written anew, and nobody's words stay in a form."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from django.urls import reverse
from django.utils.translation import override

from makegood.dues import (
    Blanks,
    Card,
    CardAct,
    ClaimStanding,
    Form,
    LineDues,
    Status,
    Tone,
    cards_html,
    dues_of,
)
from makegood.dues.blanks import blank_card
from makegood.portal.owed_page import ADDRESSES
from makegood.redress.claims import ClaimState
from tests.dues.kt import CUSTOMER, OPEN, OTHER
from tests.portal.conftest import as_portal
from tests.redress.claims.relief import at

OF_A_CLAIM = {"claim", "correct_account", "withdraw", "object"}
CLAIM = ClaimStanding(
    receipt_number="7K3M-Q2XA-9TPB",
    state=ClaimState.REFUSED,
    status=Status("refused", Tone.WARN),
    submitted_text="15 January 2026 at 10 am",
    sentences=("Your application was refused.", 'The holder is <b>"Kim & Lee\'s"</b>.'),
    amount_text="98,765 won",
    pay_on_text="2 February 2026",
    reason="The account is not in the subscriber's name.",
    acts=frozenset({CardAct.OBJECT, CardAct.CORRECT_ACCOUNT}),
)


@pytest.fixture(autouse=True)
def portal(kt: object) -> Iterator[None]:  # noqa: ARG001 - it must be there first
    with as_portal(), at(OPEN):
        yield


def anew(act: str, line: LineDues, card: Card, receipt: str) -> str:
    """The address that a name stands for, as a function: then no form is kept."""
    given = [receipt] if act in OF_A_CLAIM else [line.number, card.measure]
    if act == "take_coupon":
        given.append(receipt)
    return reverse(ADDRESSES[act], args=given)


ANEW = {act: partial(anew, act) for act in ADDRESSES}


def with_claim(line: LineDues) -> LineDues:
    """The line, having applied for its first measure twice."""
    first, *others = line.cards
    earlier = replace(CLAIM, receipt_number="AAAA-BBBB-CCCC", submitted_text="14 January 2026")
    acts = first.acts | CLAIM.acts
    first = replace(first, claim=CLAIM, earlier_claims=(earlier,), acts=acts)
    return replace(line, cards=(first, *others))


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("customer", [CUSTOMER, OTHER])
def test_a_card_from_its_form_is_as_written_anew(customer: str, language: str) -> None:
    with override(language):
        for line in dues_of(customer, language).lines:
            for shown in (line, with_claim(line)):
                for unfolded in (True, False):
                    wanted = cards_html(shown, ANEW, unfolded=unfolded)
                    for _ in range(2):
                        assert cards_html(shown, ADDRESSES, unfolded=unfolded) == wanted


def test_words_are_escaped_and_receipts_stand_in_addresses() -> None:
    line = with_claim(dues_of(CUSTOMER, "ko").lines[0])
    html = cards_html(line, ADDRESSES, unfolded=True)
    assert "&lt;b&gt;&quot;Kim &amp; Lee&#x27;s&quot;&lt;/b&gt;" in html
    assert 'href="/claims/7K3M-Q2XA-9TPB/object/"' in html
    assert 'href="/claims/AAAA-BBBB-CCCC/"' in html


def test_a_form_holds_nothing_of_a_line() -> None:
    card = with_claim(dues_of(CUSTOMER, "en").lines[0]).cards[0]
    kept = repr(blank_card(card, Blanks()))
    own = [card.amount_text, *card.sentences, *card.misses]
    for claim in (card.claim, *card.earlier_claims):
        assert claim is not None
        own += [claim.receipt_number, claim.submitted_text, claim.amount_text, *claim.sentences]
    for words in own:
        assert words
        assert words not in kept


def test_no_words_leave_no_blank() -> None:
    blanks = Blanks()
    assert blanks.one("") == ""
    form = Form(f"<p>{blanks.one('a')} {blanks.one('b')}</p>")
    other = Blanks()
    other.each(("<", "2"))
    assert form.filled(other) == "<p>&lt; 2</p>"
