"""Is this message from you? Its code says so, and what was sent with it; guesses are counted."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from makegood.channels.messages import Confirmed, confirm
from makegood.portal.frame import language
from makegood.portal.look_up_forms import MessageForm
from makegood.portal.signing_in import wait_in_words
from makegood.programmes import date_text
from makegood.trust.customers import PleaseWait, count_message_check
from makegood.trust.staff import standing

_OWN: Mapping[str, Mapping[str, str]] = {
    "ko": {"receipt": "접수번호", "amount": "금액", "option": "고른 항목", "code": "확인번호"},
    "en": {"receipt": "number", "amount": "amount", "option": "your choice", "code": "code"},
}
"""What stood there of the customer's own, in the message's language."""


@require_http_methods(["GET", "POST"])
def message(request: HttpRequest) -> HttpResponse:
    """The form, and beside it whether a message with this code was sent from here."""
    form = MessageForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "portal/message.html", {"form": form})
    try:
        counted = count_message_check(standing(request).origin.source)
    except PleaseWait as error:
        form.add_error(None, wait_in_words(error))
        response = render(request, "portal/message.html", {"form": form})
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        response.headers["Retry-After"] = str(error.wait_seconds)
        return response
    found = confirm(form.cleaned_data["code"])
    if found is not None:
        counted.succeeded()
    return render(request, "portal/message.html", {"form": form, **_told(found)})


def _told(found: Confirmed | None) -> dict[str, object]:
    if found is None:
        return {"is_asked": True}
    return {
        "is_asked": True,
        "found": found,
        "words": _readable(found),
        "sent_on": date_text(found.sent_on, language()),
    }


def _readable(found: Confirmed) -> str:
    text = found.text
    for name, words in _OWN.get(found.language, {}).items():
        text = text.replace(f"{{{name}}}", f"{{{words}}}")
    return text
