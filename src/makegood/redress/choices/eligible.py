"""Whether a line may choose or take something now: granted, in time, through an open channel."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from makegood.redress.choices.problems import no_such, not_open
from makegood.redress.serving import LineStanding, decision_of
from makegood.trust.clock import now

if TYPE_CHECKING:
    from makegood.programmes import Measure, Programme

CHANNELS = ("web", "call_centre", "shop")


def measure_named(programme: Programme, name: str) -> Measure:
    """The measure of this name. Raises MakegoodError MG837."""
    found = programme.measures.get(name)
    if found is None:
        raise no_such("measure", name, list(programme.measures))
    return found


def local_now(programme: Programme) -> datetime:
    """The present moment on the programme's own clock, without a zone as the file writes it."""
    return now().astimezone(ZoneInfo(programme.section.time_zone)).replace(tzinfo=None)


def expect_open(programme: Programme, since: datetime | None, until: datetime | None) -> None:
    """Raises MakegoodError MG838 before ``since`` and from ``until`` on."""
    moment = local_now(programme)
    if since is not None and moment < since:
        raise not_open("choosing has not opened yet", f"it opens on {_text(since)}")
    if until is not None and moment >= until:
        raise not_open("choosing is over", f"it closed on {_text(until)}")


def expect_day(programme: Programme, since: date, until: date) -> None:
    """Raises MakegoodError MG838 where today is not one of these days, both included."""
    today = local_now(programme).date()
    if not since <= today <= until:
        hint = f"it is given from {since} to {until}"
        raise not_open("this offer is not given today", hint)


def expect_through(measure: Measure, through: str) -> None:
    """Raises MakegoodError MG838 for a channel that this measure does not take."""
    claim = measure.section.claim
    known = [str(channel) for channel in claim.through] if claim else list(CHANNELS)
    if through not in known:
        raise not_open(f"nothing comes in through '{through}' here", f"one of {', '.join(known)}")


def granted_standing(programme_name: str, measure: str, line_id: str) -> LineStanding:
    """The line's standing, where this measure is granted to it.

    Raises MakegoodError MG838 where it is not; and as ``decision_of``.
    """
    standing = decision_of(programme_name, line_id)
    decision = standing.of(measure)
    if decision.meaning.way is None:
        hint = "'makegood quote show LINE' says why, in words"
        raise not_open(f"'{measure}' is not granted: {decision.meaning.label}", hint)
    return standing


def _text(moment: datetime) -> str:
    return moment.isoformat(" ", timespec="minutes")
