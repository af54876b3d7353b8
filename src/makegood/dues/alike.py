"""Cards that are alike: what is the same for thousands of lines is put into words once a second.

Of what a line has not applied for, chosen or taken, its card says what the programme says, with the
decision's words and what has arrived. Such a card is a function of its key alone, and no name,
number or receipt is in it. It is kept for the second in which it was made, in which no window opens
or closes, and goes with the first page of another second.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from typing import TypeAlias

from makegood.dues.arriving import Families
from makegood.dues.telling import Telling
from makegood.dues.values import Card

Kept: TypeAlias = dict[Hashable, Card]
"""Cards by all that they depend on beside programme, language, second and planned runs."""

_Told: TypeAlias = tuple[str, str, datetime, Families]
_TOLD_MAX = 16
_told: dict[_Told, Kept] = {}


def alike(telling: Telling, families: Families) -> Kept:
    """Where cards are kept that are told so, at this second, with these runs planned."""
    second = telling.local.replace(microsecond=0)
    key = telling.programme.sha256, telling.language, second, families
    kept = _told.get(key)
    if kept is None:
        if any(told[2] != second for told in list(_told)) or len(_told) >= _TOLD_MAX:
            _told.clear()
        # Another thread may have come first: all go on with one.
        kept = _told.setdefault(key, {})
    return kept
