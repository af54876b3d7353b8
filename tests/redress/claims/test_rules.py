"""Windows, days of payment, names and receipt numbers: the rules that need no database."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kernel import day_number, is_pseudonym
from makegood.kernel.readable import ALPHABET
from makegood.programmes import load_programme, load_text
from makegood.redress.claims import OutsideWindow, next_enrolment, pay_on
from makegood.redress.claims.names import is_same_name, plain_name
from makegood.redress.claims.pay_days import ENROLMENT_TIME, is_after_run
from makegood.redress.claims.receipts import new_receipt_number, read_receipt_number
from makegood.redress.claims.states import STATE_WORDS, TRANSITIONS, ClaimState, sources_of
from makegood.redress.claims.windows import expect_open
from makegood.runs import RunKind
from makegood.runs.planning.due import enrolment_days
from makegood.runs.planning.times import time_of_day
from tests.redress.claims.relief import CLOSES, OPENS, TEXT

PROGRAMME = load_text(TEXT)
KT = load_programme(Path("programmes/kt-2025/programme.yaml"))
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("programme", [PROGRAMME, KT], ids=["relief", "kt"])
@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (OPENS - SECOND, False),
        (OPENS - timedelta(microseconds=1), False),
        (OPENS, True),
        (CLOSES - timedelta(minutes=1), True),
        (CLOSES - timedelta(microseconds=1), True),
        (CLOSES, False),
        (CLOSES + SECOND, False),
    ],
)
def test_the_window_is_open_from_its_first_instant_until_before_its_last(programme, at, is_open):
    measure = next(iter(programme.measures.values()))
    for instant in (at, at.astimezone(UTC)):
        if is_open:
            assert expect_open(programme, measure, instant, may_be_late=False) is False
            continue
        with pytest.raises(OutsideWindow) as refused:
            expect_open(programme, measure, instant, may_be_late=False)
        assert "2026년 1월 14일" in refused.value.texts["ko"]
        assert "14 January 2026" in refused.value.texts["en"]
        assert "2026년 1월 14일" in str(refused.value)


def test_the_late_way_opens_with_the_window_and_does_not_close():
    measure = PROGRAMME.measures["waiver"]
    assert expect_open(PROGRAMME, measure, CLOSES, may_be_late=True) is True
    assert expect_open(PROGRAMME, measure, OPENS, may_be_late=True) is False
    with pytest.raises(OutsideWindow, match="MG842"):
        expect_open(PROGRAMME, measure, OPENS - SECOND, may_be_late=True)


def seoul(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+09:00")


# shared facts of the reference programme: applied by 01-18, 01-25, 01-31; termination + 7 days.
PAID = [
    ("2026-01-14T09:00", "2026-01-14", "2026-01-05", "2026-01-22"),
    ("2026-01-18T23:59:59", "2026-01-19", "2026-01-05", "2026-01-22"),
    ("2026-01-19T00:00", "2026-01-19", "2026-01-05", "2026-02-05"),
    ("2026-01-25T23:59:59", "2026-01-26", "2026-01-05", "2026-02-05"),
    ("2026-01-26T00:00", "2026-01-26", "2026-01-05", "2026-02-19"),
    ("2026-01-31T21:59:59", "2026-01-31", "2026-01-05", "2026-02-19"),
    # Settled on the very day of payment: paid on it; a day later: on the next.
    ("2026-01-18T10:00", "2026-01-18", "2026-01-15", "2026-01-22"),
    ("2026-01-18T10:00", "2026-01-18", "2026-01-16", "2026-02-05"),
    ("2026-01-18T10:00", "2026-01-18", "2026-01-30", "2026-02-19"),
    # Retroactively: terminated long ago.
    ("2026-01-14T09:00", "2026-01-14", "2025-09-01", "2026-01-22"),
    # Approved on the day of payment, after it, and after the last.
    ("2026-01-18T10:00", "2026-01-22", "2026-01-05", "2026-01-22"),
    ("2026-01-18T10:00", "2026-01-23", "2026-01-05", "2026-02-05"),
    ("2026-01-18T10:00", "2026-03-02", "2026-01-05", "2026-03-02"),
    ("2026-01-18T10:00", "2026-01-20", "2026-03-01", "2026-03-08"),
]


@pytest.mark.parametrize(("applied", "approved", "left", "day"), PAID)
def test_the_day_of_payment_by_the_table(applied, approved, left, day):
    values = {"left_on": day_number(date.fromisoformat(left))}
    kt_values = {"terminated_on": values["left_on"]}
    expected, approved_on = date.fromisoformat(day), date.fromisoformat(approved)
    assert pay_on(PROGRAMME, "waiver", seoul(applied), values, approved_on) == expected
    assert pay_on(KT, "penalty_waiver", seoul(applied), kt_values, approved_on) == expected
    # The day of application is one of the programme's zone, whatever zone the instant is told in.
    elsewhere = seoul(applied).astimezone(UTC)
    assert pay_on(KT, "penalty_waiver", elsewhere, kt_values, approved_on) == expected


@pytest.mark.parametrize(
    ("approved", "left", "day"),
    [
        ("2026-02-10", "2026-01-20", "2026-02-24"),
        ("2026-02-10", "2026-02-20", "2026-02-27"),
    ],
)
def test_a_late_claim_is_paid_on_the_last_day_of_its_span(approved, left, day):
    values = {"left_on": day_number(date.fromisoformat(left))}
    found = pay_on(
        PROGRAMME,
        "waiver",
        seoul("2026-02-09T10:00"),
        values,
        date.fromisoformat(approved),
        is_late=True,
    )
    assert found == date.fromisoformat(day)


def test_a_span_counts_from_the_application_and_a_missing_fact_bounds_nothing():
    table = TEXT[TEXT.index("        table:") : TEXT.index("        settled_on:")]
    programme = load_text(TEXT.replace(table, "        within_days: 10\n"))
    day = date(2026, 1, 15)
    applied = seoul("2026-01-15T10:00")
    assert pay_on(programme, "waiver", applied, {"left_on": None}, day) == date(2026, 1, 25)
    assert pay_on(PROGRAMME, "waiver", applied, {}, day) == date(2026, 1, 22)
    late = date(2026, 1, 30)
    assert pay_on(programme, "waiver", applied, {"left_on": None}, late) == late


# The first enrolment of the reference programme is on 1 February, that of the other on 1 March.
ENROLLED = [
    ("2026-01-20T10:00", "2026-02-01", "2026-03-01"),
    ("2026-02-01T00:04", "2026-02-01", "2026-03-01"),
    ("2026-02-01T00:05", "2026-03-01", "2026-03-01"),
    ("2026-02-05T10:00", "2026-03-01", "2026-03-01"),
    ("2026-03-01T00:04:59", "2026-03-01", "2026-03-01"),
    ("2026-03-01T00:05", "2026-04-01", "2026-04-01"),
    ("2026-12-31T23:59", "2027-01-01", "2027-01-01"),
]


@pytest.mark.parametrize(("approved", "reference", "other"), ENROLLED)
def test_a_cover_takes_effect_on_the_next_day_of_enrolment(approved, reference, other):
    for programme, expected in ((KT, reference), (PROGRAMME, other)):
        is_over = is_after_run(programme, "cover", seoul(approved))
        day = seoul(approved).date()
        found = pay_on(programme, "cover", seoul(approved), {}, day, is_after_run=is_over)
        assert found == date.fromisoformat(expected)


@pytest.mark.parametrize("closing", ["", ", to: 2026-03-31T22:00", ", to: 2026-04-01T22:00"])
def test_a_cover_is_promised_for_a_day_on_which_a_run_enrols(closing):
    window = "claim: {from: 2026-02-01T09:00, "
    text = TEXT.replace(window, f"claim: {{from: 2026-02-01T09:00{closing}, ")
    measure = load_text(text).measures["cover"]
    runs = list(enrolment_days(measure, date(2026, 8, 1)))
    assert time_of_day(RunKind.COVER) == ENROLMENT_TIME
    for number in range(150):
        day = date(2026, 2, 1) + timedelta(days=number)
        expected = next((each for each in runs if each >= day), None)
        assert next_enrolment(measure, datetime.combine(day, time.min)) == expected


def test_after_the_last_enrolment_a_cover_has_the_day_of_approval():
    window = "claim: {from: 2026-02-01T09:00, "
    programme = load_text(TEXT.replace(window, f"{window}to: 2026-03-31T22:00, "))
    applied, day = seoul("2026-03-31T10:00"), date(2026, 4, 9)
    assert pay_on(programme, "cover", applied, {}, day) == day


SAME = [
    ("김민수", "김 민 수"),
    ("김민수", "김민수 "),
    ("Kim Minsu", "KIM MIN-SU"),
    ("주식회사 한빛", "(주)한빛"),
    ("㈜한빛", "한빛(주)"),
    ("한빛 주식회사", "한빛"),
    ("Hanbit Co., Ltd.", "HANBIT"),
    ("Hanbit Corporation", "Hanbit Inc."),
    ("사단법인 나눔", "(사)나눔"),
    ("ＡＢＣ", "abc"),
]
DIFFERENT = [
    ("김민수", "김민주"),
    ("김민수", ""),
    ("", ""),
    ("주식회사", "한빛"),
    ("한주식", "한"),
    ("이주", "이"),
    ("Marco", "Mar"),
    ("김민수", "이민수"),
    ("Inc.", "Corp."),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_name_however_it_is_written(one, other):
    assert is_same_name(one, other)
    assert is_same_name(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_names_stay_others(one, other):
    assert not is_same_name(one, other)
    assert not is_same_name(other, one)


@given(st.text("abdefg가나다라마", min_size=1, max_size=12), st.sampled_from([" ", "-", ". "]))
def test_spaces_marks_and_capitals_make_no_other_name(name, between):
    assert is_same_name(name, between.join(name).upper())
    assert not is_same_name(name, name + "z")
    assert plain_name(name) == name


def test_receipt_numbers_tell_one_wrong_letter_and_two_that_changed_places():
    for _ in range(20):
        number = new_receipt_number()
        assert is_pseudonym(number)
        assert len(number) == 14
        assert read_receipt_number(number) == number
        assert read_receipt_number(f" {number.lower().replace('-', ' ')} ") == number
        letters = number.replace("-", "")
        for place, letter in enumerate(letters):
            for other in ALPHABET.replace(letter, ""):
                assert read_receipt_number(letters[:place] + other + letters[place + 1 :]) is None
            for behind in range(place + 1, len(letters)):
                swapped = list(letters)
                swapped[place], swapped[behind] = swapped[behind], swapped[place]
                if letter != letters[behind]:
                    assert read_receipt_number("".join(swapped)) is None


@pytest.mark.parametrize("text", ["", "R7K3", "0000-0000-0000", "R7K3-9QXM-2HTBX", "김민수"])
def test_what_is_no_receipt_number_is_none(text):
    assert read_receipt_number(text) is None


def test_the_table_of_transitions_is_closed():
    assert set(TRANSITIONS) == set(ClaimState) == set(STATE_WORDS)
    assert all(after in TRANSITIONS for afters in TRANSITIONS.values() for after in afters)
    reached, fresh = set(), {ClaimState.SUBMITTED}
    while fresh:
        reached |= fresh
        fresh = {after for state in fresh for after in TRANSITIONS[state]} - reached
    assert reached == set(ClaimState)
    assert [state for state in ClaimState if not TRANSITIONS[state]] == [ClaimState.WITHDRAWN]
    assert sources_of(ClaimState.PAYING) == ["scheduled"]
    assert ClaimState.PAYING not in TRANSITIONS[ClaimState.PAID]
