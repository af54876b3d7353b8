"""What is told where a page cannot be given: refused, not there, broken. Never a traceback."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.acts import FindingsMiddleware, page_of
from makegood.kernel import MakegoodError
from makegood.operations.frame import language
from makegood.trust.access import Refused
from makegood.trust.monitoring import request_id
from makegood.trust.staff import standing

_SIGN_IN_AGAIN = ("fresh_sign_in", "sign_in_of_this_shift", "strong_sign_in")
_UNKNOWN_DEVICE = "device_known"
_NOT_AGREED = "MG769"


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


class RefusalMiddleware(FindingsMiddleware):
    """Tells a refusal of the gate, and what a reader must mend, as a page."""

    def refused(self, request: HttpRequest, error: Refused) -> HttpResponse:
        """Which conditions failed."""
        return refused(request, error)

    def found_wrong(self, request: HttpRequest, error: MakegoodError) -> HttpResponse:
        """What is to be mended."""
        return found_wrong(request, error)


def _told(request: HttpRequest, status: HTTPStatus, title: str, words: str) -> HttpResponse:
    context = {"title": title, "words": words}
    return render(request, "operations/told.html", context, status=status)


forged = page_of(
    _told,
    HTTPStatus.FORBIDDEN,
    gettext_lazy("Not accepted"),
    gettext_lazy(
        "The form was not made by this page, or it is too old."
        " Load the page again, and send it then."
    ),
)
"""A form that was not made here, or that is too old."""
unreadable = page_of(
    _told,
    HTTPStatus.BAD_REQUEST,
    gettext_lazy("Not accepted"),
    gettext_lazy("What was sent is too large, or it is damaged. Nothing of it was kept."),
)
"""What was sent is larger than any form, or is none."""
forbidden = page_of(
    _told,
    HTTPStatus.FORBIDDEN,
    gettext_lazy("Not allowed"),
    gettext_lazy("This page is not for you."),
)
"""Not for this member."""
not_found = page_of(
    _told,
    HTTPStatus.NOT_FOUND,
    gettext_lazy("Not found"),
    gettext_lazy("There is no such page, or no longer."),
)
"""No such page."""


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
