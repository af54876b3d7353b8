"""What has arrived on a card: period by period, of this line, and what is still to come."""

from datetime import UTC, datetime

import pytest

from makegood.dues import Card, CardAct, dues_of
from makegood.runs import RunKind, index_runs
from makegood.runs.own_answers import apply_own, own_answers
from makegood.runs.rows import execute, shards_of
from makegood.trust import clock
from tests.dues.kt import CUSTOMER, IN_MARCH, OTHER, statements
from tests.redress.claims.relief import at
from tests.runs.execution.hand_made import hand_made, key_of

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
        cover = hand_made(settings, [7], kind=RunKind.COVER, measure="cover", period="once")
        answer(settings, cover, {7: ("done", "")})
        index_runs(settings)


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
