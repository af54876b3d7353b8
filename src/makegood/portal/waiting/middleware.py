"""The gate in front of all other middleware: no session is touched, nobody is known here."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from ipaddress import ip_address
from time import perf_counter

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from makegood.configuration import Settings
from makegood.portal.waiting import cookies
from makegood.portal.waiting.answering import page, told_shortly
from makegood.portal.waiting.room import Room
from makegood.portal.waiting.sources import source_of
from makegood.portal.waiting.values import TICKET_SECONDS, Admitted, Limits, Pass
from makegood.trust.clock import now

QUEUE = "/queue/"
OPEN = frozenset({"/", "/favicon.ico", "/robots.txt", "/signed-out/"})
OPEN_BELOW = ("/help/", "/message/", "/static/", "/health/")
"""Pages without personal data never wait, nor do those that sign out."""
RECEIVED_AT = "makegood.received_at"
"""When the web server had read the request, by ``perf_counter``: waiting for a thread counts."""
ASKS_TO_SEND = "makegood.asks_to_send"
"""The web server asks by this whether a document is waited for, before it reads one: a form that
is sent, though it looks as if the page were only looked at."""
_HELD, _LEFT = "_makegood_place", "_makegood_left_place"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
Answer = Callable[[HttpRequest], HttpResponse]


class WaitingMiddleware:
    """Lets in who may, and shows all others the queue. It stands before what costs anything."""

    def __init__(self, get_response: Answer) -> None:
        self._next = get_response
        self._room = Room(limits)
        self._signer = cookies.Signer(django_settings.SECRET_KEY)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of what is behind, or the queue."""
        path = request.path_info
        if path in OPEN or path.startswith(OPEN_BELOW):
            return self._next(request)
        installation = _installation()
        source, browser = source_of(request, installation), request.headers.get("User-Agent", "")
        written = request.COOKIES.get(_cookie_name(installation), "")
        held = self._signer.read(written, browser) if written else None
        submits = request.method not in _READING or ASKS_TO_SEND in request.META
        ruling = self._room.rule(held, self._counted(source), now(), submits=submits)
        if isinstance(ruling, Admitted):
            inside = ruling.renewed or held
            answer = self._let_through(request, inside)
            given = ruling.renewed
        elif path == QUEUE and _wants_few_words(request):
            answer = told_shortly(request, ruling.outlook, https=installation.portal_https)
            given = ruling.held
        else:
            answer = page(request, ruling.outlook, https=installation.portal_https)
            given = ruling.held
        if getattr(request, _LEFT, False):
            answer.delete_cookie(_cookie_name(installation))
        elif given is not None:
            self._give(answer, given, browser, installation)
        return answer

    def _counted(self, source: str) -> str:
        """What a source is counted as; this machine is not counted, it may be a proxy."""
        return "" if _is_this_machine(source) else self._signer.hashed(source)

    def _let_through(self, request: HttpRequest, inside: Pass | None) -> HttpResponse:
        if request.path_info == QUEUE:
            if _wants_few_words(request):
                return told_shortly(request, None, https=_installation().portal_https)
            return HttpResponseRedirect("/", status=HTTPStatus.SEE_OTHER)
        setattr(request, _HELD, inside)
        start = request.META.get(RECEIVED_AT) or perf_counter()
        try:
            return self._next(request)
        finally:
            self._room.note_answer(perf_counter() - start)
            if getattr(request, _LEFT, False) and inside is not None:
                self._room.note_left(inside.number)

    def _give(
        self, answer: HttpResponse, given: Pass, browser: str, installation: Settings
    ) -> None:
        answer.set_cookie(
            _cookie_name(installation),
            self._signer.written(given, browser),
            max_age=TICKET_SECONDS,
            secure=installation.portal_https,
            httponly=True,
            samesite="Lax",
        )


def leave(request: HttpRequest) -> None:
    """Whoever asks has signed out: somebody else may have their place from now on."""
    setattr(request, _LEFT, True)


def limits() -> Limits:
    """What the settings of this installation say of the waiting room."""
    installation = _installation()
    return Limits(
        inside_max=installation.portal_inside_max,
        admissions_a_minute=installation.portal_admissions_a_minute,
        target_seconds=installation.portal_target_milliseconds / 1_000,
        tickets_a_source=installation.portal_tickets_a_source,
    )


def _installation() -> Settings:
    held: Settings = django_settings.INSTALLATION
    return held


def _cookie_name(installation: Settings) -> str:
    return f"{'__Host-' if installation.portal_https else ''}{cookies.NAME}"


def _wants_few_words(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _is_this_machine(source: str) -> bool:
    try:
        return ip_address(source.partition("/")[0]).is_loopback
    except ValueError:
        return False
