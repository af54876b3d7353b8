"""All claims that something is asked of, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from makegood.redress.claims import Claim, ClaimState

_AT_ONCE = 10_000


def claims_in(programme: str, *states: ClaimState) -> list[Claim]:
    """The claims of a programme that stand at one of these, the newest first."""
    return _all(programme, states, is_waiting=None)


def claims_waiting(programme: str) -> list[Claim]:
    """The claims of a programme that persons must decide, the newest first."""
    return _all(programme, (), is_waiting=True)


def _all(programme: str, states: Sequence[ClaimState], *, is_waiting: bool | None) -> list[Claim]:
    """All of them at once: what is done with some moves the others up the list."""
    from makegood.redress.claims import claims

    found: list[Claim] = []
    while True:
        narrowed = claims(
            programme, states=states, is_waiting=is_waiting, limit=_AT_ONCE, after=len(found)
        )
        found += narrowed
        if len(narrowed) < _AT_ONCE:
            return found
