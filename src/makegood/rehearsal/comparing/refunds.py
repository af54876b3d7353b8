"""What was paid to accounts: for every line what the story comes to, against the bank's books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from makegood.rehearsal.comparing.found import Found, prefix_of
from makegood.rehearsal.story import Deed

if TYPE_CHECKING:
    from makegood.channels.bank.fake import Booked
    from makegood.programmes import Measure

_NOBODY = ("not_in_scope", 0)
_PAID_AT = time(9, 0)
_IN_SCOPE = ("on_application", "with_document")


@dataclass(slots=True)
class Course:
    """The course of an application by the oracle: where it must end.

    ``state`` is a word of claims, or ``none``. ``amount`` is what is due, ``pay_on`` the day of the
    first payment; ``corrections`` counts accounts put right after money came back.
    """

    state: str = "none"
    reason: str = ""
    applied_on: date | None = None
    approved_on: date | None = None
    account: str = "own"
    word: str = ""
    amount: int = 0
    pay_on: date | None = None
    corrections: int = 0
    wrong: list[str] = field(default_factory=list)


def compare_refunds(found: Found) -> None:
    """Every line that applied, or was paid, for every measure that is paid to accounts."""
    play = found.play
    payments = _by_key(found.play.outside.payments())
    seen: set[str] = set()
    before, looked = found.difference_count, 0
    for name, measure in play.programme.measures.items():
        if not _to_account(measure):
            continue
        lines = play.story.lines_with(name)
        words = _words(found, name, lines)
        top_ups = sorted({r.period for r in found.runs if r.kind == "top_up" and r.measure == name})
        for line_id in sorted(lines):
            looked += 1
            course = _course(found, name, line_id, words)
            key = found.key(name, line_id)
            mine = payments.get(key, [])
            extra = [
                payment
                for period in top_ups
                for payment in payments.get(found.key(name, line_id, period), [])
            ]
            seen |= {key, *(found.key(name, line_id, period) for period in top_ups)}
            _compare(found, name, line_id, course, mine, extra)
    for key in sorted(payments.keys() - seen):
        found.differs(f"key {key}", "", "payment", "nothing", len(payments[key]))
    if payments or any(_to_account(measure) for measure in play.programme.measures.values()):
        found.checked("bank", looked, before=before)


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


Words = Mapping[tuple[date, bool], Mapping[str, tuple[str, int]]]


def _words(found: Found, measure: str, lines: set[str]) -> Words:
    """How these lines stood on every day of facts, by the programme as it was and as amended."""
    standings = found.play.standings
    versions = (False, True) if found.play.story.amended_at else (False,)
    return {
        (day, amended): standings.of(measure, day, lines, amended=amended)
        for day in standings.snapshots
        for amended in versions
    }


def _stood(found: Found, words: Words, deed: Deed) -> tuple[str, int]:
    """How the line of a deed stood at its moment."""
    amended_at = found.play.story.amended_at
    amended = amended_at is not None and amended_at <= deed.at
    known = [day for day in found.play.standings.snapshots if day < deed.at.date()]
    if not known:
        known = [min(found.play.standings.snapshots)]
    return words[max(known), amended].get(deed.line_id, _NOBODY)


def _course(found: Found, measure: str, line_id: str, words: Words) -> Course:
    course = Course()
    for deed in found.play.story.of(measure, line_id):
        _step(found, course, deed, _stood(found, words, deed))
    return course


def _step(found: Found, course: Course, deed: Deed, stood: tuple[str, int]) -> None:
    """One deed more, by what was announced."""
    oracle = found.play.standings.oracle
    word, amount = stood
    match deed.what:
        case "applied":
            late = word in ("with_document", "undetermined")
            if not oracle.is_open(deed.measure, deed.at, late=late):
                course.wrong.append(f"an application of {deed.at:%Y-%m-%d %H:%M} was taken")
            course.state, course.reason = "submitted", ""
            course.applied_on, course.word, course.account = deed.at.date(), word, "own"
            course.approved_on = None
        case "account":
            course.account = deed.detail
            _decide(found, course, deed, stood)
        case "corrected":
            if course.state == "returned":
                course.corrections += 1
                course.state = "scheduled"
            else:
                course.account = "own"
                _decide(found, course, deed, stood)
        case "approved":
            _approve(found, course, deed, amount)
        case "turned_down":
            course.state = "refused"
        case "withdrawn":
            course.state = "withdrawn"
        case "told_returned":
            course.state = "returned"
        case "refused":
            late = word in ("with_document", "undetermined")
            act = deed.detail.split()[0]
            if "MG842" in deed.detail and oracle.is_open(deed.measure, deed.at, late=late):
                course.wrong.append(f"it was turned away at {deed.at:%Y-%m-%d %H:%M}")
            elif "MG842" not in deed.detail and act.startswith("apply"):
                course.wrong.append(f"it was turned away: {deed.detail}")


def _decide(found: Found, course: Course, deed: Deed, stood: tuple[str, int]) -> None:
    """What the program must make of an application by itself."""
    word, amount = stood
    course.word = word
    if (
        word in ("excluded", "not_in_scope")
        or (word in _IN_SCOPE and not amount)
        or course.account != "own"
    ):
        course.state = "refused"
    elif word == "on_application":
        _approve(found, course, deed, amount)
    else:
        course.state = "waiting"


def _approve(found: Found, course: Course, deed: Deed, amount: int) -> None:
    oracle = found.play.standings.oracle
    course.state, course.amount, course.approved_on = "scheduled", amount, deed.at.date()
    assert course.applied_on is not None  # noqa: S101 - nobody is approved who did not apply
    facts = found.play.standings.facts_of(deed.at.date(), [deed.line_id])[deed.line_id]
    late = course.word == "with_document"

    def day_of(approved_on: date) -> date:
        assert course.applied_on is not None  # noqa: S101 - as above
        return oracle.pay_day(deed.measure, course.applied_on, approved_on, facts, late=late)

    today = deed.at.date()
    course.pay_on = day_of(today)
    if course.pay_on == today and deed.at.time() >= _PAID_AT:
        # On a day of a table its run is out already: it is paid as if approved on the day after.
        tomorrow = today + timedelta(days=1)
        course.pay_on = day_of(tomorrow) if day_of(tomorrow) > tomorrow else today


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
    if attempts != list(range(1, course.corrections + 2)):
        # Money that came back in the very last days is still being put right.
        found.differs(
            line_id, measure, "attempts to pay", course.corrections + 1, attempts or "none"
        )
        return
    paid = [payment for payment in payments if payment.state == "paid"]
    if len(paid) > 1:
        found.differs(line_id, measure, "payments", 1, len(paid))
    if any(payment.amount != course.amount for payment in payments):
        amounts = sorted({payment.amount for payment in payments})
        found.differs(line_id, measure, "amount", course.amount, amounts)
    if (course.state == "returned") != (not paid):
        found.differs(line_id, measure, "payment", course.state, payments[-1].state)
    _day(found, measure, line_id, course, payments[0])
    _accounts(found, measure, line_id, payments)
    _top_ups(found, measure, line_id, course, paid, extra)


def _day(found: Found, measure: str, line_id: str, course: Course, payment: Booked) -> None:
    """The first payment stands in a run that was due on the day that the oracle says."""
    prefix = payment.message_id[:16]
    days = [run.due_on for run in found.runs if prefix_of(run) == prefix]
    if days != [course.pay_on]:
        found.differs(line_id, measure, "day of payment", course.pay_on, days)


def _accounts(found: Found, measure: str, line_id: str, payments: Sequence[Booked]) -> None:
    """Every payment went to an account of whom the line belongs to."""
    accounts = found.play.accounts
    customer = found.play.world.customer_of(line_id)
    own = {accounts.number(customer, turn) for turn in (0, 1)}
    for payment in payments:
        if (payment.bank_code, payment.number) not in own:
            found.differs(line_id, measure, "account", "their own", "another one")


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
        expected = max(0, now.get(line_id, _NOBODY)[1] - course.amount)
    if added != expected:
        found.differs(line_id, measure, "top-up", expected, added)
