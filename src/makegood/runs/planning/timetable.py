"""The whole calendar of a programme: its runs and what merely happens, with what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from makegood.programmes import phrase
from makegood.runs.kinds import RULES
from makegood.runs.planning.agenda import agenda
from makegood.runs.planning.dates import Dated, dates
from makegood.runs.planning.demanding import TOO_OLD, is_over
from makegood.runs.planning.due import due, last_due
from makegood.runs.planning.forecast import Expected, expected, undecided
from makegood.trust.clock import now

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.decisions import Decisions
    from makegood.programmes import Programme


class Stage(StrEnum):
    """Where an entry without a run stands. Closed: there are no others."""

    TO_COME = "to_come"
    OVER = "over"
    """A date that has been; no run belongs to it."""
    NOT_PLANNED = "not_planned"
    """Its instant has come: the next round of work plans it, or says what it waits for."""
    SKIPPED_LATE = "skipped_late"
    """A message that was due days before the programme was first published: it is never sent."""
    SKIPPED_CLOSED = "skipped_closed"
    """A reminder of applications that closed before it was planned: it is never sent."""

    @property
    def is_skipped(self) -> bool:
        """Whether it is due no more, and nothing will come of it."""
        return self in {Stage.SKIPPED_LATE, Stage.SKIPPED_CLOSED}

    def text(self, language: str) -> str:
        """What it is called, with the reason where it was skipped."""
        return phrase(language, f"timetable.{self.value}", days=TOO_OLD.days)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """An entry of the calendar. ``at`` is in the programme's zone; of a whole day its start.

    ``kind`` is that of a run, or of a date: an ``ActionKind``, ``late_opens``, ``closes``.
    ``heads`` and ``amount`` (minor units) are None where nothing says them, and where
    ``is_counted`` is off none are meant; ``at_most`` where it also depends on who applies, chooses
    or takes. ``due`` is what a run is planned from, None for a date. ``stage`` is None for a run
    that was planned, whose own state says more, and where a file alone is read.
    """

    at: datetime
    kind: str
    measure: str
    words: Mapping[str, str]
    is_whole_day: bool
    is_counted: bool
    heads: int | None
    amount: int | None
    at_most: bool
    stage: Stage | None
    due: Expected | None
    is_at_end: bool = False


def timetable(
    settings: Settings,
    programme: Programme,
    decisions: Decisions | None,
    until: datetime | None = None,
) -> list[CalendarEntry]:
    """Everything of a programme in force up to an instant, in the order of time.

    Without one all that the file names, and what never ends up to the end of this day. Every run
    that was planned is among it, cancelled ones too, but no follow-ups: they belong to their run.
    So is what waits now, whatever ``until`` says: claims to be paid out today, or what was upheld.
    """
    from makegood.publication import versions

    at = now()
    first = min(each.published_at for each in versions(programme.identifier))
    runs = [
        _of_run(programme, each, _stage_of_run(programme, each, first, at))
        for each in agenda(settings, programme, until or _last(programme, at), decisions)
    ]
    happen = [
        _of_date(each, Stage.OVER if _is_past(each, at) else Stage.TO_COME)
        for each in dates(programme, decisions, until)
    ]
    return _in_order((*runs, *happen))


def draft_timetable(
    programme: Programme, decisions: Decisions | None, until: datetime | None = None
) -> list[CalendarEntry]:
    """The same from a file alone: what would be due when, and nothing of what was done."""
    last = until or last_due(programme)
    entries = [
        expected(programme, decisions, each) if decisions else undecided(each)
        for each in (due(programme, last) if last else ())
    ]
    happen = dates(programme, decisions, until)
    return _in_order(
        [_of_run(programme, each, None) for each in entries]
        + [_of_date(each, None) for each in happen]
    )


def _last(programme: Programme, at: datetime) -> datetime:
    """The instant of the last run, or the end of this day where that is later."""
    zone = ZoneInfo(programme.section.time_zone)
    today = datetime.combine(at.astimezone(zone), time.max, zone)
    return max(today, last_due(programme) or today)


def _stage_of_run(
    programme: Programme, each: Expected, first_published_at: datetime, at: datetime
) -> Stage | None:
    if each.run is not None:
        return None
    if each.due.due_at > at:
        return Stage.TO_COME
    if not is_over(programme, each.due, first_published_at, at):
        return Stage.NOT_PLANNED
    was_early = each.due.due_at < first_published_at - TOO_OLD
    return Stage.SKIPPED_LATE if was_early else Stage.SKIPPED_CLOSED


def _of_run(programme: Programme, each: Expected, stage: Stage | None) -> CalendarEntry:
    is_skipped = stage is not None and stage.is_skipped
    return CalendarEntry(
        at=each.due.due_at.astimezone(ZoneInfo(programme.section.time_zone)),
        kind=each.due.kind.value,
        measure=each.due.measure,
        words=RULES[each.due.kind].words,
        is_whole_day=False,
        is_counted=not is_skipped,
        heads=None if is_skipped else each.heads,
        amount=None if is_skipped else each.amount,
        at_most=each.at_most and not is_skipped,
        stage=stage,
        due=each,
    )


def _of_date(each: Dated, stage: Stage | None) -> CalendarEntry:
    return CalendarEntry(
        at=each.at,
        kind=each.kind,
        measure=each.measure,
        words=each.words,
        is_whole_day=each.is_whole_day,
        is_counted=each.is_counted,
        heads=each.heads,
        amount=each.amount,
        # Who may apply, choose or take is known; who does is nobody's to say.
        at_most=each.is_counted,
        stage=stage,
        due=None,
        is_at_end=each.is_at_end,
    )


def _is_past(each: Dated, at: datetime) -> bool:
    """Whether a date has been; one about the end of a day is over when that day is."""
    if not each.is_at_end:
        return each.at <= at
    return datetime.combine(each.at.date(), time.max, each.at.tzinfo) <= at


def _in_order(entries: Iterable[CalendarEntry]) -> list[CalendarEntry]:
    """By day; within it whole days first, then times of day, and what ends with the day last."""
    return sorted(
        entries,
        key=lambda each: (
            each.at.date(),
            each.is_at_end,
            each.at,
            not each.is_whole_day,
            each.kind,
            each.measure,
        ),
    )
