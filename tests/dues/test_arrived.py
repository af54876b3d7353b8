"""What has arrived on a card: period by period, of this line, and what is still to come."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from makegood.dues import Card, CardAct, dues_of
from makegood.runs import RunKind, index_runs
from makegood.runs.own_answers import apply_own, own_answers
from makegood.runs.rows import execute, shards_of
from makegood.trust import clock
from tests.dues.kt import CUSTOMER, IN_MARCH, OTHER, statements
from tests.redress.claims.relief import at
from tests.runs.execution.hand_made import hand_made, items_of, key_of

pytestmark = pytest.mark.usefixtures("kt")


@pytest.fixture(scope="module")
def settings(kt):
    from django.conf import settings

    assert kt
    return settings.INSTALLATION


@pytest.fixture(scope="module")
def brought(settings):
    """February is there but for a failure, March is on its way, and the cover has begun."""
    with at(datetime(2026, 3, 1, 1, 0, tzinfo=UTC)):
        february = hand_made(settings, range(2, 8), period="2026-02", shard_items=100)
        said = {2: ("done", ""), 6: ("done", ""), 7: ("failed", "E7")}
        answer(settings, february, said | dict.fromkeys((3, 4, 5), ("done", "")))
        march = hand_made(settings, [2], period="2026-03")
        leave(march)
        roaming = hand_made(
            settings, [2, 7], kind=RunKind.UPLIFT_START, measure="roaming", period="start"
        )
        answer(settings, roaming, {2: ("done", ""), 7: ("done", "")})
        cover = hand_made(
            settings, kind=RunKind.COVER, measure="cover", items=named(7, CUSTOMER, "cover")
        )
        answer(settings, cover, {7: ("done", "")})
        index_runs(settings)


def named(number: int, customer: str | None, measure: str, period: str = "once") -> pa.Table:
    """One item of a line, for a customer who is named or for whoever has the line."""
    made = items_of([number], measure, period, amount=0, attempt=1)
    place = made.column_names.index("customer_id")
    return made.set_column(place, made.field(place), pa.array([customer], pa.string()))


def leave(run) -> None:
    execute("UPDATE runs_run SET state = 'sent' WHERE run_id = %s", [run.run_id])
    execute(
        "UPDATE runs_shard SET state = 'sent', sent_at = %s WHERE run_id = %s",
        [clock.now(), run.run_id],
    )


def answer(settings, run, said) -> None:
    leave(run)
    rows = [
        (key_of(number, run.measure, run.period), 1, outcome, code)
        for number, (outcome, code) in said.items()
    ]
    (shard,) = shards_of(run.run_id)
    apply_own(settings, own_answers(settings, run, shard, f"{run.run_id.hex * 2}", "said", rows))


def card_of(line: str, measure: str, language: str = "en") -> Card:
    customer = CUSTOMER if line < "L00008" else OTHER
    (found,) = dues_of(customer, language, lines=[line]).lines
    return next(card for card in found.cards if card.measure == measure)


def told(line: str, measure: str, language: str = "en") -> list[tuple[str, str]]:
    card = card_of(line, measure, language)
    return [(arrival.when_text, arrival.status.words) for arrival in card.arrived]


@pytest.mark.usefixtures("brought")
def test_every_month_says_whether_it_is_there() -> None:
    with at(IN_MARCH):
        assert told("L00002", "data") == [
            ("February 2026", "arrived"),
            ("March 2026", "on its way"),
            ("April 2026", "to come"),
            ("May 2026", "to come"),
            ("June 2026", "to come"),
            ("July 2026", "to come"),
        ]
        assert told("L00002", "data", "ko")[:2] == [
            ("2026년 2월", "제공 완료"),
            ("2026년 3월", "처리 중"),
        ]


@pytest.mark.usefixtures("brought")
def test_what_failed_and_what_a_line_was_left_out_of_is_told() -> None:
    with at(IN_MARCH):
        assert told("L00007", "data")[:3] == [
            ("February 2026", "did not arrive; it is looked into"),
            ("March 2026", "not given for this time"),
            ("April 2026", "to come"),
        ]


@pytest.mark.usefixtures("brought")
def test_what_has_arrived_stays_when_nothing_more_comes() -> None:
    with at(IN_MARCH):
        assert told("L00003", "data") == [("February 2026", "arrived")]
        assert told("L00009", "data") == []
        assert not card_of("L00003", "data").is_aside


@pytest.mark.usefixtures("brought")
def test_an_uplift_says_from_when_until_when() -> None:
    with at(IN_MARCH):
        assert told("L00002", "roaming") == [
            ("from 14 January 2026", "arrived"),
            ("until 31 August 2026", "last day"),
        ]


@pytest.mark.usefixtures("brought")
def test_who_is_enrolled_can_load_the_certificate() -> None:
    with at(IN_MARCH):
        card = card_of("L00007", "cover")
        assert card.certificate
        assert card.acts == {CardAct.CERTIFICATE}
        assert told("L00007", "cover") == [("1 March 2026", "arrived")]
        assert not card_of("L00002", "cover").certificate


@pytest.mark.usefixtures("brought")
def test_runs_add_one_statement_for_all_of_them() -> None:
    with at(IN_MARCH):
        dues_of(CUSTOMER, "ko")
        with statements() as asked:
            dues_of(CUSTOMER, "ko")
    assert len(asked) == 2, asked


@pytest.mark.usefixtures("brought")
def test_what_was_missing_of_a_month_is_told_with_its_quantity(settings) -> None:
    with at(datetime(2026, 3, 2, 1, 0, tzinfo=UTC)):
        period = "top-up 0123456789ab 2026-02 ba9876543210"
        items = named(4, None, "data", period)
        added = hand_made(settings, kind=RunKind.TOP_UP, measure="data", period=period, items=items)
        answer(settings, added, {4: ("done", "")})
        index_runs(settings)
    with at(IN_MARCH):
        last = card_of("L00004", "data").arrived[-1]
        assert (last.when_text, last.status.words) == ("2 March 2026", "arrived")
        assert last.words == "What was missing of February 2026: 100 GB of data"
        korean = card_of("L00004", "data", "ko").arrived[-1]
        assert korean.words == "2026년 2월에 덜 드린 100GB 데이터"


@pytest.mark.parametrize("is_listed", [False, True])
@pytest.mark.usefixtures("brought")
def test_what_names_a_customer_is_told_to_nobody_else(settings, is_listed) -> None:
    """Of the line itself, as where nobody held it then, it is its first holder's."""
    number = 6 if is_listed else 5
    line = f"L{number:05d}"
    with at(datetime(2026, 3, 3, 1, 0, tzinfo=UTC)):
        for mark, customer in (("a", OTHER), ("b", CUSTOMER), ("c", line), ("d", None)):
            period = f"top-up {mark * 11}{number} 2026-02 {mark * 12}"
            items = named(number, customer, "data", period)
            run = hand_made(
                settings, kind=RunKind.TOP_UP, measure="data", period=period, items=items
            )
            answer(settings, run, {number: ("done", "")})
        if is_listed:
            index_runs(settings)
    with at(IN_MARCH):
        assert len(added_to(line)) == 3
        handed_on(line, OTHER)
        # Another's, whoever was named first, and nobody's by name.
        assert len(added_to(line, OTHER)) == 2
        handed_on(line, CUSTOMER)
        with statements() as asked:
            assert len(added_to(line)) == 3
        assert len(asked) == 2, asked


def added_to(line: str, customer: str = CUSTOMER) -> list[str]:
    (found,) = dues_of(customer, "en", lines=[line]).lines
    (card,) = [card for card in found.cards if card.measure == "data"]
    return [each.words for each in card.arrived if each.words.startswith("What was missing")]


def handed_on(line: str, customer: str) -> None:
    execute(
        "UPDATE serving_holder SET first_customer_id = %s, customer_id = %s WHERE line_id = %s",
        [CUSTOMER, customer, line],
    )
