"""Every request is looked at anew: where it comes from, whether its session may go on."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from makegood.trust.clock import now
from makegood.trust.staff.devices import device_of
from makegood.trust.staff.factors import must_enrol
from makegood.trust.staff.models import Session
from makegood.trust.staff.origin import read_origin
from makegood.trust.staff.requests import Standing, put_standing, standing
from makegood.trust.staff.sessions import end, seen, session_of, why_over

Answer = Callable[[HttpRequest], HttpResponse]
ENROLMENT = "enrol"
REACHABLE_WITHOUT_FACTOR = frozenset(
    {
        ENROLMENT,
        "account_logout",
        "invitation",
        "set_password",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "set_language",
    }
)


class OriginMiddleware:
    """Reads where a request comes from. It stands before everything that asks."""

    def __init__(self, get_response: Answer) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with the origin known to everything behind."""
        origin = read_origin(request)
        if origin.is_https:
            request.META["wsgi.url_scheme"] = "https"
            environment = getattr(request, "environ", request.META)
            environment["wsgi.url_scheme"] = "https"
        put_standing(request, Standing(origin))
        return self._next(request)


class StaffMiddleware:
    """Ends sessions that may not go on, and keeps members without a second factor at enrolment."""

    def __init__(self, get_response: Answer) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, or the way to sign-in or enrolment."""
        found = standing(request)
        found.device = device_of(request, found.origin)
        if not request.user.is_authenticated:
            return self._next(request)
        session = session_of(request)
        instant = now()
        why = why_over(session, found, instant) if session else Session.End.REVOKED
        if session is None or why is not None:
            answer = _over(request, session, why or Session.End.REVOKED)
            # Who signs in anew in an old window need not do it twice.
            is_signing_in = request.method == "POST" and request.path == answer.headers["Location"]
            return self._next(request) if is_signing_in else answer
        found.session = session
        seen(session, instant)
        if must_enrol(session.member, session) and not _is_reachable(request):
            return redirect(ENROLMENT)
        return self._next(request)


def _over(request: HttpRequest, session: Session | None, why: Session.End) -> HttpResponse:
    if session is not None:
        end(session, why, source=standing(request).origin.source)
    logout(request)
    messages.warning(request, why_in_words(why))
    return redirect(django_settings.LOGIN_URL)


def why_in_words(why: Session.End) -> str:
    """Why a session ended, for the member."""
    words = {
        Session.End.IDLE: _("You were away for a while. Sign in again."),
        Session.End.TOO_OLD: _("The working day's session is over. Sign in again."),
        Session.End.OTHER_BROWSER: _("The session belongs to another browser. Sign in again."),
        Session.End.OTHER_NETWORK: _("The session belongs to another network. Sign in again."),
        Session.End.OTHER_DEVICE: _("The session belongs to another device. Sign in again."),
    }
    return words.get(why, _("The session was ended. Sign in again."))


def _is_reachable(request: HttpRequest) -> bool:
    try:
        return resolve(request.path_info).view_name in REACHABLE_WITHOUT_FACTOR
    except Resolver404:
        return False
