"""What a programme's calendar names and no run brings: windows, offers, the end of it all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from makegood.programmes import Action, ActionKind, Programme, calendar, phrase
from makegood.runs.kinds import RunKind
from makegood.runs.planning.due import Due, closes_at, due, last_due
from makegood.runs.planning.forecast import by_way

if TYPE_CHECKING:
    from makegood.decisions import Decisions

LATE_OPENS, CLOSES = "late_opens", "closes"
"""Entries that the file's own calendar leaves unsaid: the late way in, the end of the programme."""

# What a run brings stands in the plan as that run, at the very minute at which it is due.
_BROUGHT_BY_RUNS = frozenset(
    {
        ActionKind.REMINDER,
        ActionKind.PAY_OUT,
        ActionKind.BILL,
        ActionKind.GRANT,
        ActionKind.UPLIFT_STARTS,
        ActionKind.UPLIFT_ENDS,
        ActionKind.COVER_ENROLS,
    }
)
_AT_THE_END = frozenset(
    {ActionKind.BASE_FROZEN.value, ActionKind.OFFER_ENDS.value, ActionKind.COVER_ENDS.value, CLOSES}
)
_TO_ALL_GRANTED = frozenset(
    {
        ActionKind.CHOICE_OPENS.value,
        ActionKind.PASSES_GIVEN.value,
        ActionKind.OFFERS_OPEN.value,
        ActionKind.OFFER_OPENS.value,
    }
)
_WAYS = {ActionKind.CLAIM_OPENS.value: "on_application", LATE_OPENS: "with_document"}


@dataclass(frozen=True, slots=True)
class Dated:
    """What happens by itself. ``at`` is in the programme's zone; of a whole day its start.

    ``words`` say it in the programme's languages; ``measure`` is empty for the whole programme.
    ``heads`` and ``amount`` (minor units) are those who may come; None where nothing says them, and
    where ``is_counted`` is off none are meant.
    """

    at: datetime
    kind: str
    measure: str
    words: Mapping[str, str]
    is_whole_day: bool
    is_counted: bool = False
    heads: int | None = None
    amount: int | None = None

    @property
    def is_at_end(self) -> bool:
        """Whether a whole day's entry is about the end of that day."""
        return self.is_whole_day and self.kind in _AT_THE_END


def dates(
    programme: Programme, decisions: Decisions | None, until: datetime | None = None
) -> list[Dated]:
    """What happens without a run, all of it or up to and including an instant, in no order.

    Heads as ``decisions`` say them: of the look-up all lines, of a window who may apply in it, of
    a choice or an offer who may take it.
    """
    found = (*_of_file(programme), *_late(programme), *_closing(programme))
    return [
        _counted(programme, each, decisions) for each in found if until is None or each.at <= until
    ]


def undated(programme: Programme) -> list[str]:
    """Measures of which the file names no day yet, such as a choice whose options come later."""
    named = {action.measure for action in calendar(programme)}
    return [name for name in programme.measures if name not in named]


def _of_file(programme: Programme) -> Iterator[Dated]:
    sent = {(each.due_at, each.measure) for each in _notices(programme)}
    for action in calendar(programme):
        is_sent = action.kind is ActionKind.NOTICE and (action.at, action.measure) in sent
        if action.kind not in _BROUGHT_BY_RUNS and not is_sent:
            yield _of_action(action, ZoneInfo(programme.section.time_zone))


def _notices(programme: Programme) -> Iterator[Due]:
    """Notices that are sent; one that only stands on the page needs no run."""
    last = last_due(programme)
    for each in due(programme, last) if last else ():
        if each.kind is RunKind.NOTICE:
            yield each


def _of_action(action: Action, zone: ZoneInfo) -> Dated:
    if isinstance(action.at, datetime):
        at, is_whole_day = action.at, False
    else:
        at, is_whole_day = _start(action.at, zone), True
    return Dated(at, action.kind.value, action.measure, action.words, is_whole_day)


def _late(programme: Programme) -> Iterator[Dated]:
    """The late way in: from the closing of the window on, and no file says until when."""
    for measure in programme.measures.values():
        late, closing = measure.section.late, closes_at(programme, measure)
        if late is None or closing is None:
            continue
        words = {
            language: phrase(
                language,
                "timetable.late_opens",
                because=late.because[language],
                document=late.document[language],
            )
            for language in programme.languages
        }
        yield Dated(closing, LATE_OPENS, measure.name, words, is_whole_day=False)


def _closing(programme: Programme) -> Iterator[Dated]:
    """The day after which nothing is due any more, and what goes on all the same."""
    last, zone = last_due(programme), ZoneInfo(programme.section.time_zone)
    if last is None:
        return
    words = {language: _closing_words(programme, language) for language in programme.languages}
    # Coupons are handed out to the end of a slot, which no entry is about.
    discounts = [measure.section.discount for measure in programme.measures.values()]
    slots = [last for each in discounts if each for _, last in each.windows]
    day = max([last.astimezone(zone).date(), *slots])
    yield Dated(_start(day, zone), CLOSES, "", words, is_whole_day=True)


def _closing_words(programme: Programme, language: str) -> str:
    endless = [
        phrase(language, f"timetable.{key}", measure=measure.section.title[language])
        for measure in programme.measures.values()
        for key, goes_on in (
            ("applications", measure.section.claim and not measure.section.claim.until),
            ("late_applications", measure.section.late),
        )
        if goes_on
    ]
    if not endless:
        return phrase(language, "timetable.closes")
    return phrase(language, "timetable.closes_but", what=", ".join(endless))


def _counted(programme: Programme, entry: Dated, decisions: Decisions | None) -> Dated:
    """The entry with its heads and money, where any are meant and decisions say them."""
    way = _WAYS.get(entry.kind)
    is_for_all = entry.kind == ActionKind.LOOK_UP_OPENS.value
    if not (is_for_all or way or entry.kind in _TO_ALL_GRANTED):
        return entry
    is_money = bool(way) and programme.measures[entry.measure].section.amount is not None
    if decisions is None:
        return replace(entry, is_counted=True, amount=None if is_money else 0)
    if is_for_all:
        return replace(entry, is_counted=True, heads=decisions.rows, amount=0)
    lines, amounts = by_way(decisions.measures[entry.measure])
    heads = sum(lines.values()) if way is None else lines.get(way, 0)
    amount = amounts.get(way, 0) if way else 0
    return replace(entry, is_counted=True, heads=heads, amount=amount)


def _start(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)
