"""What is told where a page cannot be given: refused, not there, broken. Never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from makegood.kernel import MakegoodError
from makegood.operations.frame import language
from makegood.trust.access import Refused
from makegood.trust.monitoring import request_id
from makegood.trust.staff import standing

_SIGN_IN_AGAIN = ("fresh_sign_in", "sign_in_of_this_shift", "strong_sign_in")
_UNKNOWN_DEVICE = "device_known"
_NOT_AGREED = "MG769"


class RefusalMiddleware:
    """Tells a refusal of the gate, and what a reader must mend, as a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of what is behind."""
        return self._next(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of a refusal or a finding; None for anything else."""
        if isinstance(error, Refused):
            return refused(request, error)
        if isinstance(error, MakegoodError):
            return found_wrong(request, error)
        return None


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """Which conditions failed, in words, and the way on: sign in again, enrol the device."""
    reasons = [
        {"id": reason.policy_id, "words": reason.words[language()]}
        for reason in error.ruling.reasons
    ]
    context = {
        "reasons": reasons,
        "may_sign_in_again": any(name.startswith(_SIGN_IN_AGAIN) for name in error.policy_ids),
        "may_enrol_device": _UNKNOWN_DEVICE in error.policy_ids,
        "onward": standing(request).onward or (request.path if request.method == "GET" else "/"),
    }
    return render(request, "operations/refused.html", context, status=HTTPStatus.FORBIDDEN)


def found_wrong(request: HttpRequest, error: MakegoodError) -> HttpResponse:
    """Findings about what was asked; that two persons have not agreed on it is a refusal."""
    onward = standing(request).onward or "/"
    context = {"findings": error.findings, "onward": onward}
    is_refused = any(finding.code == _NOT_AGREED for finding in error.findings)
    status = HTTPStatus.FORBIDDEN if is_refused else HTTPStatus.BAD_REQUEST
    return render(request, "operations/findings.html", context, status=status)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's call
    """A form that was not made here, or that is too old."""
    words = _("The form was not made by this page, or it is too old. Go back and send it again.")
    return _told(request, HTTPStatus.FORBIDDEN, _("Not accepted"), words)


def unreadable(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django's call
) -> HttpResponse:
    """What was sent is larger than any form, or is none."""
    words = _("What was sent is too large, or it is damaged. Nothing of it was kept.")
    return _told(request, HTTPStatus.BAD_REQUEST, _("Not accepted"), words)


def forbidden(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django's call
) -> HttpResponse:
    """Not for this member."""
    return _told(request, HTTPStatus.FORBIDDEN, _("Not allowed"), _("This page is not for you."))


def not_found(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django's call
) -> HttpResponse:
    """No such page."""
    words = _("There is no such page, or no longer.")
    return _told(request, HTTPStatus.NOT_FOUND, _("Not found"), words)


def broken(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's call
    """A fault of ours. It says nothing of what was asked.

    The page asks nothing of the store, which may be what is away: it knows nobody.
    """
    words = _(
        "Something went wrong here. See whether what you did was kept before you do it again."
        " Where it goes wrong again, tell whoever runs this program."
    )
    # The fault stands in the program's log under the same number.
    context = {
        "title": _("A fault"),
        "words": words,
        "number": request_id(),
        "frame": {"language": language()},
    }
    text = render_to_string("operations/told.html", context)
    return HttpResponse(text, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _told(request: HttpRequest, status: HTTPStatus, title: str, words: str) -> HttpResponse:
    context = {"title": title, "words": words}
    return render(request, "operations/told.html", context, status=status)
