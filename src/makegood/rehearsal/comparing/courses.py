"""The course of an application by the oracle: deed by deed, to where it must end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from makegood.rehearsal.comparing.found import Found
from makegood.rehearsal.story import Deed

NOBODY = ("not_in_scope", 0)
_PAID_AT = time(9, 0)
_IN_SCOPE = ("on_application", "with_document")
_GRANTED = ("automatic", *_IN_SCOPE)
_LATE = ("with_document", "undetermined")
_OWN = ("own", "second")


@dataclass(slots=True)
class Course:
    """Where an application must end.

    ``state`` is a word of claims, or ``none``. ``amount`` is what is due, ``pay_on`` the day of the
    first payment; ``accounts`` are those that its payments go to, one after the other. ``shown`` is
    the most that the customer was shown.
    """

    state: str = "none"
    applied_on: date | None = None
    approved_on: date | None = None
    account: str = "own"
    word: str = ""
    late: bool = False
    amount: int = 0
    shown: int = 0
    pay_on: date | None = None
    accounts: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


Words = Mapping[tuple[date, bool], Mapping[str, tuple[str, int]]]


def words_of(found: Found, measure: str, lines: set[str]) -> Words:
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
    return words[max(known), amended].get(deed.line_id, NOBODY)


def course_of(found: Found, measure: str, line_id: str, words: Words) -> Course:
    """Where the deeds about a line must have led."""
    course = Course()
    for deed in found.play.story.of(measure, line_id):
        _step(found, course, deed, _stood(found, words, deed))
    return course


def _step(found: Found, course: Course, deed: Deed, stood: tuple[str, int]) -> None:
    """One deed more, by what was announced."""
    word, amount = stood
    match deed.what:
        case "looked_up" if word in _GRANTED:
            course.shown = max(course.shown, amount)
        case "applied":
            _apply(found, course, deed, word)
        case "account":
            course.account = deed.detail
            _decide(found, course, deed, stood)
        case "corrected":
            course.account = deed.detail
            if course.state == "returned":
                course.accounts.append(deed.detail)
                course.state = "scheduled"
            else:
                _decide(found, course, deed, stood)
        case "objected" if course.state != "refused":
            course.wrong.append(f"it was objected to, and was {course.state}")
        case "objected":
            course.state = "objected"
        case "approved" | "upheld":
            was = "objected" if deed.what == "upheld" else "waiting"
            if course.state != was:
                course.wrong.append(f"persons approved it, and it was {course.state}")
            _approve(found, course, deed, int(deed.detail or amount))
        case "turned_down" | "not_upheld":
            course.state = "refused"
        case "withdrawn":
            course.state = "withdrawn"
        case "told_returned":
            course.state = "returned"
        case "refused":
            _turned_away(found, course, deed, word)


def _apply(found: Found, course: Course, deed: Deed, word: str) -> None:
    oracle = found.play.standings.oracle
    if not oracle.is_open(deed.measure, deed.at, late=word in _LATE):
        course.wrong.append(f"an application of {deed.at:%Y-%m-%d %H:%M} was taken")
    course.state, course.approved_on = "submitted", None
    course.applied_on, course.word, course.account = deed.at.date(), word, "own"
    course.late = word == "with_document" or not oracle.is_open(deed.measure, deed.at, late=False)


def _turned_away(found: Found, course: Course, deed: Deed, word: str) -> None:
    act, code = deed.detail.split()[:2]
    if code == "MG842":
        oracle = found.play.standings.oracle
        if oracle.is_open(deed.measure, deed.at, late=word in _LATE):
            course.wrong.append(f"it was turned away at {deed.at:%Y-%m-%d %H:%M}")
    elif act.startswith(("apply", "object", "correct")):
        course.wrong.append(f"it was turned away: {deed.detail}")


def _decide(found: Found, course: Course, deed: Deed, stood: tuple[str, int]) -> None:
    """What the program must make of an application by itself."""
    word, amount = stood
    course.word = word
    is_due = word == "undetermined" or (word in _IN_SCOPE and amount)
    if not is_due or not _is_taken(found, course, deed):
        course.state = "refused"
    elif word == "on_application" and course.account in _OWN:
        _approve(found, course, deed, amount)
    else:
        course.state = "waiting"


def _is_taken(found: Found, course: Course, deed: Deed) -> bool:
    """Whether the account that was given may be paid to: one's own, or another by a document."""
    if course.account != "guardian":
        return course.account in _OWN
    facts = found.play.standings.facts_of(deed.at.date(), [deed.line_id])[deed.line_id]
    return found.play.standings.oracle.other_name(deed.measure, facts)


def _approve(found: Found, course: Course, deed: Deed, amount: int) -> None:
    oracle = found.play.standings.oracle
    course.state, course.amount, course.approved_on = "scheduled", amount, deed.at.date()
    assert course.applied_on is not None  # noqa: S101 - nobody is approved who did not apply
    course.accounts = [course.account]
    facts = found.play.standings.facts_of(deed.at.date(), [deed.line_id])[deed.line_id]

    def day_of(approved_on: date) -> date:
        assert course.applied_on is not None  # noqa: S101 - as above
        return oracle.pay_day(deed.measure, course.applied_on, approved_on, facts, late=course.late)

    today = deed.at.date()
    course.pay_on = day_of(today)
    if course.pay_on == today and deed.at.time() >= _PAID_AT:
        # On a day of a table its run is out already: it is paid as if approved on the day after.
        tomorrow = today + timedelta(days=1)
        course.pay_on = day_of(tomorrow) if day_of(tomorrow) > tomorrow else today
