"""Everything that is due for a customer, gathered in a handful of statements.

One for each programme that is served, for any number of lines and measures; it tells whether
there are claims, choices or coupons, and which runs there were. For what there is it takes one
more each: for claims, for choices with coupons, for what runs have brought. Which programmes are
served is remembered; each statement tells whether that still holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from makegood.dues.cards import Gathered, cards_of
from makegood.dues.reckoning import penalty_measures
from makegood.dues.telling import Telling
from makegood.dues.values import Card, Dues, LineDues
from makegood.kernel import MakegoodError
from makegood.programmes import fact_text
from makegood.redress.choices import HAVE_CHOSEN, Choice, Coupon, choices_and_coupons
from makegood.redress.claims import HAVE_CLAIMS, Claim, claims_of_lines
from makegood.redress.serving import (
    CustomerStanding,
    LineStanding,
    served_programmes,
    standings_of_customer,
)
from makegood.runs import STAMP, Arrived, RunKind, arrivals_of
from makegood.trust.clock import now

_T = TypeVar("_T")
_Place: TypeAlias = tuple[str, str]
"""A programme and a line."""
_ByMeasure: TypeAlias = defaultdict[_Place, defaultdict[str, list[_T]]]
"""By programme and line, and then by measure."""

# Payments of claims stand in the claims themselves; messages are not owed to a line.
_NOT_TOLD = (RunKind.NOTICE, RunKind.REMINDER, RunKind.PAY_OUT)
_BESIDES = (HAVE_CLAIMS, HAVE_CHOSEN, STAMP)


class _Served:
    """The programmes that were served the last time; any thread reads or replaces them whole."""

    names: tuple[str, ...] = ()


_served = _Served()


def dues_of(
    customer_id: str,
    language: str,
    *,
    programme: str | None = None,
    lines: Sequence[str] | None = None,
) -> Dues:
    """What is due for each line of a customer, by the programmes in force, as cards.

    By all that are served, or by one; of all lines, or of some of them: others than the customer's
    are left out. ``number`` of a line is its place among all of them. Raises MakegoodError MG632,
    MG830 for a programme that is named and not in force, or not served.
    """
    found = _standings(customer_id, programme)
    everything = _all_lines(found)
    chosen = [line for line in everything if lines is None or line in lines]
    standings = {
        (each.programme.identifier, each.line_id): each
        for one in found
        for each in one.standings
        if each.line_id in chosen
    }
    gathered = _gathered(customer_id, standings, found)
    programmes = {each.programme.identifier: each.programme for each in standings.values()}
    at = now()
    numbers = {line: number for number, line in enumerate(everything, start=1)}
    return Dues(
        customer_id=customer_id,
        language=language,
        programmes=tuple(programmes[name] for name in sorted(programmes)),
        standings=standings,
        lines=tuple(
            _line(line, numbers[line], standings, gathered, language, at) for line in chosen
        ),
    )


def _standings(customer_id: str, programme: str | None) -> list[CustomerStanding]:
    """By programme what is due; what was served the last time is asked for first."""
    if programme is not None:
        return [standings_of_customer(programme, customer_id, besides=_BESIDES)]
    names = _served.names
    if names:
        try:
            return _standings_of(names, customer_id)
        except MakegoodError:
            # What was served is served no more, as after a restore: it is looked at anew.
            _served.names = ()
    return _standings_of(served_programmes(), customer_id)


def _standings_of(names: Sequence[str], customer_id: str) -> list[CustomerStanding]:
    """By these programmes, and by all others that their statements say are served by now."""
    done: dict[str, CustomerStanding] = {}
    while names:
        for name in names:
            done[name] = standings_of_customer(name, customer_id, besides=_BESIDES)
        served = {name for one in done.values() for name in one.served}
        names = sorted(served - set(done))
    _served.names = tuple(sorted(done))
    return [done[name] for name in sorted(done)]


def _all_lines(found: Sequence[CustomerStanding]) -> list[str]:
    """The customer's lines that are known anywhere, in order."""
    known = {each.line_id for one in found for each in one.standings}
    named = {line for one in found for line in one.lines}
    # A customer whom no line is named for is its own line, where there is such a line.
    return sorted(known if len(named) == 1 else named)


def _gathered(
    customer_id: str,
    standings: Mapping[_Place, LineStanding],
    found: Sequence[CustomerStanding],
) -> dict[_Place, Gathered]:
    """Claims, choices, coupons and what runs have brought, by programme and line.

    Claims, choices and coupons of whoever had the line before are theirs, and are not shown.
    """
    if not standings:
        return {}
    lines = sorted({line for _, line in standings})
    programmes = sorted({name for name, _ in standings})
    have_claims, have_chosen, stamps = zip(*(one.told for one in found), strict=True)
    claims: _ByMeasure[Claim] = defaultdict(lambda: defaultdict(list))
    for claim in claims_of_lines(lines) if any(have_claims) else ():
        if claim.is_of(customer_id):
            claims[claim.programme, claim.line_id][claim.measure].append(claim)
    chosen, taken = choices_and_coupons(lines) if any(have_chosen) else ((), ())
    choices: defaultdict[_Place, dict[str, Choice]] = defaultdict(dict)
    for choice in chosen:
        if choice.is_of(customer_id):
            choices[choice.programme, choice.line_id][choice.measure] = choice
    coupons: defaultdict[_Place, defaultdict[str, dict[int, Coupon]]]
    coupons = defaultdict(lambda: defaultdict(dict))
    for coupon in taken:
        if coupon.is_of(customer_id):
            coupons[coupon.programme, coupon.line_id][coupon.measure][coupon.offer] = coupon
    # One statement told the runs of one programme.
    stamp = str(stamps[0]) if programmes == [one.programme for one in found] else ""
    brought = arrivals_of(settings.INSTALLATION, programmes, lines, without=_NOT_TOLD, stamp=stamp)
    items: _ByMeasure[Arrived] = defaultdict(lambda: defaultdict(list))
    for item in brought.items:
        items[item.programme, item.line_id][item.measure].append(item)
    return {
        place: Gathered(
            claims[place], choices[place], coupons[place], items[place], brought.families
        )
        for place in standings
    }


def _line(
    line_id: str,
    number: int,
    standings: Mapping[_Place, LineStanding],
    gathered: Mapping[_Place, Gathered],
    language: str,
    at: datetime,
) -> LineDues:
    cards: list[Card] = []
    facts: dict[str, str] = {}
    penalties: list[tuple[str, str]] = []
    has_ended = False
    for place in sorted(place for place in standings if place[1] == line_id):
        standing = standings[place]
        telling = Telling.of(standing.programme, language, at)
        with override(telling.language):
            cards += cards_of(standing, gathered[place], telling)
        facts |= dict(facts_told(standing, telling.language))
        for each in penalty_measures(standing.programme):
            penalties.append((place[0], each.name))
            has_ended |= standing.values.get(str(each.section.by_day)) is not None
    with override(language):
        name = _("Line %(number)s") % {"number": number}
    cards.sort(key=lambda card: card.is_aside)
    return LineDues(
        line_id=line_id,
        number=number,
        name_of_line=name,
        cards=tuple(cards),
        facts=tuple(facts.items()),
        penalty_of=tuple(penalties),
        has_ended=has_ended,
    )


def facts_told(standing: LineStanding, language: str) -> list[tuple[str, str]]:
    """What is known of a line, by label and value in words; what a line has not is left out."""
    section = standing.programme.section.facts
    return [
        (section[name].label[language], fact_text(standing.programme, name, value, language))
        for name in standing.programme.facts
        if (value := standing.values.get(name)) is not None
    ]
