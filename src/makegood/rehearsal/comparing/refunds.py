"""What was paid to accounts: for every line what the story comes to, against the bank's books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from makegood.rehearsal.comparing.courses import NOBODY, Course, course_of, words_of
from makegood.rehearsal.comparing.found import PREFIX_LETTERS, Found, prefix_of

if TYPE_CHECKING:
    from makegood.channels.bank.fake import Booked
    from makegood.programmes import Measure

_STANDING = """
SELECT line_id, state FROM claims_claim
WHERE programme = %s AND measure = %s AND state <> 'withdrawn'
"""
_ENDS = {"submitted": "checked", "waiting": "checked", "withdrawn": "none"}
"""What claims call the end of a course, where it is another word."""


def compare_refunds(found: Found) -> None:
    """Every line that applied, or was paid, for every measure that is paid to accounts."""
    play = found.play
    payments = _by_key(found.play.outside.payments())
    seen: set[str] = set()
    before, looked, quoted = found.difference_count, 0, 0
    for name, measure in play.programme.measures.items():
        if not _to_account(measure):
            continue
        lines = play.story.lines_with(name)
        words = words_of(found, name, lines)
        ends = _ends(found, name)
        top_ups = sorted({r.period for r in found.runs if r.kind == "top_up" and r.measure == name})
        for line_id in sorted(lines):
            looked += 1
            course = course_of(found, name, line_id, words)
            key = found.key(name, line_id)
            mine = payments.get(key, [])
            extra = [
                payment
                for period in top_ups
                for payment in payments.get(found.key(name, line_id, period), [])
            ]
            seen |= {key, *(found.key(name, line_id, period) for period in top_ups)}
            _compare(found, name, line_id, course, mine, extra)
            _end(found, name, line_id, course, ends.get(line_id, "none"))
            quoted += course.shown > 0
    for key in sorted(payments.keys() - seen):
        found.differs(f"key {key}", "", "payment", "nothing", len(payments[key]))
    if payments or any(_to_account(measure) for measure in play.programme.measures.values()):
        found.checked("bank", looked, before=before)
        found.checked("claims", looked, before=before)
    if quoted:
        found.checked("quotes", quoted, before=before)


def _to_account(measure: Measure) -> bool:
    refund = measure.section.refund
    return refund is not None and refund.to == "bank_account"


def _by_key(payments: Iterable[Booked]) -> dict[str, list[Booked]]:
    found: dict[str, list[Booked]] = {}
    for payment in payments:
        found.setdefault(payment.key, []).append(payment)
    for listed in found.values():
        listed.sort(key=lambda payment: payment.attempt)
    return found


def _compare(
    found: Found,
    measure: str,
    line_id: str,
    course: Course,
    payments: Sequence[Booked],
    extra: Sequence[Booked],
) -> None:
    for wrong in course.wrong:
        found.differs(line_id, measure, "application", "the window of the programme", wrong)
    is_due = course.pay_on is not None and course.state in ("scheduled", "returned")
    if not is_due or (course.pay_on and course.pay_on > found.ended and not payments):
        if payments:
            found.differs(line_id, measure, "payment", f"none ({course.state})", len(payments))
        return
    attempts = [payment.attempt for payment in payments]
    if attempts != list(range(1, len(course.accounts) + 1)):
        # Money that came back in the very last days is still being put right.
        found.differs(line_id, measure, "attempts to pay", len(course.accounts), attempts or "none")
        return
    paid = [payment for payment in payments if payment.state == "paid"]
    if len(paid) > 1:
        found.differs(line_id, measure, "payments", 1, len(paid))
    # Who was shown more than facts that were put right say gets what was shown.
    course.amount = max(course.amount, course.shown)
    if any(payment.amount != course.amount for payment in payments):
        amounts = sorted({payment.amount for payment in payments})
        found.differs(line_id, measure, "amount", course.amount, amounts)
    if (course.state == "returned") != (not paid):
        found.differs(line_id, measure, "payment", course.state, payments[-1].state)
    _day(found, measure, line_id, course, payments[0])
    _accounts(found, measure, line_id, course, payments)
    _top_ups(found, measure, line_id, course, paid, extra)


def _day(found: Found, measure: str, line_id: str, course: Course, payment: Booked) -> None:
    """The first payment stands in a run that was due on the day that the oracle says."""
    prefix = payment.message_id[:PREFIX_LETTERS]
    days = [run.due_on for run in found.runs if prefix_of(run) == prefix]
    if days != [course.pay_on]:
        found.differs(line_id, measure, "day of payment", course.pay_on, days)


def _accounts(
    found: Found, measure: str, line_id: str, course: Course, payments: Sequence[Booked]
) -> None:
    """Every payment went to the very account that was given for it."""
    accounts = found.play.accounts
    customer = found.play.world.customer_of(line_id)
    numbers = {
        "own": accounts.number(customer),
        "second": accounts.number(customer, 1),
        "guardian": accounts.guardian(customer)[:2],
    }
    for payment, given in zip(payments, course.accounts, strict=True):
        if (payment.bank_code, payment.number) != numbers.get(given):
            found.differs(line_id, measure, "account", given, "another one")


def _ends(found: Found, measure: str) -> Mapping[str, str]:
    """Where each line's claim stands that was not withdrawn, as the program has it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [found.play.programme.identifier, measure])
        return dict(cursor.fetchall())


def _end(found: Found, measure: str, line_id: str, course: Course, state: str) -> None:
    """The claim ended as the course says; what is scheduled is paid once its day has come."""
    expected = _ENDS.get(course.state, course.state)
    if expected == "scheduled" and course.pay_on and course.pay_on <= found.ended:
        expected = "paid"
    if state != expected:
        found.differs(line_id, measure, "claim", expected, state)


def _top_ups(
    found: Found,
    measure: str,
    line_id: str,
    course: Course,
    paid: Sequence[Booked],
    extra: Sequence[Booked],
) -> None:
    """Whoever was paid by the programme as it was gets what the amended one adds, and no more."""
    added = sum(payment.amount for payment in extra if payment.state == "paid")
    expected = 0
    if paid and found.play.amendment is not None:
        day = course.approved_on
        assert day is not None  # noqa: S101 - it was paid
        now = found.play.standings.of(measure, day, [line_id], amended=True)
        expected = max(0, now.get(line_id, NOBODY)[1] - course.amount)
    if added != expected:
        found.differs(line_id, measure, "top-up", expected, added)
