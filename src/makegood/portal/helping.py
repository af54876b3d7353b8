"""Help: when the support centre answers, and a call at a time that one wishes.

Who is not signed in may ask to be called as well. Whether a number is a customer's is neither
looked at nor told: every number gets the same answer.
"""

from __future__ import annotations

from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from makegood.cases import Callback, Case, callback_of, request_callback, take_callback, windows
from makegood.kernel import MakegoodError
from makegood.portal.customer import customer_required
from makegood.portal.frame import language
from makegood.portal.helping_forms import CallForm
from makegood.programmes import Programme, date_text
from makegood.publication import programmes_in_force
from makegood.redress.serving import programme_in_force
from makegood.trust.clock import now
from makegood.trust.customers import customer_of, customer_visitor

_TOO_MANY = "MG664"


@sensitive_post_parameters("phone", "note")
@require_http_methods(["GET", "POST"])
def help_page(request: HttpRequest) -> HttpResponse:
    """Hours and number, and the form; who is signed in is called at their own number."""
    if customer_of(request) is not None:
        return _of_a_customer(request)
    return _page(request, customer_id="")


@customer_required
def _of_a_customer(request: HttpRequest) -> HttpResponse:
    standing_of = customer_of(request)
    return _page(request, customer_id=standing_of.customer_id if standing_of else "")


def _page(request: HttpRequest, customer_id: str) -> HttpResponse:
    programmes = [programme_in_force(name) for name in programmes_in_force()]
    waiting = callback_of(customer_id)
    form = _form(request, programmes, is_known=bool(customer_id))
    status = HTTPStatus.OK
    if request.method == "POST" and form and waiting is None and form.is_valid():
        try:
            case = _asked(request, form, programmes, is_known=bool(customer_id))
        except MakegoodError as error:
            form.tell(error)
            is_too_many = error.findings[0].code == _TOO_MANY
            status = HTTPStatus.TOO_MANY_REQUESTS if is_too_many else HTTPStatus.OK
        else:
            messages.success(request, _told(case, programmes))
            return redirect("portal:help")
    context = {
        "centres": [_centre(programme) for programme in programmes if programme.section.centre],
        "form": None if waiting else form,
        "waiting": _when(waiting, programmes) if waiting else "",
        "number": waiting.number if waiting else "",
        "is_known": bool(customer_id),
    }
    return render(request, "portal/help.html", context, status=status)


def _asked(
    request: HttpRequest, form: CallForm, programmes: list[Programme], *, is_known: bool
) -> Case:
    """The case of the call. Raises MakegoodError as the cases' room does."""
    programme = programmes[0]
    window = form.window_chosen()
    callback = Callback(window.since, window.until, form.cleaned_data["phone"])
    given = {"programme": programme.identifier, "note": form.cleaned_data["note"]}
    if is_known:
        return request_callback(customer_visitor(request), callback=callback, **given)
    # As a mark: the log keeps no address, and a line's whole network counts as one.
    return take_callback(customer_visitor(request).source, callback=callback, **given)


def _form(request: HttpRequest, programmes: list[Programme], *, is_known: bool) -> CallForm | None:
    """The form with the times that are offered; None where nothing is in force."""
    if not programmes:
        return None
    offered = windows(programmes[0], now())
    return CallForm(request.POST or None, offered=offered, is_known=is_known) if offered else None


def _centre(programme: Programme) -> dict[str, str]:
    centre, section = programme.section.centre, programme.section
    spoken = language() if language() in programme.languages else programme.languages[0]
    return {
        "title": section.title[spoken],
        "phone": centre.phone if centre else "",
        "hours": centre.hours[spoken] if centre else "",
        "language": spoken,
    }


def _told(case: Case, programmes: list[Programme]) -> str:
    words = _("We call you %(when)s. The number of your request is %(number)s.")
    return words % {"when": _when(case, programmes), "number": case.number}


def _when(case: Case, programmes: list[Programme]) -> str:
    """From when to when, by the programme's time zone, as the form offers it."""
    named = {programme.identifier: programme for programme in programmes}
    programme = named.get(case.programme) or programmes[0]
    zone = ZoneInfo(programme.section.time_zone)
    since = case.call_since.astimezone(zone) if case.call_since else None
    until = case.call_until.astimezone(zone) if case.call_until else None
    if since is None or until is None:
        return ""
    return _("on %(day)s, %(since)s–%(until)s") % {
        "day": date_text(since.date(), language()),
        "since": f"{since:%H:%M}",
        "until": f"{until:%H:%M}",
    }
