"""Each life of a claim on its card: where it stands, when it is paid or why not, what to do."""

from datetime import datetime, timedelta

import pytest

from makegood.dues import Card, CardAct, dues_of
from makegood.redress.claims import (
    TRANSITIONS,
    ClaimState,
    begin_paying,
    claim_of,
    correct_account,
    decide,
    object_to,
    settle,
    withdraw,
)
from makegood.trust import clock
from tests.redress.claims.relief import (
    AFTERWARDS,
    IN_TIME,
    LINES,
    SEOUL,
    advanced,
    agreed,
    applicant,
    applied,
    at,
    number_of,
    opened,
    supervisor,
    wanted,
)

pytestmark = pytest.mark.usefixtures("relief")
LATER = datetime(2026, 3, 9, 10, 0, tzinfo=SEOUL)
APPLIED = {CardAct.WITHDRAW, CardAct.CORRECT_ACCOUNT}


@pytest.fixture(scope="module")
def relief(lasting, tmp_path_factory):  # noqa: ARG001 - it must be there first
    some = {name: facts for name, facts in LINES.items() if name < "L0009" or name == "L0010"}
    with at(IN_TIME):
        opened(
            tmp_path_factory.mktemp("relief"),
            some | {name: LINES[name] for name in ("M0001", "M0002")},
        )


def card_of(line: str, language: str = "en", measure: str = "waiver") -> Card:
    (found,) = dues_of(line, language).lines
    return next(card for card in found.cards if card.measure == measure)


def said(line: str, language: str = "en") -> str:
    claim = card_of(line, language).claim
    assert claim is not None
    return " ".join(claim.sentences)


def paid_or_not(claim, outcome: str, code: str = "") -> None:
    """A run takes the claim, and the bank answers."""
    from uuid import uuid4

    import pyarrow as pa
    from django.db import transaction

    run = uuid4()
    with transaction.atomic():
        begin_paying(run, wanted(claim.key))
    answers = pa.table(
        {
            "key": [claim.key],
            "attempt": pa.array([claim.attempt], pa.int16()),
            "outcome": [outcome],
            "code": [code],
        }
    )
    with transaction.atomic():
        settle(run, clock.now().date(), answers)


def test_from_the_receipt_to_the_payment_and_back() -> None:
    with at(IN_TIME):
        number = applied("L0001").receipt_number
        card = card_of("L0001")
        assert card.claim is not None
        assert card.claim.receipt_number == number
        assert card.claim.submitted_text == "15 January 2026 at 10\u00a0am"
        assert card.acts == APPLIED
        assert said("L0001") == "We have received your application and are checking it."
        assert said("L0001", "ko") == "신청이 접수되어 확인하고 있습니다."
        assert [step.words for step in card.steps] == ["You need do nothing."]
        advanced()
        card = card_of("L0001")
        assert said("L0001") == "It will be paid on 22 January 2026."
        assert card.claim is not None
        assert (card.claim.amount_text, card.claim.pay_on_text) == (
            "120,000 won",
            "22 January 2026",
        )
        assert card.acts == {CardAct.WITHDRAW}
    with at(IN_TIME + timedelta(days=7)):
        paid_or_not(claim_of(number), "done")
        card = card_of("L0001")
        assert said("L0001") == "It was paid on 22 January 2026."
        assert [(a.when_text, a.words, a.status.words) for a in card.arrived] == [
            ("22 January 2026", "120,000 won", "arrived")
        ]
        assert not card.acts
        assert card.steps == ()


def test_what_came_back_says_why_and_asks_for_another_account() -> None:
    with at(IN_TIME):
        number = applied("L0002").receipt_number
        advanced()
    with at(IN_TIME + timedelta(days=7)):
        paid_or_not(claim_of(number), "returned", "AC04")
        card = card_of("L0002")
        assert said("L0002") == "It has come back to us. The account has been closed."
        assert said("L0002", "ko") == "지급한 금액이 되돌아왔습니다. 해지된 계좌입니다."
        assert card.acts == {CardAct.CORRECT_ACCOUNT}
        assert card.claim is not None
        assert card.claim.status.words == "returned"
        assert [a.status.words for a in card.arrived] == ["came back"]
        correct_account(applicant("L0002"), number, "004", number_of("L0002"), "이지연")
        assert said("L0002") == "You put the account right. It is being checked again."
        mended = card_of("L0002")
        assert CardAct.WITHDRAW not in mended.acts
        # The day on which it was paid is over, and that money came back.
        assert mended.claim is not None
        assert mended.claim.pay_on_text == ""


def test_a_refusal_says_why_and_can_be_objected_to() -> None:
    with at(IN_TIME):
        number = applied("L0003").receipt_number
        advanced()
        card = card_of("L0003")
        assert said("L0003") == (
            "Your application was refused. This line does not qualify: the line is of another"
            " brand."
        )
        assert card.acts == {CardAct.OBJECT}
        assert [step.words for step in card.steps] == [
            "If you think the refusal is wrong, object to it."
        ]
        object_to(applicant("L0003"), number, "the brand is wrong")
        card = card_of("L0003")
        assert "Two members of our staff decide" in said("L0003")
        assert card.acts == APPLIED


def test_a_wrong_holder_can_be_put_right() -> None:
    with at(IN_TIME):
        applied("M0001", account_number="990000000000")
        advanced()
        card = card_of("M0001")
    assert said_of(card) == "Your application was refused. The bank knows no such account."
    assert card.acts == {CardAct.CORRECT_ACCOUNT, CardAct.OBJECT}


def said_of(card: Card) -> str:
    assert card.claim is not None
    return " ".join(card.claim.sentences)


def test_what_waits_for_persons_says_for_what() -> None:
    with at(IN_TIME):
        applied("L0004")
        advanced()
        assert said("L0004") == (
            "A member of our staff is looking at your application."
            " Facts about your line are still to be found out."
        )
    with at(AFTERWARDS):
        applied("L0006", document="D-1234")
        advanced()
        card = card_of("L0006")
        assert card.claim is not None
        assert card.claim.is_late
        assert card.claim.status.words == "being looked at"
        # It may have come within the window: who must hand in a document comes the late way.
        assert said("L0006").endswith("It was made with a document, which is looked at.")


def test_another_amount_than_when_somebody_applied_is_explained() -> None:
    from django.db import connection

    with at(IN_TIME):
        number = applied("M0002").receipt_number
        assert not any("When you applied" in each for each in card_of("M0002").sentences)
        with connection.cursor() as cursor:
            # As if the facts had said otherwise then.
            cursor.execute(
                "UPDATE claims_claim SET amount = 60000 WHERE receipt_number = %s", [number]
            )
        card, korean = card_of("M0002"), card_of("M0002", "ko")
    assert card.amount_text == "120,000 won"
    assert card.sentences[-1] == "When you applied it was 60,000 won."
    assert korean.sentences[-1] == "신청할 때의 금액은 60,000원이었습니다."


def test_a_missing_document_is_named() -> None:
    with at(IN_TIME):
        applied("L0005", account_number=number_of("L0001"), account_holder="김민수")
        advanced()
        assert "This document is missing: proof of family relation." in said("L0005")


def test_who_takes_it_back_may_apply_again_and_sees_both() -> None:
    with at(IN_TIME):
        number = applied("L0007").receipt_number
        withdraw(applicant("L0007"), number)
        card = card_of("L0007")
        assert said("L0007") == "You took your application back."
        assert card.acts == {CardAct.APPLY}
        again = applied("L0007").receipt_number
        card = card_of("L0007")
        assert card.claim is not None
        assert card.claim.receipt_number == again
        assert [each.receipt_number for each in card.earlier_claims] == [number]


def test_the_old_are_told_when_they_are_covered() -> None:
    with at(IN_TIME):
        (arrival,) = card_of("L0010", measure="cover").arrived
    assert (arrival.when_text, arrival.status.words) == ("1 March 2026", "to come")


def test_a_cover_takes_effect_and_is_paid_to_nobody() -> None:
    from django.template.loader import render_to_string
    from django.utils.translation import override

    with at(AFTERWARDS):
        number = applied("L0007", "cover").receipt_number
        advanced()
        claim = card_of("L0007", measure="cover").claim
    assert claim is not None
    assert claim.receipt_number == number
    assert claim.sentences == ("It takes effect on 1 March 2026.",)
    for language, day in (("en", "Takes effect on"), ("ko", "적용일")):
        with override(language):
            shown = render_to_string("dues/claim.html", {"claim": claim, "addresses": {}})
        assert f"<dt>{day}</dt><dd>1 March 2026</dd>" in shown


def test_who_enrols_later_is_promised_the_day_on_which_people_are_enrolled() -> None:
    with at(LATER):
        applied("L0002", "cover")
        advanced()
        card = card_of("L0002", measure="cover")
    assert card.claim is not None
    assert card.claim.sentences == ("It takes effect on 1 April 2026.",)
    assert card.claim.pay_on_text == "1 April 2026"
    assert [(each.when_text, each.status.words) for each in card.arrived] == [
        ("1 April 2026", "to come")
    ]


@pytest.mark.parametrize(
    ("state", "english", "korean"),
    [
        (ClaimState.SCHEDULED, "to take effect", "적용 예정"),
        (ClaimState.PAYING, "being carried out", "처리 중"),
        (ClaimState.PAID, "in effect", "적용 완료"),
        (ClaimState.RETURNED, "not carried out", "처리되지 않음"),
    ],
)
def test_of_a_cover_nothing_is_said_to_be_paid(state: ClaimState, english: str, korean: str):
    from dataclasses import replace

    from django.utils.translation import override

    from makegood.dues.claimed import claim_standing
    from makegood.dues.telling import Telling
    from makegood.redress.claims import claims
    from makegood.redress.serving import programme_in_force

    with at(IN_TIME):
        applied("L0001")
    one = replace(claims()[0], measure="cover", has_account=False, state=state)
    for language, words in (("en", english), ("ko", korean)):
        telling = Telling.of(programme_in_force(one.programme), language, clock.now())
        with override(language):
            standing = claim_standing(one, telling)
        assert standing.status.words == words
        told = " ".join([standing.status.words, *standing.sentences])
        assert "지급" not in told
        assert "paid" not in told


@pytest.mark.parametrize(
    ("reason", "english", "korean"),
    [
        ("holder_differs", "not in the subscriber's name", "명의"),
        ("account_not_found", "knows no such account", "계좌"),
        ("by_a_person", "decided so", "담당자"),
        ("resolved", "has not arrived", "지급되지 않았습니다"),
        ("contradictory", "has not arrived", "지급되지 않았습니다"),
        ("AC04", "has been closed", "해지"),
    ],
)
def test_what_came_back_is_told_in_words_whoever_found_out(
    reason: str, english: str, korean: str
) -> None:
    from dataclasses import replace

    from django.utils.translation import override

    from makegood.dues.claimed import claim_standing
    from makegood.dues.telling import Telling
    from makegood.redress.claims import claims
    from makegood.redress.serving import programme_in_force

    with at(IN_TIME):
        applied("L0001")
    waiver = next(each for each in claims() if each.has_account)
    one = replace(waiver, state=ClaimState.RETURNED, reason=reason)
    for language, words in (("en", english), ("ko", korean)):
        telling = Telling.of(programme_in_force(one.programme), language, clock.now())
        with override(language):
            told = claim_standing(one, telling).sentences[-1]
        assert words in told
        assert reason not in told


def test_what_two_persons_agreed_on_is_the_amount_of_the_card() -> None:
    with at(IN_TIME):
        number = applied("L0008").receipt_number
        advanced()
        assert card_of("L0008").amount_text == "0 won"
        object_to(applicant("L0008"), number, "the bill says otherwise")
        advanced()
        assert card_of("L0008").amount_text == "0 won", "nobody has decided yet"
        agreed(number, 99_500)
        decide(supervisor(), number, approve=True)
        card, korean = card_of("L0008"), card_of("L0008", "ko")
    assert card.claim is not None
    assert card.amount_text == card.claim.amount_text == "99,500 won"
    assert card.sentences[-1] == "Your application was approved with another amount: 99,500 won."
    assert korean.sentences[-1] == "다만 승인된 금액은 99,500원입니다."


@pytest.mark.parametrize(
    ("measure", "korean", "english"),
    [
        ("waiver", "확인한 뒤 지급합니다.", "We find out why, and pay then."),
        ("cover", "확인한 뒤 적용합니다.", "We find out why, and carry it out then."),
        ("is_there_no_more", "확인한 뒤 지급합니다.", "We find out why, and pay then."),
    ],
)
def test_what_is_held_is_paid_or_carried_out_once_the_line_is_found(
    measure: str, korean: str, english: str
) -> None:
    from dataclasses import replace

    from django.utils.translation import override

    from makegood.dues.claimed import claim_standing
    from makegood.dues.telling import Telling
    from makegood.redress.claims import LINE_MISSING, claims
    from makegood.redress.serving import programme_in_force

    with at(IN_TIME):
        applied("L0001")
        one = next(each for each in claims() if each.has_account)
        held = replace(one, state=ClaimState.SCHEDULED, reason=LINE_MISSING, measure=measure)
        for language, words in (("ko", korean), ("en", english)):
            telling = Telling.of(programme_in_force(one.programme), language, clock.now())
            with override(language):
                standing = claim_standing(held, telling)
            assert words in standing.sentences[0]
            assert standing.pay_on_text == ""


def test_every_state_has_words_in_both_languages() -> None:
    from dataclasses import replace

    from django.utils.translation import override

    from makegood.dues.claimed import claim_standing
    from makegood.dues.telling import Telling
    from makegood.redress.claims import claims
    from makegood.redress.serving import programme_in_force

    with at(IN_TIME):
        applied("L0001")
        one = claims()[0]
        for language in ("ko", "en"):
            telling = Telling.of(programme_in_force(one.programme), language, clock.now())
            told = set()
            with override(language):
                for state in ClaimState:
                    standing = claim_standing(replace(one, state=state), telling)
                    assert standing.sentences
                    told.add((standing.status.words, standing.sentences))
                    may = CardAct.WITHDRAW in standing.acts
                    assert may == (ClaimState.WITHDRAWN in TRANSITIONS[state])
            assert len(told) == len(ClaimState)
