"""A customer shows who they are by a code; a stranger learns nothing, whatever they try."""

from __future__ import annotations

import logging
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from makegood.kernel import MakegoodError
from tests.staff_people import JIYEON, MINSU, MovedClock, kinds_logged
from tests.trust.customers.conftest import Post

if TYPE_CHECKING:
    from makegood.trust.customers import CodeToSend

HERE, THERE = "203.0.113.7", "198.51.100.4"
BORN = MINSU.birth_date or date.min


def ask(post: Post, born: date = BORN, *, phone: str = MINSU.phone, source: str = HERE, **more):
    from makegood.trust.customers import begin

    return begin(phone, born, source=source, language="ko", deliver=post, **more)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def refused(attempt_id, code: str) -> MakegoodError:
    from makegood.trust.customers import confirm

    with pytest.raises(MakegoodError) as told:
        confirm(attempt_id, code, source=HERE)
    return told.value


def test_the_code_that_was_sent_says_who_it_is(post: Post) -> None:
    from makegood.trust.customers import confirm

    attempt = ask(post)
    code = post.newest()
    assert len(code) == 6
    assert post.sent[0].phone == "+821012345678"
    shown = confirm(attempt.attempt_id, f" {code[:3]}-{code[3:]} ", source=HERE)
    assert shown.customer_id == MINSU.customer_id
    assert shown.strength == "message_code"


def test_persons_on_one_number_are_told_apart_by_the_birth_date(post: Post) -> None:
    from makegood.trust.customers import confirm

    assert JIYEON.phone == MINSU.phone
    attempt = ask(post, JIYEON.birth_date or date.min)
    assert confirm(attempt.attempt_id, post.newest(), source=HERE).customer_id == "C0002"


def test_two_people_of_one_birth_date_on_one_number_get_no_code(post: Post) -> None:
    from makegood.trust.vault import Person, store_person

    store_person(Person("C0003", "김민서", MINSU.phone, BORN), actor="console:tester")
    ask(post)
    assert post.count() == 0


def test_a_code_counts_once(post: Post) -> None:
    from makegood.trust.customers import confirm

    attempt = ask(post)
    confirm(attempt.attempt_id, post.newest(), source=HERE)
    assert refused(attempt.attempt_id, post.newest()).findings[0].code == "MG643"


def test_after_five_wrong_tries_the_right_code_counts_no_longer(post: Post) -> None:
    attempt = ask(post)
    code = post.newest()
    told = [refused(attempt.attempt_id, wrong(code)) for _ in range(5)]
    assert [error.tries_left for error in told] == [4, 3, 2, 1, 0]  # type: ignore[attr-defined]
    assert refused(attempt.attempt_id, code).findings[0].code == "MG643"
    assert kinds_logged().count("customer.sign_in_failed") == 5
    assert kinds_logged().count("customer.locked_out") == 1


def test_after_three_minutes_it_counts_no_longer(post: Post, hand: MovedClock) -> None:
    attempt = ask(post)
    hand.move(minutes=3)
    assert refused(attempt.attempt_id, post.newest()).findings[0].code == "MG643"


def test_another_code_ends_the_former(post: Post, hand: MovedClock) -> None:
    from makegood.trust.customers import again, attempt_of, confirm

    first = ask(post)
    old = post.newest()
    hand.move(seconds=31)
    second = again(first.attempt_id, source=HERE, deliver=post)
    assert refused(first.attempt_id, old).findings[0].code == "MG643"
    assert attempt_of(first.attempt_id) is None
    assert confirm(second.attempt_id, post.newest(), source=HERE).customer_id == "C0001"


def test_another_code_is_waited_for(post: Post, hand: MovedClock) -> None:
    from makegood.trust.customers import PleaseWait, again

    first = ask(post)
    hand.move(seconds=20)
    with pytest.raises(PleaseWait) as told:
        again(first.attempt_id, source=HERE, deliver=post)
    assert told.value.wait_seconds in {10, 11}


def test_who_was_deleted_meanwhile_gets_no_other_code(post: Post, hand: MovedClock) -> None:
    from makegood.trust.customers import again
    from makegood.trust.vault import delete_person

    first = ask(post)
    assert post.count() == 1
    delete_person("C0001", actor="console:tester", purpose="legal_request")
    hand.move(seconds=31)
    again(first.attempt_id, source=HERE, deliver=post)
    assert post.count() == 1


def test_an_attempt_of_one_browser_is_ended_by_its_next(post: Post) -> None:
    first = ask(post)
    old = post.newest()
    ask(post, former=first.attempt_id)
    assert refused(first.attempt_id, old).findings[0].code == "MG643"


def test_an_attempt_that_never_was_is_over() -> None:
    assert refused(uuid4(), "123456").findings[0].code == "MG643"


def test_what_is_no_telephone_number_is_told_before_anybody_is_looked_for(post: Post) -> None:
    with pytest.raises(MakegoodError) as told:
        ask(post, phone="12")
    assert told.value.findings[0].code == "MG640"


# --- Strangers ---


def test_a_stranger_is_answered_alike_and_nothing_is_sent(post: Post) -> None:
    known, unknown = ask(post), ask(post, date(1985, 3, 8))
    nobody = ask(post, phone="010-0000-0000", source=THERE)
    assert post.count() == 1
    for attempt in (unknown, nobody):
        assert attempt.tries_left == known.tries_left
        life, again = (
            attempt.code_expires_at - known.code_expires_at,
            attempt.again_at - known.again_at,
        )
        assert abs(life.total_seconds()) < 5
        assert abs(again.total_seconds()) < 5


def test_without_a_customer_not_even_the_code_that_was_drawn_is_right(post: Post) -> None:
    from makegood.trust.customers.codes import code_hash
    from makegood.trust.customers.models import CodeAttempt

    attempt = ask(post, phone="010-0000-0000")
    assert post.count() == 0
    CodeAttempt.objects.update(code_hash=code_hash(attempt.attempt_id, "123456"))
    assert refused(attempt.attempt_id, "123456").tries_left == 4  # type: ignore[attr-defined]


def test_asking_and_guessing_are_the_same_work_for_anybody(post: Post) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def statements(phone: str) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            attempt = ask(post, phone=phone)
            assert post.count() >= 0
            refused(attempt.attempt_id, wrong(post.sent[-1].code if post.sent else "1"))
        # Values and the numbers of savepoints aside.
        return [
            " ".join(query["sql"].split()[:4])
            for query in asked.captured_queries
            if "SAVEPOINT" not in query["sql"]
        ]

    assert statements("010-0000-0000") == statements(MINSU.phone)


def test_the_page_s_thread_looks_for_nobody(post: Post) -> None:
    """The vault is asked by another thread, on another connection."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        ask(post)
        assert post.count() == 1
    assert not [query for query in asked.captured_queries if "vault_" in query["sql"]]


def test_what_cannot_be_sent_is_no_answer_to_anybody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    from makegood.trust.customers import begin, wait_until_handed_over

    def fails(_: object) -> None:
        raise OSError("010-1234-5678 is not reached")

    with caplog.at_level(logging.WARNING, logger="makegood.customers"):
        attempt = begin(MINSU.phone, BORN, source=HERE, language="ko", deliver=fails)
        assert wait_until_handed_over()
    assert attempt.tries_left == 5
    assert "a one-time code could not be sent: OSError" in caplog.text
    assert "1234" not in caplog.text


@pytest.mark.parametrize(("away", "arrives"), [(1, True), (2, True), (3, False)])
def test_a_database_that_is_away_for_a_moment_costs_no_code(
    post: Post, caplog: pytest.LogCaptureFixture, away: int, arrives: bool
) -> None:
    from django.db import OperationalError

    from makegood.trust.customers import begin, wait_until_handed_over

    tries: list[object] = []

    def sometimes(sent: CodeToSend) -> None:
        tries.append(sent)
        if len(tries) <= away:
            raise OperationalError("the server at 10.0.0.1 closed the connection")
        post(sent)

    begin(MINSU.phone, BORN, source=HERE, language="ko", deliver=sometimes)
    assert wait_until_handed_over()
    assert len(tries) == (away + 1 if arrives else 3)
    assert post.count() == int(arrives)
    assert ("could not be sent: OperationalError" in caplog.text) is not arrives
    assert "10.0.0.1" not in caplog.text


# --- Limits ---


def test_a_number_asked_for_again_and_again_from_one_place_waits(
    post: Post, hand: MovedClock
) -> None:
    from makegood.trust.customers import PleaseWait

    for phone in (MINSU.phone, "010-0000-0000"):
        for _ in range(5):
            ask(post, phone=phone)
        for wait in (30, 60, 120, 240):
            with pytest.raises(PleaseWait) as told:
                ask(post, phone=phone)
            assert wait - 1 <= told.value.wait_seconds <= wait + 1
            hand.move(seconds=wait + 1)
            ask(post, phone=phone)
        # Its owner, elsewhere, does not wait for what a stranger did.
        ask(post, JIYEON.birth_date or date.min, phone=phone, source=THERE)


def test_birth_dates_are_not_tried_out_from_many_places(post: Post) -> None:
    from makegood.trust.customers import PleaseWait

    for day in range(1, 21):
        ask(post, date(1970, 1, day), source=f"203.0.113.{day}")
    with pytest.raises(PleaseWait):
        ask(post, date(1970, 1, 21), source="203.0.113.99")


def test_so_many_codes_a_day_and_no_more(post: Post, hand: MovedClock) -> None:
    from makegood.trust.customers import PleaseWait, confirm

    for _ in range(10):
        attempt = ask(post)
        confirm(attempt.attempt_id, post.newest(), source=HERE)
    with pytest.raises(PleaseWait) as told:
        ask(post)
    assert told.value.of_the_day
    assert told.value.findings[0].code == "MG644"
    assert post.count() == 10
    hand.move(hours=24)
    ask(post)
    assert post.count() == 11


def test_one_address_may_ask_for_many_but_not_without_end(post: Post, hand: MovedClock) -> None:
    from makegood.trust.customers import PleaseWait

    def asks(number: int) -> None:
        ask(post, phone=f"010-5555-{number:04d}")

    for number in range(100):
        asks(number)
    with pytest.raises(PleaseWait):
        asks(100)
    # A try is forgotten each minute.
    hand.move(minutes=3)
    asks(101)
    asks(102)


def test_an_address_of_ipv6_is_counted_by_its_network() -> None:
    from makegood.trust.customers.keyed import place_of

    assert place_of("2001:db8::1") == place_of("2001:db8::ffff:2") == "2001:db8::/64"
    assert place_of("192.0.2.1") == "192.0.2.1"
    assert place_of("unknown") == "unknown"


def test_questions_about_messages_are_counted(hand: MovedClock) -> None:
    from makegood.trust.customers import PleaseWait, count_message_check

    for _ in range(30):
        count_message_check(HERE).succeeded()
    for _ in range(20):
        count_message_check(HERE)
    with pytest.raises(PleaseWait):
        count_message_check(HERE)
    hand.move(minutes=2)
    count_message_check(HERE)


# --- What is kept ---


def test_nothing_that_was_typed_is_kept_and_no_address_is_logged(post: Post) -> None:
    from django.db import connection

    from makegood.trust.audit import entries

    attempt = ask(post)
    code = post.newest()
    refused(attempt.attempt_id, wrong(code))
    with connection.cursor() as cursor:
        for table in ("customers_attempt", "customers_guesses", "audit_entry"):
            cursor.execute(f"SELECT string_agg(t::text, '|') FROM {table} t")
            text = cursor.fetchone()[0]
            for secret in (code, "1012345678", "1985", HERE):
                assert secret not in text
    ours = [entry.record for entry in entries() if entry.record.kind.startswith("customer.")]
    assert {record.source for record in ours} == {ours[0].source}
    assert ours[0].source.startswith("web:")
    assert {record.person for record in ours} == {"C0001"}


def test_what_is_over_is_forgotten(post: Post, hand: MovedClock) -> None:
    from makegood.trust.customers import forget_expired
    from makegood.trust.customers.models import CodeAttempt, Guesses

    ask(post)
    assert post.count() == 1
    assert forget_expired() == 0
    hand.move(minutes=64)
    assert forget_expired() == 1
    assert not CodeAttempt.objects.exists()
    assert Guesses.objects.count() == 4
    hand.move(hours=24)
    assert forget_expired() == 4
