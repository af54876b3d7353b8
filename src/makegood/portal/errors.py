"""What a customer is told where a page cannot be given: no traceback, none of our inner words."""

from __future__ import annotations

import logging
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.acts import FindingsMiddleware, page_of
from makegood.kernel import MakegoodError
from makegood.trust.access import Refused
from makegood.trust.monitoring import request_id

_READ_ALOUD_LETTERS = 8
_log = logging.getLogger("makegood.portal")


def found_wrong(request: HttpRequest, error: MakegoodError) -> HttpResponse:
    """Something that was asked cannot be done; the number of the finding is for the centre."""
    code = error.findings[0].code
    _log.warning("a customer's page could not be given: %s", code)
    if request.method in {"GET", "HEAD"}:
        words = _("This cannot be shown at the moment. Come back in a while.")
    else:
        words = _("This cannot be done at the moment. Nothing was changed. Try again in a while.")
    return told(request, HTTPStatus.CONFLICT, _("Not possible now"), words, code)


class RefusalMiddleware(FindingsMiddleware):
    """Tells a refusal of the gate, and a finding that no page of ours has put into words."""

    def refused(self, request: HttpRequest, error: Refused) -> HttpResponse:  # noqa: ARG002 - not for customers
        """The same words whatever the reason is."""
        return forbidden(request)

    def found_wrong(self, request: HttpRequest, error: MakegoodError) -> HttpResponse:
        """The number of the finding is for the support centre."""
        return found_wrong(request, error)


def told(
    request: HttpRequest, status: HTTPStatus, title: str, words: str, number: str = ""
) -> HttpResponse:
    """A page that tells something; ``number`` is what the support centre asks for."""
    context = {"title": title, "words": words, "number": number}
    return render(request, "portal/told.html", context, status=status)


forged = page_of(
    told,
    HTTPStatus.FORBIDDEN,
    gettext_lazy("Not accepted"),
    gettext_lazy("The page was open too long, or cookies are switched off. Go back and try again."),
)
"""A form that was not made here, or that is too old."""
unreadable = page_of(
    told,
    HTTPStatus.BAD_REQUEST,
    gettext_lazy("Not accepted"),
    gettext_lazy(
        "What was sent is too large, or it is damaged. Nothing of it was kept. Go back, make it"
        " smaller and send it again."
    ),
)
"""What was sent is larger than any form, or is none."""
forbidden = page_of(
    told,
    HTTPStatus.FORBIDDEN,
    gettext_lazy("Not possible"),
    gettext_lazy("This is not possible for you here. The support centre helps you further."),
)
"""Not for this customer, or not in this state."""
not_found = page_of(
    told,
    HTTPStatus.NOT_FOUND,
    gettext_lazy("Not found"),
    gettext_lazy("There is no such page, or it is not yours. Begin again from the first page."),
)
"""No such page, or not one of this customer's: the same words for both."""


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours. It says nothing of what was asked."""
    words = _("Something went wrong on our side. What you had sent before is safe. Try again.")
    # The fault stands in the program's log under a number that begins so: this much can be read
    # aloud.
    number = request_id()[:_READ_ALOUD_LETTERS]
    return told(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("A fault"), words, number)
