"""Everything that is due for a customer, gathered in a handful of statements.

One for each programme that is served, for any number of lines and measures; it tells whether
there are claims, choices or coupons, and which runs there were. For what there is it takes one
more each: for claims, for choices with coupons, for what runs have brought. Which programmes are
served is remembered; each statement tells whether that still holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime

from django.utils.translation import override

from makegood.dues.cards import Gathered, cards_of
from makegood.dues.fact_words import facts_told
from makegood.dues.lone import line_name, lone_claims
from makegood.dues.placing import Place, gathered_by_place
from makegood.dues.reckoning import penalty_measures
from makegood.dues.telling import Telling
from makegood.dues.values import Card, Dues, LineDues
from makegood.kernel import MakegoodError
from makegood.redress.choices import HAVE_CHOSEN
from makegood.redress.claims import (
    HAVE_CLAIMS,
    HAVE_CLAIMS_ELSEWHERE,
    Claim,
    ClaimState,
    claims_elsewhere,
    claims_of_lines,
)
from makegood.redress.serving import (
    CustomerStanding,
    LineStanding,
    Whose,
    first_holders,
    lines_of,
    owner_of,
    served_programmes,
    standings_of_customer,
)
from makegood.runs import STAMP
from makegood.trust.clock import now

_BESIDES = (HAVE_CLAIMS, HAVE_CLAIMS_ELSEWHERE, HAVE_CHOSEN, STAMP)
_OF_CLAIMS = (0, 1)


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
    ahead: CustomerStanding | None = None,
) -> Dues:
    """What is due for each line of a customer, by the programmes in force, as cards.

    By all that are served, or by one; of all lines, or of some of them: others than the customer's
    are left out. ``number`` of a line is its place among all of them. ``ahead`` is what
    ``dues_ahead`` read of this very customer. Raises MakegoodError MG632, MG830 for a programme
    that is named and not in force, or not served.
    """
    found = _standings(customer_id, programme, ahead)
    everything = _all_lines(found)
    chosen = [line for line in everything if lines is None or line in lines]
    standings = {
        (each.programme.identifier, each.line_id): each
        for one in found
        for each in one.standings
        if each.line_id in chosen
    }
    # What belongs to no card is told beside all of them.
    is_whole = programme is None and lines is None
    theirs = _asked_lines(found) if found else lines_of(customer_id)
    claims, before = _claims_of(customer_id, found, theirs if is_whole else chosen, theirs)
    gathered = gathered_by_place(customer_id, standings, found, claims, before)
    programmes = {each.programme.identifier: each.programme for each in standings.values()}
    at = now()
    numbers = {line: number for number, line in enumerate(everything, start=1)}
    with override(language):
        told = tuple(
            _line(line, numbers[line], standings, gathered, language, at) for line in chosen
        )
    return Dues(
        customer_id=customer_id,
        language=language,
        programmes=tuple(programmes[name] for name in sorted(programmes)),
        standings=standings,
        lines=told,
        alone=lone_claims(_alone(claims, standings), theirs, language) if is_whole else (),
        is_known=bool(found),
    )


def dues_ahead(whose: Whose) -> CustomerStanding | None:
    """What ``dues_of`` asks first, read by the statement that finds the customer.

    None where it is not known yet which programmes are served, or they are served no more.
    """
    names = _served.names
    if not names:
        return None
    try:
        return standings_of_customer(names[0], whose, besides=_BESIDES)
    except MakegoodError:
        return None


def _standings(
    customer_id: str, programme: str | None, ahead: CustomerStanding | None
) -> list[CustomerStanding]:
    """By programme what is due; what was served the last time is asked for first."""
    if programme is not None:
        return [standings_of_customer(programme, customer_id, besides=_BESIDES)]
    names = _served.names
    if names:
        try:
            return _standings_of(names, customer_id, ahead)
        except MakegoodError:
            # What was served is served no more, as after a restore: it is looked at anew.
            _served.names = ()
    return _standings_of(served_programmes(), customer_id)


def _standings_of(
    names: Sequence[str], customer_id: str, ahead: CustomerStanding | None = None
) -> list[CustomerStanding]:
    """By these programmes, and by all others that their statements say are served by now."""
    done: dict[str, CustomerStanding] = {} if ahead is None else {ahead.programme: ahead}
    while names:
        for name in names:
            if name in done:
                continue
            done[name] = standings_of_customer(name, customer_id, besides=_BESIDES)
        served = {name for one in done.values() for name in one.served}
        names = sorted(served - set(done))
    _served.names = tuple(sorted(done))
    return [done[name] for name in sorted(done)]


def _all_lines(found: Sequence[CustomerStanding]) -> list[str]:
    """The customer's lines that are known anywhere, in order."""
    known = {each.line_id for one in found for each in one.standings}
    named = _asked_lines(found)
    # A customer whom no line is named for is its own line, where there is such a line.
    return sorted(known) if len(named) == 1 else named


def _asked_lines(found: Sequence[CustomerStanding]) -> list[str]:
    """All that were asked for, whether a programme is about them or not, in order."""
    return sorted({line for one in found for line in one.lines})


def _claims_of(
    customer_id: str,
    found: Sequence[CustomerStanding],
    lines: Sequence[str],
    theirs: Sequence[str],
) -> tuple[list[Claim], list[Claim]]:
    """The customer's own claims: those of these lines, and those of lines that are theirs no more.

    Beside them those of these lines that whoever held them before has made. ``theirs`` are all
    their lines. Nothing is asked where the first statement told that there are none; where nothing
    is served there was no such statement.
    """
    have, have_elsewhere = (
        not found or any(one.told[place] for one in found) for place in _OF_CLAIMS
    )
    claims = claims_of_lines(lines) if have else []
    own, before, firsts = list[Claim](), list[Claim](), first_holders(found)
    for claim in claims:
        owner = owner_of(claim, firsts.get(claim.line_id))
        (own if owner == customer_id else before).append(claim)
    if have_elsewhere:
        own += claims_elsewhere(customer_id, theirs)
    return own, before


def _alone(claims: Sequence[Claim], standings: Mapping[Place, LineStanding]) -> list[Claim]:
    """Those of which no card tells; what was withdrawn is over for good."""
    return [
        claim
        for claim in claims
        if claim.state is not ClaimState.WITHDRAWN and not _has_card(claim, standings)
    ]


def _has_card(claim: Claim, standings: Mapping[Place, LineStanding]) -> bool:
    standing = standings.get((claim.programme, claim.line_id))
    return standing is not None and claim.measure in standing.programme.measures


def _line(
    line_id: str,
    number: int,
    standings: Mapping[Place, LineStanding],
    gathered: Mapping[Place, Gathered],
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
        with nullcontext() if telling.language == language else override(telling.language):
            cards += cards_of(standing, gathered[place], telling)
        facts |= dict(facts_told(standing, telling.language))
        for each in penalty_measures(standing.programme):
            penalties.append((place[0], each.name))
            has_ended |= standing.values.get(str(each.section.by_day)) is not None
    cards.sort(key=lambda card: card.is_aside)
    return LineDues(
        line_id=line_id,
        number=number,
        name_of_line=line_name(number),
        cards=tuple(cards),
        facts=tuple(facts.items()),
        penalty_of=tuple(penalties),
        has_ended=has_ended,
    )
