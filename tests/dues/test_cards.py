"""Cards: for each thing that can be decided what, why, and what to do until when."""

import pytest

from makegood.dues import Card, CardAct, Tone, dues_of
from makegood.redress.quotes.giving import words_of
from makegood.redress.serving import decision_of
from tests.dues.kt import (
    BEFORE,
    CLOSED,
    CUSTOMER,
    HOLDERS,
    IN_MARCH,
    LAST_MINUTE,
    LINES,
    NAME,
    OPEN,
    OTHER,
    statements,
)
from tests.redress.claims.relief import at

pytestmark = pytest.mark.usefixtures("kt")


def card_of(line: str, measure: str = "penalty_waiver", language: str = "en") -> Card:
    (found,) = dues_of(HOLDERS[line], language, lines=[line]).lines
    return next(card for card in found.cards if card.measure == measure)


def told(card: Card) -> list[str]:
    return [f"{step.words} {step.until_text}".strip() for step in card.steps]


def test_who_may_apply_is_told_how_much_and_until_the_minute() -> None:
    with at(OPEN):
        card = card_of("L00001")
    assert card.status.words == "on application"
    assert card.amount_text == "126,545 won"
    assert card.acts == {CardAct.APPLY}
    assert card.apply_is_advised
    assert told(card) == [
        "Have the number of a bank account in the subscriber's own name ready.",
        "Apply: the website, the call centre, any shop. 31 January 2026 at 10\u00a0pm",
    ]


@pytest.mark.parametrize(
    ("moment", "acts", "words"),
    [
        (BEFORE, set(), "It opens on 14 January 2026 at 9\u00a0am."),
        (LAST_MINUTE, {CardAct.APPLY}, "Apply: the website, the call centre, any shop."),
        (CLOSED, set(), "It closed on 31 January 2026 at 10\u00a0pm."),
    ],
)
def test_the_window_is_half_open(moment, acts, words: str) -> None:
    with at(moment):
        card = card_of("L00001")
    assert card.acts == acts
    assert words in [step.words for step in card.steps]


def test_what_comes_by_itself_needs_nothing() -> None:
    with at(OPEN):
        card = card_of("L00002", "data")
    assert (card.status.words, card.status.tone) == ("you get it", Tone.GOOD)
    assert card.amount_text == "100 GB of data a month, 6 months"
    assert told(card) == ["You need do nothing."]
    assert not card.acts
    assert [arrival.when_text for arrival in card.arrived][:2] == ["February 2026", "March 2026"]
    assert {arrival.status.words for arrival in card.arrived} == {"to come"}


def test_who_is_not_in_scope_sees_the_nearest_miss_and_the_document_that_would_help() -> None:
    with at(OPEN):
        card = card_of("L00003")
    assert card.sentences == ("This line does not qualify.",)
    assert card.misses == ("Day of termination 30 August 2025 is 2 days before 1 September 2025.",)
    assert card.document_wanted == "certificate of service or of entry and exit"
    assert not card.apply_is_advised
    assert card.acts == {CardAct.APPLY}


def test_who_is_excluded_is_told_why_and_may_have_it_in_writing() -> None:
    with at(OPEN):
        card = card_of("L00004")
    assert card.sentences == ("This line does not qualify: the line is with an MVNO.",)
    assert card.status.words == "not for this line"
    assert not card.apply_is_advised
    (step,) = card.steps
    assert step.words.startswith("If you think this is wrong, you may apply all the same.")
    assert step.until_text == "31 January 2026 at 10\u00a0pm"


def test_who_would_be_paid_nothing_is_told_so_before_applying() -> None:
    with at(OPEN):
        card = card_of("L00010")
    assert (card.status.words, card.amount_text) == ("nothing to pay", "0 won")
    assert not card.apply_is_advised
    (step,) = card.steps
    assert step.words.startswith("If you think this is wrong, you may apply all the same.")
    assert card.acts == {CardAct.APPLY}


def test_what_a_line_does_not_get_comes_last() -> None:
    with at(OPEN):
        lines = dues_of(CUSTOMER, "en").lines
    for line in lines:
        aside = [card.is_aside for card in line.cards]
        assert aside == sorted(aside)
    assert lines[1].cards[-1].measure == "penalty_waiver"
    assert [line.has_ended for line in lines[:2]] == [True, False]


def test_what_is_missing_is_named_and_never_becomes_a_no() -> None:
    with at(OPEN):
        card = card_of("L00005")
    assert card.status.words == "not decided yet"
    assert "device subsidy received" in card.sentences[0]
    assert card.acts == {CardAct.APPLY}
    with at(CLOSED):
        assert card_of("L00005").acts == {CardAct.APPLY_LATE}


def test_the_late_way_names_its_document_and_has_no_end() -> None:
    with at(CLOSED):
        card = card_of("L00006")
    assert card.acts == {CardAct.APPLY_LATE}
    assert card.document_wanted == "certificate of service or of entry and exit"
    assert told(card)[0] == (
        "Have this document ready: certificate of service or of entry and exit."
    )
    assert not any(step.until for step in card.steps)


@pytest.mark.parametrize("line", ["L00001", "L00003"])
def test_whom_the_facts_do_not_know_as_late_is_shown_the_way_to_the_support_centre(line) -> None:
    with at(OPEN):
        assert not any("support centre" in words for words in told(card_of(line)))
    with at(CLOSED):
        card = card_of(line)
        korean = card_of(line, language="ko")
    assert not card.acts
    assert told(card)[-2:] == [
        "Then this document helps: certificate of service or of entry and exit.",
        "Bring it to the support centre.",
    ]
    assert told(korean)[-1] == "고객센터로 연락하여 이 서류를 내 주십시오."


def test_whom_the_facts_know_as_late_applies_and_is_sent_nowhere_else() -> None:
    with at(CLOSED):
        for line in ("L00005", "L00006"):
            assert not any(words.startswith("Bring it") for words in told(card_of(line)))


def test_a_minor_may_name_another_account_with_a_document() -> None:
    with at(OPEN):
        steps = told(card_of("L00008"))
    assert (
        "For an account in another name also this: proof of family relation or business"
        " registration."
    ) in steps


def test_the_old_are_covered_without_applying_and_others_enrol() -> None:
    with at(IN_MARCH):
        assert card_of("L00007", "cover").steps[0].words == "You need do nothing."
        assert card_of("L00002", "cover").acts == {CardAct.ENROL}


def test_what_there_is_to_choose_is_named_later() -> None:
    with at(OPEN):
        card = card_of("L00002", "streaming_pass")
    assert card.choice is not None
    assert not card.choice.options
    assert card.acts == frozenset()
    assert told(card) == ["What there is to choose will be named later. Come back then."]


def test_who_is_suspended_gets_no_more_of_what_recurs() -> None:
    with at(OPEN):
        cards = {name: card_of("L00009", name) for name in ("data", "cover")}
    assert cards["data"].sentences == ("This line does not qualify: the line is suspended.",)
    assert cards["data"].arrived == ()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_card_says_what_explain_says(language: str) -> None:
    with at(OPEN):
        for customer in (CUSTOMER, OTHER):
            for line in dues_of(customer, language).lines:
                words = words_of(decision_of(NAME, line.line_id), language)
                said = {c.measure: " ".join((*c.sentences, *c.misses)) for c in line.cards}
                assert said == words


def test_a_customer_sees_their_own_lines_in_order_and_no_others() -> None:
    with at(OPEN):
        found = dues_of(OTHER, "ko")
        assert [line.line_id for line in found.lines] == ["L00008", "L00009"]
        assert [line.name_of_line for line in found.lines] == ["회선 1", "회선 2"]
        (second,) = dues_of(OTHER, "ko", lines=["L00009", "L00001"]).lines
        assert second.number == 2
        assert dues_of("C9999", "ko").lines == ()


def test_nobody_is_shown_by_what_is_logged() -> None:
    with at(OPEN):
        found = dues_of(OTHER, "ko")
    for line in LINES:
        assert line not in repr(found)


def test_five_statements_are_enough_whatever_the_lines_and_measures() -> None:
    with at(OPEN):
        for customer in (CUSTOMER, OTHER):
            dues_of(customer, "ko")
            with statements() as asked:
                dues_of(customer, "ko")
            assert len(asked) <= 4, asked
