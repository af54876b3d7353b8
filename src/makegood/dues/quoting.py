"""What was shown is kept: a quote for each line, once for a version and a snapshot."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import TypeAlias

from makegood.dues.telling import spoken
from makegood.dues.values import Dues
from makegood.redress.quotes import give_quote, quoted_among
from makegood.trust.access import Visitor
from makegood.trust.policy import Purpose

_Shown: TypeAlias = tuple[str, str, str]
"""A line, and the hashes of version and snapshot by which it was shown."""

_KEPT = 100_000
_kept: OrderedDict[_Shown, None] = OrderedDict()
_lock = Lock()


def keep_quotes(
    visitor: Visitor,
    dues: Dues,
    through: str,
    *,
    purpose: str = Purpose.CUSTOMER_REQUEST,
    case: str = "",
) -> int:
    """Keep a quote for every line of which none was given yet as it is shown; how many were given.

    Once for a line, a version and a snapshot: the same facts by the same text promise the same. A
    process remembers what it has seen, so that showing it again asks nothing; else one statement
    for a programme tells which quotes there are. Two processes at once may both give one, and both
    say the same. Raises Refused MG770 and further as ``give_quote``.
    """
    given = 0
    for programme in dues.programmes:
        pin, name = dues.pins[programme.identifier], programme.identifier
        asked = [
            (line.line_id, pin.programme_sha256, pin.snapshot_sha256)
            for line in dues.lines
            if any(card.programme == name for card in line.cards)
        ]
        fresh = [shown for shown in asked if shown not in _kept]
        known = quoted_among(name, [shown[0] for shown in fresh]) if fresh else frozenset()
        language = spoken(programme, dues.language)
        for shown in fresh:
            if shown not in known:
                give_quote(visitor, name, shown[0], language, through, purpose=purpose, case=case)
                given += 1
        _remember(fresh)
    return given


def _remember(fresh: Sequence[_Shown]) -> None:
    with _lock:
        for shown in fresh:
            _kept[shown] = None
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
