"""Instants and amounts as people read them in tables; JSON has ISO 8601 and minor units."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from makegood.kernel import Currency


def local_minute(at: datetime) -> str:
    """An instant in the time zone of the settings: ``2026-09-01 00:05``."""
    return _local(at).strftime("%Y-%m-%d %H:%M")


def local_second(at: datetime) -> str:
    """The same to the second: ``2026-09-01 00:05:00``."""
    return _local(at).strftime("%Y-%m-%d %H:%M:%S")


def change_text(currency: Currency, amount: int) -> str:
    """What an amount changed by, with its sign: ``+1,000`` or ``-12.50``."""
    return f"{'' if amount < 0 else '+'}{currency.plain(amount)}"


def _local(at: datetime) -> datetime:
    from makegood.configuration import Settings

    return at.astimezone(Settings.load().zone)
