"""The start page: what happened, what everybody gets, by when; from the programme's file alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from makegood.dues.announced import AnnouncedMeasure, Announcement, Deadline, Said
from makegood.dues.reckoning import penalty_window
from makegood.dues.telling import Telling
from makegood.programmes import Measure, Programme, promised


def announcement(programme: Programme, language: str, at: datetime) -> Announcement:
    """The programme as it is announced, at an instant: deadlines that are over say so.

    In the language, or in the programme's leading one where it does not speak it. Deadlines come in
    the order of time, those that are over last.
    """
    telling = Telling.of(programme, language, at)
    section, spoken = programme.section, telling.language
    with override(spoken):
        deadlines = sorted(_deadlines(telling), key=lambda each: (each.is_over, each.at))
        opens = section.look_up_from
        return Announcement(
            programme=programme.identifier,
            title=section.title[spoken],
            operator=section.operator[spoken],
            language=spoken,
            happened=section.summary[spoken],
            look_up_text=telling.moment(opens) if opens else "",
            look_up_is_open=opens is None or telling.local >= opens,
            sections=tuple(_measure(telling, each) for each in programme.measures.values()),
            deadlines=tuple(deadlines),
            ways=_ways(telling),
            phone=section.centre.phone if section.centre else "",
            hours=section.centre.hours[spoken] if section.centre else "",
        )


def _measure(telling: Telling, measure: Measure) -> AnnouncedMeasure:
    section = measure.section
    return AnnouncedMeasure(
        measure=measure.name,
        title=section.title[telling.language],
        promise=section.promise[telling.language],
        deadlines=tuple(_deadlines_of(telling, measure)),
        lines=tuple(
            Said(words, below)
            for words, below in promised(telling.programme, measure.name, telling.language)
        ),
    )


def _deadlines(telling: Telling) -> Iterator[Deadline]:
    """Those of all measures, each with its measure's title before it."""
    for measure in telling.programme.measures.values():
        title = measure.section.title[telling.language]
        for each in _deadlines_of(telling, measure, with_later=False):
            yield replace(each, words=f"{title}: {each.words}")


def _deadlines_of(
    telling: Telling, measure: Measure, *, with_later: bool = True
) -> Iterator[Deadline]:
    """``with_later``: those too of offers that cannot be taken yet."""
    ends = [*_ends(telling, measure), *_offers(telling, measure, with_later=with_later)]
    for words, end in ends:
        yield Deadline(words, _last_moment(telling, end), telling.local >= end, end)


def _ends(telling: Telling, measure: Measure) -> Iterator[tuple[str, datetime]]:
    """What ends when, on the programme's own clock: each the first instant that is too late."""
    section = measure.section
    if section.by_day:
        fact = telling.programme.section.facts[section.by_day].label[telling.language]
        _first, last = penalty_window(measure)
        if last is not None:
            yield _("Last %(fact)s") % {"fact": fact}, _after(last)
    if section.claim and section.claim.until:
        yield _("Apply"), section.claim.until
    choice = section.choice
    if choice and choice.choose_until:
        yield _("Choose"), choice.choose_until


def _offers(
    telling: Telling, measure: Measure, *, with_later: bool
) -> Iterator[tuple[str, datetime]]:
    """Until when the coupons of a measure can be taken; with their first day before it has come."""
    discount = measure.section.discount
    for offer in discount.offers if discount else ():
        said = {"partner": offer.partner[telling.language], "first": telling.day(offer.since)}
        if offer.since <= telling.today:
            yield _("Take the coupon of %(partner)s") % said, _after(offer.until)
        elif with_later:
            words = _("Take the coupon of %(partner)s, from %(first)s on")
            yield words % said, _after(offer.until)


def _after(day: date) -> datetime:
    """The midnight with which a day ends."""
    return datetime.combine(day, time()) + timedelta(days=1)


def _last_moment(telling: Telling, end: datetime) -> str:
    """Until when, in words: a whole day where it ends with the day."""
    if end.time() == time():
        return telling.day(end.date() - timedelta(days=1))
    return telling.moment(end)


def _ways(telling: Telling) -> tuple[str, ...]:
    """How one applies for anything of the programme, in words, each once."""
    found: dict[str, None] = {}
    for measure in telling.programme.measures.values():
        found |= dict.fromkeys(telling.ways(measure))
    return tuple(found)
