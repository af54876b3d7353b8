"""What was shown is kept: a quote for each line, once for a version and a snapshot."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from typing import TypeAlias
from uuid import UUID

from makegood.dues.telling import spoken
from makegood.dues.values import Dues
from makegood.programmes import Programme
from makegood.redress.quotes import give_quote_once, without
from makegood.redress.serving import LineStanding
from makegood.trust.access import Visitor
from makegood.trust.policy import Purpose

_Shown: TypeAlias = tuple[str, str, str, UUID | None, frozenset[str]]
"""A line, its customer, the version's hash and the served copy by which it was shown.

At the end the measures that were not told, as they were somebody else's: most often none.
"""

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

    Once for a line, its customer, a version and a snapshot; once more where a measure is theirs by
    now that was somebody else's. A process remembers what it has seen
    of a copy that is served, so that showing it again asks nothing. Raises Refused MG770 and
    further as ``give_quote_once``.
    """
    given = 0
    for programme, standing, others in _told(dues):
        whose = standing.line_id, standing.customer_id
        shown = *whose, programme.sha256, standing.generation, others
        if shown not in _kept:
            language = spoken(programme, dues.language)
            given += give_quote_once(
                visitor, standing, language, through, purpose=purpose, case=case
            )
            _remember(shown)
    return given


def _told(dues: Dues) -> Iterator[tuple[Programme, LineStanding, frozenset[str]]]:
    """What is told of each line by each programme, and which measures are left out as another's."""
    for programme in dues.programmes:
        name = programme.identifier
        for line in dues.lines:
            cards = [card for card in line.cards if card.programme == name]
            if not cards:
                continue
            standing = dues.standings[name, line.line_id]
            others = frozenset(card.measure for card in cards if card.is_claimed_before)
            yield programme, without(standing, others), others


def _remember(shown: _Shown) -> None:
    with _lock:
        _kept[shown] = None
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
