"""What happens to an application is told once, in the customer's words, at a decent hour."""

from datetime import timedelta
from uuid import uuid4

import pyarrow as pa
import pytest
from django.db import transaction

from makegood.channels.messages import confirm, keep_language
from makegood.channels.messages.fake import AggregatorFaults, FakeAggregator
from makegood.kernel import pay_once_key
from makegood.redress.choices import begin_granting, choose, settle_choices
from makegood.redress.claims import withdraw
from makegood.runs import delivered_counts, take_in, tell_events
from makegood.runs.rows import select
from makegood.trust.vault import Person, delete_person, store_person
from tests.redress.claims import relief
from tests.redress.claims.holding import named
from tests.redress.claims.offers import CHOICE
from tests.redress.claims.relief import (
    CLOSES,
    IN_TIME,
    NAME,
    PERSONS,
    PLANTED,
    EveryAccount,
    advanced,
    applicant,
    applied,
    at,
    call_centre,
)
from tests.runs.events.conftest import MESSAGES, in_force

IS_GRANTED = """\
  pass_is_there:
    for: pass
    measure: pass
    by: [sms]
    subject: {ko: 이용권, en: Pass}
    text: {ko: '{option} 코드가 준비되었습니다. {code}', en: '{option} is there. {code}'}
"""
NOON = CLOSES.replace(hour=12) - timedelta(days=3)
EVENING = IN_TIME.replace(hour=21, minute=30)
MORNING = IN_TIME.replace(hour=8) + timedelta(days=1)


def texts(aggregator):
    return sorted(text for said in aggregator.delivered().values() for text in said)


def told_of(aggregator, receipt):
    return [text for text in texts(aggregator) if receipt.receipt_number in text]


def test_each_event_is_told_once_in_its_words(settings, aggregator):
    with at(IN_TIME):
        first, other = applied("L0001"), applied("L0003")
        tell_events(settings)
        advanced(EveryAccount())
        for _ in range(3):
            tell_events(settings)
            aggregator.turn(IN_TIME)
            take_in(settings)
    (received, approved), (refused, _) = (told_of(aggregator, each) for each in (first, other))
    approved, received = sorted((received, approved), key=lambda text: "접수" in text)
    assert received.startswith(f"접수했습니다. {first.receipt_number} ")
    assert approved.startswith(f"120,000원을 2026년 1월 22일에 드립니다. {first.receipt_number} ")
    assert refused.startswith(f"사유: 알뜰폰 회선입니다. {other.receipt_number} ")
    code = approved.rsplit(" ", 1)[1]
    confirmed = confirm(code)
    assert confirmed
    assert (confirmed.template, confirmed.text) == (
        "approved",
        "{amount}를 2026년 1월 22일에 드립니다. {receipt} {code}",
    )
    assert {(each.template, each.sent, each.delivered) for each in delivered_counts(NAME)} == {
        ("received", 2, 2),
        ("approved", 1, 1),
        ("refused", 1, 1),
    }


def test_in_the_language_that_a_customer_reads(settings, aggregator):
    keep_language("L0002", "en")
    keep_language("L0001", "fr")
    with at(IN_TIME):
        applied("L0001"), applied("L0002")
        tell_events(settings)
    aggregator.turn(IN_TIME)
    assert [text.split(".")[0] for text in texts(aggregator)] == ["We have it", "접수했습니다"]


def test_at_night_only_what_is_urgent_leaves(settings, aggregator):
    with at(EVENING):
        receipt = applied("L0001")
        advanced(EveryAccount())
        tell_events(settings)
        aggregator.turn(EVENING)
        assert [text[:2] for text in told_of(aggregator, receipt)] == ["접수"]
        tell_events(settings)
    with at(MORNING):
        tell_events(settings)
    aggregator.turn(MORNING)
    assert len(told_of(aggregator, receipt)) == 2


def test_who_has_no_telephone_gets_a_mail_where_there_is_one(settings):
    with at(IN_TIME):
        applied("L0001")
        advanced(EveryAccount())
        delete_person("L0001", actor="console:tester")
        tell_events(settings)
        take_in(settings)
        tell_events(settings)
    found = select("SELECT template, channel, items, state FROM events_batch ORDER BY 1, 2")
    assert found == [
        ("approved", "sms", 1, "sent"),
        ("received", "mail", 1, "pending"),
        ("received", "sms", 1, "sent"),
    ]
    # The spool was given nothing for either, and the same answers again change nothing.
    assert select("SELECT outcome, code FROM events_told ORDER BY 1") == [
        ("", ""),
        ("failed", "no_phone"),
    ]


def test_what_is_older_than_the_days_set_is_not_told(settings):
    with at(IN_TIME):
        applied("L0001")
    with at(IN_TIME + timedelta(days=settings.event_message_days, minutes=1)):
        applied("L0002")
        assert tell_events(settings).events == 1


def test_events_of_days_without_a_message_are_not_told_later(settings):
    without = MESSAGES[: MESSAGES.index("  approved:")]
    with at(IN_TIME):
        in_force(without)
        applied("L0001")
        advanced(EveryAccount())
        assert tell_events(settings).events == 1
    with at(IN_TIME + timedelta(hours=1)):
        in_force(MESSAGES + "\n# again\n")
        applied("L0002")
        advanced(EveryAccount())
        assert tell_events(settings).events == 2


def test_nothing_is_told_where_no_days_are_set(settings):
    with at(IN_TIME):
        applied("L0001")
        off = settings.model_copy(update={"event_message_days": 0})
        assert tell_events(off).events == 0


def test_reports_come_twice_late_and_in_any_order(settings, tmp_path):
    faults = AggregatorFaults(failed=300, silent=300, doubled=500)
    aggregator = FakeAggregator(settings.exchange_folder / "sms", tmp_path / "other", 5, faults)
    with at(IN_TIME):
        for number in range(20):
            applied(f"M{number:04}")
        tell_events(settings)
        aggregator.turn(IN_TIME)
        take_in(settings)
    (count,) = delivered_counts(NAME)
    assert (count.sent, count.pending > 0) == (20, True)
    later = IN_TIME + timedelta(hours=settings.answer_hours["sms"] + 1)
    with at(later):
        tell_events(settings)
        aggregator.turn(later)
        done = take_in(settings)
    (count,) = delivered_counts(NAME)
    delivered = sum(len(said) for said in aggregator.delivered().values())
    assert (count.pending, count.delivered) == (0, delivered)
    assert count.failed == 20 - delivered
    assert (done.unmatched, done.troubles) == (0, [])


def test_a_channel_that_is_not_set_up_loses_nothing(settings, aggregator):
    with at(IN_TIME):
        applied("L0001")
        off = settings.model_copy(update={"sms_sender": ""})
        assert "MG820" in tell_events(off).troubles[0]
    with at(IN_TIME + timedelta(minutes=20)):
        assert tell_events(settings).sent == 1
    aggregator.turn(IN_TIME)
    assert len(texts(aggregator)) == 1


def test_nothing_personal_is_kept(settings):
    with at(IN_TIME):
        receipt = applied("L0001")
        advanced(EveryAccount())
        tell_events(settings)
        withdraw(call_centre(), receipt.receipt_number, case="CALL-1")
    rows = [
        str(row)
        for table in ("events_batch", "events_told", "messages_sent", "messages_code")
        for row in select(f"SELECT * FROM {table}")
    ]
    files = [path.read_bytes() for path in (settings.runs_folder / "events").glob("*.parquet")]
    assert files
    for secret in PLANTED:
        assert not any(secret in row for row in rows)
        assert not any(secret.encode() in content for content in files)


@pytest.mark.parametrize("hours", [0, 30])
def test_the_other_side_is_asked_before_a_batch_is_sent_again(settings, aggregator, hours):
    with at(NOON):
        receipt = applied("L0001")
        tell_events(settings)
    # As though the worker had died before it could say so.
    select("UPDATE events_batch SET state = 'sending', sent_at = NULL RETURNING 1")
    with at(NOON + timedelta(hours=hours)):
        aggregator.turn(CLOSES)
        tell_events(settings)
        aggregator.turn(CLOSES)
    assert len(told_of(aggregator, receipt)) == 1
    assert select("SELECT state FROM events_batch") == [("sent",)]


def test_a_pass_that_is_granted_is_told_to_who_chose_it(settings, aggregator):
    """One was chosen when nobody was named for the line, and is its first holder's."""
    in_force(MESSAGES + IS_GRANTED, relief.TEXT.replace("notices: []\n", CHOICE + "notices: []\n"))
    with at(IN_TIME):
        held_by("C1002", "L0002", "010-7777-0002")
        choose(applicant("L0001"), NAME, "pass", "L0001", "music", "web")
        choose(applicant("C1002"), NAME, "pass", "L0002", "film", "web")
        held_by("C1001", "L0001", "010-7777-0001")
        held_by("C1003", "L0002", "010-7777-0003")
        held_by("C1009", "L0001", "010-7777-0009")
        granted(L0001="music", L0002="film")
        assert tell_events(settings).events == 2
    aggregator.turn(IN_TIME)
    phones = aggregator.phones()
    said = {phones[key][-4:]: text[:2] for key, (text,) in aggregator.delivered().items()}
    assert said == {"0001": "음악", "0002": "영화"}


def held_by(customer, line_id, phone):
    named(line_id, customer)
    store_person(Person(customer, PERSONS[line_id], phone), actor="console:tester")


def granted(**options):
    """A run has brought the passes of these lines."""
    keys = [pay_once_key(NAME, "pass", line_id, "2024-05-02", "once") for line_id in options]
    chosen = {"line_id": list(options), "option": list(options.values()), "key": keys}
    count = len(keys)
    answers = {"key": keys, "attempt": [1] * count, "outcome": ["done"] * count}
    run_id = uuid4()
    with transaction.atomic():
        begin_granting(run_id, pa.table(chosen), programme=NAME, measure="pass")
        settle_choices(run_id, pa.table(answers | {"code": [""] * count}))
