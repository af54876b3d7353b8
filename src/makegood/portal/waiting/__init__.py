"""The waiting room: when the measured limit is reached, newcomers get a place in the queue.

Who is inside finishes undisturbed, and nobody jumps. The face opens on first use: Django reads this
package before its models can be.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from makegood.portal.waiting.gate import set_gate
    from makegood.portal.waiting.middleware import ASKS_TO_SEND, WaitingMiddleware, leave
    from makegood.portal.waiting.standing import Standing, waiting_standing

_PLACE_OF = {
    "ASKS_TO_SEND": "middleware",
    "Standing": "standing",
    "WaitingMiddleware": "middleware",
    "leave": "middleware",
    "set_gate": "gate",
    "waiting_standing": "standing",
}

__all__ = [
    "ASKS_TO_SEND",
    "Standing",
    "WaitingMiddleware",
    "leave",
    "set_gate",
    "waiting_standing",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as many kinds as names
    """What the face shows, fetched where it is kept. Raises AttributeError for anything else."""
    place = _PLACE_OF.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{place}"), name)
