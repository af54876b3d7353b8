"""Every request of the customers' site: whose session it is in, and whether that may go on.

Nothing is read before somebody asks, so that pages which caches may keep cost no query.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils.functional import SimpleLazyObject

from makegood.trust.clock import now
from makegood.trust.customers.models import Stay
from makegood.trust.customers.session_store import KEY
from makegood.trust.customers.sessions import end, open_session, seen, shown_again, why_over
from makegood.trust.customers.values import CustomerSession, CustomerStanding, SessionEnd
from makegood.trust.staff import standing

Answer = Callable[[HttpRequest], HttpResponse]
_STANDING = "_makegood_customer"
_WHY = "_makegood_customer_why"


class CustomerMiddleware:
    """Puts ``request.customer``, for templates: it is read when it is asked for.

    Code asks ``customer_of(request)``: ``is None`` does not see through what is read later.
    """

    def __init__(self, get_response: Answer) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of what is behind."""
        lazy = SimpleLazyObject(lambda: customer_of(request))
        request.customer = lazy  # type: ignore[attr-defined]
        return self._next(request)


def customer_of(request: HttpRequest) -> CustomerStanding | None:
    """The customer whose open session a request is in; None where there is none.

    A session whose time is over is ended here, and the browser forgets what was in it.
    """
    if not hasattr(request, _STANDING):
        setattr(request, _STANDING, _standing(request))
    found: CustomerStanding | None = getattr(request, _STANDING)
    return found


def why_signed_out(request: HttpRequest) -> SessionEnd | None:
    """Why the session that a request came with is over; None where it came with none, or is in."""
    customer_of(request)
    why: SessionEnd | None = getattr(request, _WHY, None)
    return why


def sign_in(request: HttpRequest, session: CustomerSession) -> CustomerStanding:
    """Let the request's browser be signed in; it gets another cookie.

    Who shows again that they are the same customer goes on where they were; for anybody else the
    browser forgets all that was in it.
    """
    origin = standing(request).origin
    former = _open(request)
    if former is not None and former.customer_id == session.customer_id:
        stay = former
        shown_again(stay, session, source=origin.source)
        request.session.cycle_key()
    else:
        if former is not None:
            end(former, SessionEnd.SIGNED_IN_ANEW, source=origin.source)
        stay = open_session(
            session,
            browser_hash=origin.browser_hash,
            language=_language(request),
            source=origin.source,
        )
        request.session.flush()
    request.session[KEY] = str(stay.session_id)
    rotate_token(request)
    _put(request, stay)
    return _standing_of(stay)


def sign_out(request: HttpRequest) -> None:
    """End the request's session, if it has one; the browser forgets all that was in it."""
    stay = _open(request)
    if stay is not None:
        end(stay, SessionEnd.SIGNED_OUT, source=standing(request).origin.source)
    request.session.flush()
    _put(request, None)


def _standing(request: HttpRequest) -> CustomerStanding | None:
    stay = _held(request)
    if stay is None:
        return None
    instant, origin = now(), standing(request).origin
    why = why_over(stay, origin.browser_hash, instant)
    if why is None:
        seen(stay, instant)
        return _standing_of(stay)
    end(stay, why, source=origin.source)
    request.session.flush()
    setattr(request, _WHY, why)
    return None


def _open(request: HttpRequest) -> Stay | None:
    return _held(request) if customer_of(request) is not None else None


def _held(request: HttpRequest) -> Stay | None:
    """The session that the browser's contents name."""
    held = request.session.get(KEY)
    stay: Stay | None = getattr(request.session, "stay", None)
    return stay if stay is not None and str(stay.session_id) == held else None


def _put(request: HttpRequest, stay: Stay | None) -> None:
    request.session.stay = stay  # type: ignore[attr-defined]
    setattr(request, _STANDING, _standing_of(stay) if stay else None)


def _standing_of(stay: Stay) -> CustomerStanding:
    return CustomerStanding(
        stay.customer_id, stay.session_id, stay.signed_in_at, stay.language, stay.strength
    )


def _language(request: HttpRequest) -> str:
    return "en" if getattr(request, "LANGUAGE_CODE", "ko") == "en" else "ko"
