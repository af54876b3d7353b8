"""Pages of one's own: who is not signed in shows first who they are, and comes back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from makegood.trust.access import Refused
from makegood.trust.customers import SessionEnd, customer_of, why_signed_out

_SHOW_AGAIN = frozenset({"customer_signed_in", "customer_signed_in_lately"})
"""Policies by which somebody has only to show again who they are."""

Rest = ParamSpec("Rest")
Page: TypeAlias = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def customer_required(page: Page[Rest]) -> Page[Rest]:
    """The page, for signed-in customers; for all others the look-up, and then back to it.

    Who signed in too long ago for what they want does so again, and goes on in the same session.
    """

    @wraps(page)
    def guarded(request: HttpRequest, *args: Rest.args, **named: Rest.kwargs) -> HttpResponse:
        if customer_of(request) is None:
            return to_look_up(request)
        try:
            return page(request, *args, **named)
        except Refused as refused:
            if not _SHOW_AGAIN.intersection(refused.policy_ids):
                raise
            words = _("For your safety please show again that it is you. Then go on.")
            messages.warning(request, words)
            return to_look_up(request)

    return cast("Page[Rest]", guarded)


def to_look_up(request: HttpRequest) -> HttpResponse:
    """The way to the look-up, with why; a page that was only read is come back to afterwards."""
    why = why_signed_out(request)
    if why is not None:
        messages.warning(request, why_in_words(why))
    address = reverse("portal:look_up")
    if request.method not in {"GET", "HEAD"} or request.path == reverse("portal:dues"):
        return redirect(address)
    return redirect(f"{address}?{urlencode({'next': request.path})}")


def why_in_words(why: SessionEnd) -> str:
    """Why a session ended, for the customer."""
    words = {
        SessionEnd.IDLE: _("You were away for a while. Please show again who you are."),
        SessionEnd.TOO_OLD: _("Your visit has lasted long. Please show again who you are."),
        SessionEnd.OTHER_BROWSER: _("This visit began in another browser. Show who you are."),
    }
    return words.get(why, _("Your visit was ended. Please show again who you are."))


def onward(request: HttpRequest, address: str) -> str:
    """Where to go on, on this site only; without an address, to what is due."""
    is_here = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}
    )
    return address if is_here else reverse("portal:dues")
