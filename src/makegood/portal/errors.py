"""What a customer is told where a page cannot be given: no traceback, none of our inner words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from makegood.kernel import MakegoodError
from makegood.trust.access import Refused
from makegood.trust.monitoring import request_id

_READ_ALOUD_LETTERS = 8
_log = logging.getLogger("makegood.portal")


class RefusalMiddleware:
    """Tells a refusal of the gate, and a finding that no page of ours has put into words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of what is behind."""
        return self._next(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of a refusal or a finding; None for anything else."""
        if isinstance(error, Refused):
            return forbidden(request)
        if isinstance(error, MakegoodError):
            return found_wrong(request, error)
        return None


def found_wrong(request: HttpRequest, error: MakegoodError) -> HttpResponse:
    """Something that was asked cannot be done; the number of the finding is for the centre."""
    code = error.findings[0].code
    _log.warning("a customer's page could not be given: %s", code)
    words = _("This cannot be done at the moment. Nothing was changed. Try again in a while.")
    return told(request, HTTPStatus.CONFLICT, _("Not possible now"), words, code)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's call
    """A form that was not made here, or that is too old."""
    words = _("The page was open too long, or cookies are switched off. Go back and try again.")
    return told(request, HTTPStatus.FORBIDDEN, _("Not accepted"), words)


def unreadable(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django's call
) -> HttpResponse:
    """What was sent is larger than any form, or is none."""
    words = _("What was sent is too large, or it is damaged. Nothing of it was kept. Try again.")
    return told(request, HTTPStatus.BAD_REQUEST, _("Not accepted"), words)


def forbidden(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django's call
) -> HttpResponse:
    """Not for this customer, or not in this state."""
    words = _("This is not possible for you here. The support centre helps you further.")
    return told(request, HTTPStatus.FORBIDDEN, _("Not possible"), words)


def not_found(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django's call
) -> HttpResponse:
    """No such page, or not one of this customer's: the same words for both."""
    words = _("There is no such page, or it is not yours. Begin again from the first page.")
    return told(request, HTTPStatus.NOT_FOUND, _("Not found"), words)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours. It says nothing of what was asked."""
    words = _("Something went wrong on our side. What you had sent before is safe. Try again.")
    # The fault stands in the program's log under a number that begins so: this much can be read
    # aloud.
    number = request_id()[:_READ_ALOUD_LETTERS]
    return told(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("A fault"), words, number)


def told(
    request: HttpRequest, status: HTTPStatus, title: str, words: str, number: str = ""
) -> HttpResponse:
    """A page that tells something; ``number`` is what the support centre asks for."""
    context = {"title": title, "words": words, "number": number}
    return render(request, "portal/told.html", context, status=status)
