"""Instants and amounts as people read them in tables; JSON has ISO 8601 and minor units."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from makegood.kernel import Currency


def local_minute(at: datetime, zone: tzinfo | None = None) -> str:
    """An instant with the name of its zone, the installation's if none is given.

    As ``2026-09-01 00:05 KST``; a zone without a name is told by its offset.
    """
    return _local(at, zone).strftime("%Y-%m-%d %H:%M %Z")


def local_second(at: datetime, zone: tzinfo | None = None) -> str:
    """The same to the second: ``2026-09-01 00:05:00 KST``."""
    return _local(at, zone).strftime("%Y-%m-%d %H:%M:%S %Z")


def local_iso(at: datetime, zone: tzinfo | None = None) -> str:
    """The same for programs, with its offset: ``2026-09-01T00:05:00+09:00``."""
    return _local(at, zone).isoformat()


def zone_of(programme: str) -> ZoneInfo:
    """The zone of a programme's customers; the installation's where its text cannot be read now.

    Asks the store, which must be open.
    """
    from zoneinfo import ZoneInfo

    from makegood.configuration import Settings
    from makegood.kernel import MakegoodError
    from makegood.redress.serving import programme_in_force

    try:
        return ZoneInfo(programme_in_force(programme).section.time_zone)
    except MakegoodError:
        return Settings.load().zone


def change_text(currency: Currency, amount: int) -> str:
    """What an amount changed by, with its sign: ``+1,000`` or ``-12.50``."""
    return f"{'' if amount < 0 else '+'}{currency.plain(amount)}"


def _local(at: datetime, zone: tzinfo | None) -> datetime:
    from makegood.configuration import Settings

    return at.astimezone(zone or Settings.load().zone)
