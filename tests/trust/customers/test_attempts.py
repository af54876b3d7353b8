"""Whatever two browsers do, in whatever order: only the newest code, in time, opens, and once.

A model beside the program says what must come of each step; Hypothesis looks for an order in which
the program does something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from makegood.kernel import MakegoodError
from tests.staff_people import MINSU, MovedClock
from tests.trust.customers.conftest import Post

MINUTES, TRIES, AGAIN_SECONDS = 3, 5, 30
BROWSERS = st.sampled_from(["mine", "another"])
BORN = MINSU.birth_date or date.min
WRONG_DAY = date(1985, 3, 8)


@dataclass
class Known:
    """An attempt as it should stand."""

    attempt_id: UUID
    code: str
    is_customer: bool
    asked_at: datetime
    tries: int = 0
    is_over: bool = False


class Attempts(RuleBasedStateMachine):
    """Two browsers of two addresses, one customer, and the clock."""

    hand: MovedClock
    post: Post

    @initialize()
    def nothing_asked(self) -> None:
        from makegood.trust.customers.models import CodeAttempt, Guesses

        CodeAttempt.objects.all().delete()
        Guesses.objects.all().delete()
        self.known: dict[str, Known] = {}

    @rule(browser=BROWSERS, is_customer=st.booleans())
    def asks(self, browser: str, *, is_customer: bool) -> None:
        from makegood.trust.customers import PleaseWait, begin

        former = self.known.get(browser)
        sent = self.post.count()
        try:
            attempt = begin(
                MINSU.phone,
                BORN if is_customer else WRONG_DAY,
                source=browser,
                language="ko",
                deliver=self.post,
                former=former.attempt_id if former else None,
            )
        except PleaseWait:
            assert self.post.count() == sent
            return
        self._keep(browser, attempt.attempt_id, sent, is_customer=is_customer)

    @precondition(lambda self: self.known)
    @rule(browser=BROWSERS)
    def asks_again(self, browser: str) -> None:
        from makegood.trust.customers import AttemptOver, PleaseWait, again

        known = self.known.get(browser)
        if known is None:
            return
        sent = self.post.count()
        try:
            attempt = again(known.attempt_id, source=browser, deliver=self.post)
        except AttemptOver:
            assert known.is_over or self._age(known) >= timedelta(minutes=MINUTES, hours=1)
        except PleaseWait:
            assert not known.is_over
        else:
            assert self._age(known) >= timedelta(seconds=AGAIN_SECONDS)
            self._keep(browser, attempt.attempt_id, sent, is_customer=known.is_customer)

    @rule(browser=BROWSERS, right=st.booleans(), of=BROWSERS)
    def tries(self, browser: str, *, right: bool, of: str) -> None:
        """A code is typed: one's own or the other browser's, or one a digit beside it."""
        from makegood.trust.customers import AttemptOver, WrongCode, confirm

        known, source = self.known.get(browser), self.known.get(of)
        if known is None or source is None:
            return
        code = source.code if right else f"{(int(source.code) + 1) % 10**6:06d}"
        is_open = (
            not known.is_over
            and known.tries < TRIES
            and self._age(known) < timedelta(minutes=MINUTES)
        )
        fits = is_open and known.is_customer and code == known.code
        try:
            shown = confirm(known.attempt_id, code, source=browser)
        except AttemptOver:
            assert not is_open
        except WrongCode as wrong:
            known.tries += 1
            left = wrong.tries_left
            assert (is_open, fits, left) == (True, False, TRIES - known.tries)
        else:
            assert fits
            assert shown.customer_id == MINSU.customer_id
            known.is_over = True

    @rule(seconds=st.sampled_from([1, 29, 31, 90, 180, 3700]))
    def waits(self, seconds: int) -> None:
        self.hand.move(seconds=seconds)

    @invariant()
    def one_open_attempt_for_each_browser(self) -> None:
        from makegood.trust.customers.models import CodeAttempt

        open_ones = set(
            CodeAttempt.objects.filter(ended_at=None).values_list("attempt_id", flat=True)
        )
        expected = {each.attempt_id for each in self.known.values() if not each.is_over}
        assert open_ones == expected

    def _keep(self, browser: str, attempt_id: UUID, sent: int, *, is_customer: bool) -> None:
        count = self.post.count()
        assert count == sent + is_customer
        # Without a customer a code was drawn too, and nobody has it: any will do.
        code = self.post.sent[-1].code if is_customer else "123456"
        self.known[browser] = Known(attempt_id, code, is_customer, self.hand.now())

    def _age(self, known: Known) -> timedelta:
        return self.hand.now() - known.asked_at


def test_attempts(hand: MovedClock, post: Post) -> None:
    class Here(Attempts):
        pass

    Here.hand, Here.post = hand, post
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_of_many_at_once_one_gets_in_and_five_are_judged(post: Post) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    from makegood.trust.customers import begin, confirm

    def one(code: str) -> str:
        try:
            confirm(attempt.attempt_id, code, source="here")
        except MakegoodError as error:
            return error.findings[0].code
        else:
            return "in"
        finally:
            connection.close()

    def ask():
        return begin(MINSU.phone, BORN, source="here", language="ko", deliver=post)

    with ThreadPoolExecutor(8) as pool:
        attempt = ask()
        right = post.newest()
        assert sorted(pool.map(one, [right] * 12)) == ["MG643"] * 11 + ["in"]
        attempt = ask()
        wrong = f"{(int(post.newest()) + 1) % 10**6:06d}"
        assert sorted(pool.map(one, [wrong] * 12)) == ["MG642"] * 5 + ["MG643"] * 7


def test_of_many_asking_at_once_no_more_are_heard_than_may(post: Post) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    from makegood.trust.customers import PleaseWait, begin

    def one(_: int) -> bool:
        try:
            begin(MINSU.phone, BORN, source="here", language="ko", deliver=post)
        except PleaseWait:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(16))) == 5
    assert post.count() == 5
