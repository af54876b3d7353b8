"""Customers show who they are: one-time codes, the customers' provider, sessions, guessing.

The face opens on first use: Django reads this package before its models can be.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from makegood.trust.customers.asking import again, attempt_of, begin, begin_for
    from makegood.trust.customers.confirming import confirm, confirm_for
    from makegood.trust.customers.guessing import Counted, count_account_check, count_message_check
    from makegood.trust.customers.middleware import (
        CustomerMiddleware,
        customer_of,
        sign_in,
        sign_out,
        why_signed_out,
    )
    from makegood.trust.customers.problems import AttemptOver, PleaseWait, WrongCode
    from makegood.trust.customers.provider import begin_at_provider, come_back_from_provider
    from makegood.trust.customers.sending import wait_until_handed_over
    from makegood.trust.customers.session_store import (
        SessionSought,
        session_found,
        session_sought,
    )
    from makegood.trust.customers.sessions import end_every_customer_session, end_sessions_of
    from makegood.trust.customers.tidying import forget_expired
    from makegood.trust.customers.values import (
        Attempt,
        CodeToSend,
        CustomerSession,
        CustomerStanding,
        SessionEnd,
    )
    from makegood.trust.customers.visitors import customer_visitor

_PLACES = {
    "asking": ("again", "attempt_of", "begin", "begin_for"),
    "confirming": ("confirm", "confirm_for"),
    "guessing": ("Counted", "count_account_check", "count_message_check"),
    "middleware": (
        "CustomerMiddleware",
        "customer_of",
        "sign_in",
        "sign_out",
        "why_signed_out",
    ),
    "problems": ("AttemptOver", "PleaseWait", "WrongCode"),
    "provider": ("begin_at_provider", "come_back_from_provider"),
    "sending": ("wait_until_handed_over",),
    "session_store": ("SessionSought", "session_found", "session_sought"),
    "sessions": ("end_every_customer_session", "end_sessions_of"),
    "tidying": ("forget_expired",),
    "values": ("Attempt", "CodeToSend", "CustomerSession", "CustomerStanding", "SessionEnd"),
    "visitors": ("customer_visitor",),
}
_PLACE_OF = {name: place for place, names in _PLACES.items() for name in names}

__all__ = [
    "Attempt",
    "AttemptOver",
    "CodeToSend",
    "Counted",
    "CustomerMiddleware",
    "CustomerSession",
    "CustomerStanding",
    "PleaseWait",
    "SessionEnd",
    "SessionSought",
    "WrongCode",
    "again",
    "attempt_of",
    "begin",
    "begin_at_provider",
    "begin_for",
    "come_back_from_provider",
    "confirm",
    "confirm_for",
    "count_account_check",
    "count_message_check",
    "customer_of",
    "customer_visitor",
    "end_every_customer_session",
    "end_sessions_of",
    "forget_expired",
    "session_found",
    "session_sought",
    "sign_in",
    "sign_out",
    "wait_until_handed_over",
    "why_signed_out",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as many kinds as names
    """What the face shows, fetched where it is kept. Raises AttributeError for anything else."""
    place = _PLACE_OF.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{place}"), name)
