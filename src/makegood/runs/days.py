"""Days of runs: those of their programme's time zone, wherever the program itself stands."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from makegood.redress.serving import programme_in_force
from makegood.trust.clock import now


def today_of(settings: Settings, programme: str) -> date:
    """Today where a programme's customers are."""
    return day_of(settings, programme, now())


def day_of(settings: Settings, programme: str, instant: datetime) -> date:
    """The day of an instant where a programme's customers are.

    Where its text cannot be read now, the day where the installation is: answers are taken in, and
    runs given up, whatever becomes of the text.
    """
    try:
        zone = ZoneInfo(programme_in_force(programme).section.time_zone)
    except MakegoodError:
        zone = settings.zone
    return instant.astimezone(zone).date()
