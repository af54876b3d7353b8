"""What goes wrong again and again is told once when it begins and once when it is over.

A round of work comes every few seconds, and finds the same trouble each time until somebody has
done something about it. So a trouble is a row while it lasts: whoever sees it first tells it, in
the log and where work is watched, and all other workers see that it was told. What changes its
words is another one. Now and then what lasts is told again. What merely happened once is none: it
is told once, and is a finding of the round that came upon it. Nothing here is ever personal:
troubles are findings, or the kind of a failure.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import psycopg
from django.db import Error, connection, transaction

from makegood.runs.rows import execute, select
from makegood.trust.access import Visitor, permit
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

_log = logging.getLogger("makegood.runs")

TOLD_AGAIN_AFTER = timedelta(hours=6)
_SEEN_AGAIN_AFTER = timedelta(seconds=30)
_OF_A_STEP_MAX = 500
_LETTERS_MAX = 1_000


class Step(StrEnum):
    """What was being done."""

    PLAN = "plan"
    CHECK = "check"
    RELEASE = "release"
    CLAIMS = "claims"
    TIDY = "tidy"
    SEND = "send"
    ANSWERS = "answers"
    ASK = "ask"
    TELL = "tell"
    CLOSE = "close"


# Most steps are tried every round. What is put off is seen again only when it is tried again, at
# most so much later; before that nobody knows whether it is over. The same where one try takes
# long: a worker beside the one that has it in hand finds nothing wrong meanwhile.
_OVER_AFTER: Mapping[Step, timedelta] = {
    Step.PLAN: timedelta(minutes=20),
    Step.CHECK: timedelta(minutes=20),
    Step.SEND: timedelta(minutes=20),
    Step.ASK: timedelta(minutes=20),
    Step.TELL: timedelta(minutes=20),
    Step.CLAIMS: timedelta(minutes=70),
}
_OVER_AFTER_ELSE = timedelta(minutes=3)

_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('makegood.troubles', 0))"
_KNOWN = """
SELECT step, words, since, seen_at, told_at FROM runs_trouble
WHERE step = ANY(%s) ORDER BY since, words
"""
_BEGIN = """
INSERT INTO runs_trouble (step, words, since, seen_at, told_at)
SELECT step, words, %(now)s, %(now)s, %(now)s
FROM unnest(%(steps)s::text[], %(words)s::text[]) AS given (step, words)
ON CONFLICT (step, words) DO NOTHING
"""
_SEEN = """
UPDATE runs_trouble AS trouble
SET seen_at = %(now)s, told_at = CASE WHEN told_at <= %(told)s THEN %(now)s ELSE told_at END
FROM unnest(%(steps)s::text[], %(words)s::text[]) AS given (step, words)
WHERE trouble.step = given.step AND trouble.words = given.words
"""
_END = """
DELETE FROM runs_trouble AS trouble
USING unnest(%(steps)s::text[], %(words)s::text[]) AS given (step, words)
WHERE trouble.step = given.step AND trouble.words = given.words
"""
_ALL = (
    "SELECT step, words, since, seen_at, told_at FROM runs_trouble ORDER BY since, words LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong while it lasts: where, in words, since when, seen last, told last."""

    step: Step
    words: str
    since: datetime
    seen_at: datetime
    told_at: datetime

    def is_over(self, instant: datetime) -> bool:
        """Whether it was not seen for so long that it is over."""
        return self.seen_at + _OVER_AFTER.get(self.step, _OVER_AFTER_ELSE) <= instant


@dataclass(slots=True)
class News:
    """What is told of a round: troubles that began, that last and are told again, that are over."""

    begun: list[str] = field(default_factory=list)
    lasting: list[Trouble] = field(default_factory=list)
    over: list[Trouble] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """The same in words."""
        lasting = [f"since {_minute(each.since)}: {each.words}" for each in self.lasting]
        return [*self.begun, *lasting, *(f"over: {each.words}" for each in self.over)]


def note(found: Mapping[Step, Sequence[str]]) -> News:
    """Note what went wrong in these steps just now; what of it is to be told.

    A step that is named without troubles went well. Safe in any number of processes at once: one
    of them is given each piece of news.
    """
    given = {
        (step, words[:_LETTERS_MAX])
        for step, troubles in found.items()
        for words in sorted(set(troubles))[:_OF_A_STEP_MAX]
    }
    steps = [step.value for step in found]
    # Mostly nothing is wrong, or what is wrong was told a moment ago: nobody waits for anybody.
    if not _differs(given, _known(steps)):
        return News()
    with transaction.atomic():
        execute(_ALONE)
        return _noted(given, _known(steps))


def list_troubles(visitor: Visitor, limit: int = 100) -> list[Trouble]:
    """What goes wrong now, the oldest first. Raises Refused MG770."""
    with transaction.atomic():
        permit(visitor, Act.READ_RUNS, Resource(ResourceKind.RUN), purpose=Purpose.OPERATION)
    return standing_troubles(limit)


def standing_troubles(limit: int = 100) -> list[Trouble]:
    """The same for whoever has asked the gate."""
    instant = now()
    found = [_trouble(row) for row in select(_ALL, [limit])]
    return [each for each in found if not each.is_over(instant)]


def report(found: Mapping[Step, Sequence[str]]) -> list[str]:
    """Note it, tell the log the news, and give it back in words.

    While the database is away this process remembers by itself what it has told.
    """
    try:
        news = note(found)
        _remembered.clear()
    except (Error, psycopg.Error):
        connection.close()
        news = _news_without_store(found)
    for words in news.lines:
        _log.warning("%s", words)
    return news.lines


def tell_once(words: str) -> None:
    """Tell the log what happened once: nothing lasts, and so it is never over either."""
    _log.warning("%s", words)


_remembered: set[str] = set()


def _news_without_store(found: Mapping[Step, Sequence[str]]) -> News:
    given = {words for troubles in found.values() for words in troubles}
    news = News(begun=sorted(given - _remembered))
    _remembered.update(given)
    return news


_Key = tuple[Step, str]


def _known(steps: Sequence[str]) -> dict[_Key, Trouble]:
    found = (_trouble(row) for row in select(_KNOWN, [list(steps)]))
    return {(each.step, each.words): each for each in found}


def _differs(given: set[_Key], known: Mapping[_Key, Trouble]) -> bool:
    """Whether anything is to be written: what is new, what is over, what was not seen lately."""
    instant = now()
    if given - known.keys():
        return True
    return any(
        each.seen_at + _SEEN_AGAIN_AFTER <= instant if key in given else each.is_over(instant)
        for key, each in known.items()
    )


def _noted(given: set[_Key], known: Mapping[_Key, Trouble]) -> News:
    instant, news = now(), News()
    begun = sorted(given - known.keys())
    over = [key for key, each in known.items() if key not in given and each.is_over(instant)]
    seen = [key for key in known if key in given]
    news.begun = list(dict.fromkeys(words for _, words in begun))
    news.lasting = [known[key] for key in seen if known[key].told_at + TOLD_AGAIN_AFTER <= instant]
    news.over = [known[key] for key in over]
    for statement, keys in ((_BEGIN, begun), (_SEEN, seen), (_END, over)):
        if keys:
            values = {
                "now": instant,
                "told": instant - TOLD_AGAIN_AFTER,
                "steps": [step.value for step, _ in keys],
                "words": [words for _, words in keys],
            }
            execute(statement, values)
    return news


def _trouble(row: Sequence[object]) -> Trouble:
    step, *rest = row
    return Trouble(Step(str(step)), *rest)  # type: ignore[arg-type] # the columns are of these types


def _minute(instant: datetime) -> str:
    return instant.isoformat(sep=" ", timespec="minutes")
