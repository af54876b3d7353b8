"""A customer shows who they are: number and birth date, then a code; or at the provider.

Every page answers alike whether there is such a customer or not. What is typed is never kept, and
nothing of it stands in an address.
"""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from makegood.channels.messages import keep_language
from makegood.kernel import MakegoodError
from makegood.portal.customer import onward
from makegood.portal.frame import language
from makegood.portal.look_up_forms import CodeForm, LookUpForm
from makegood.portal.sending import deliver
from makegood.portal.waiting import leave
from makegood.trust.clock import now
from makegood.trust.customers import (
    Attempt,
    AttemptOver,
    CustomerSession,
    PleaseWait,
    WrongCode,
    again,
    attempt_of,
    begin,
    begin_at_provider,
    come_back_from_provider,
    confirm,
    customer_of,
    sign_in,
)
from makegood.trust.customers import sign_out as end_session
from makegood.trust.staff import standing

_ATTEMPT = "makegood_attempt"
_ONWARD = "makegood_onward"
_ADDRESS_LETTERS_MAX = 200


@sensitive_post_parameters("phone", "year", "month", "day")
@require_http_methods(["GET", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """Number and birth date; then a code is on its way, if they belong together."""
    form = LookUpForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _look_up_page(request, form)
    former = _attempt_id(request)
    try:
        attempt = begin(
            form.cleaned_data["phone"],
            form.cleaned_data["birth_date"],
            source=_source(request),
            language=language(),
            deliver=deliver,
            former=former,
        )
    except PleaseWait as error:
        form.add_error(None, wait_in_words(error))
        return _waits(_look_up_page(request, form), error)
    request.session[_ONWARD] = request.POST.get("next", "")[:_ADDRESS_LETTERS_MAX]
    _keep(request, attempt)
    return redirect("portal:code")


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code that was sent; a few tries."""
    attempt_id = _attempt_id(request)
    attempt = attempt_of(attempt_id) if attempt_id else None
    if attempt_id is None or attempt is None:
        return _begin_anew(request)
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _code_page(request, attempt, form)
    try:
        shown = confirm(attempt_id, form.cleaned_data["code"], source=_source(request))
    except WrongCode as error:
        form.data = {}  # what was wrong need not be taken out first
        form.add_error("code", _wrong_in_words(error))
        return _code_page(request, attempt_of(attempt_id), form)
    except AttemptOver:
        return _code_page(request, attempt_of(attempt_id), CodeForm())
    return _let_in(request, shown)


@require_POST
def code_again(request: HttpRequest) -> HttpResponse:
    """Another code in the place of the former one."""
    attempt_id = _attempt_id(request)
    if attempt_id is None:
        return _begin_anew(request)
    try:
        attempt = again(attempt_id, source=_source(request), deliver=deliver)
    except AttemptOver:
        return _begin_anew(request)
    except PleaseWait as error:
        messages.warning(request, wait_in_words(error))
        return redirect("portal:code")
    _keep(request, attempt)
    messages.success(request, _("Another code is on its way. The former one counts no longer."))
    return redirect("portal:code")


@require_GET
def provider(request: HttpRequest) -> HttpResponse:
    """The way to the customers' provider. 404 where none is set up."""
    request.session[_ONWARD] = request.GET.get("next", "")[:_ADDRESS_LETTERS_MAX]
    try:
        return begin_at_provider(request, _come_back_to(request))
    except MakegoodError as error:
        return _turned_away(request, error)


@require_GET
def provider_back(request: HttpRequest) -> HttpResponse:
    """The way back, with the provider's answer. 404 where none is set up."""
    try:
        shown = come_back_from_provider(request)
    except MakegoodError as error:
        return _turned_away(request, error)
    return _let_in(request, shown)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The visit ends, and the browser forgets all of it."""
    end_session(request)
    leave(request)
    return redirect("portal:signed_out")


@require_GET
def signed_out(request: HttpRequest) -> HttpResponse:
    """That the visit has ended: somebody else may use the screen now."""
    return render(request, "portal/signed_out.html")


def wait_in_words(error: PleaseWait) -> str:
    """How long to wait, for the customer."""
    if error.of_the_day:
        return _(
            "As many codes as there are in a day were asked for with these details. Try again "
            "tomorrow, or call the support centre."
        )
    if error.wait_seconds < 60:  # noqa: PLR2004 - a minute
        return _("Please try again in %(seconds)s seconds.") % {"seconds": error.wait_seconds}
    minutes = -(-error.wait_seconds // 60)
    return _("There were many tries. Please try again in %(minutes)s minutes.") % {
        "minutes": minutes
    }


def _look_up_page(request: HttpRequest, form: LookUpForm) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    context = {
        "form": form,
        "next": asked.get("next", ""),
        "provider": settings.INSTALLATION.portal_oidc_name
        if settings.INSTALLATION.portal_oidc_issuer
        else "",
        "is_signed_in": customer_of(request) is not None,
    }
    return render(request, "portal/look_up.html", context)


def _code_page(request: HttpRequest, attempt: Attempt | None, form: CodeForm) -> HttpResponse:
    if attempt is None:
        return _begin_anew(request)
    zone, instant = settings.INSTALLATION.zone, now()
    context = {
        "form": form,
        "attempt": attempt,
        "is_over": not attempt.tries_left or instant >= attempt.code_expires_at,
        "expires_at": attempt.code_expires_at.astimezone(zone),
        "again_at": attempt.again_at.astimezone(zone) if instant < attempt.again_at else None,
    }
    return render(request, "portal/code.html", context)


def _let_in(request: HttpRequest, shown: CustomerSession) -> HttpResponse:
    """Signed in, and on to where somebody wanted to go."""
    address = request.session.get(_ONWARD, "")
    found = sign_in(request, shown)
    request.session.pop(_ATTEMPT, None)
    request.session.pop(_ONWARD, None)
    keep_language(found.customer_id, language())
    return redirect(onward(request, address))


def _begin_anew(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("The code counts no longer. Please begin again."))
    return redirect("portal:look_up")


def _turned_away(request: HttpRequest, error: MakegoodError) -> HttpResponse:
    if error.findings[0].code == "MG646":
        words = _("With this account we find no customer. Please use your telephone number.")
    else:
        words = _("Signing in there did not work. Please use your telephone number.")
    messages.warning(request, words)
    return redirect("portal:look_up")


def _wrong_in_words(error: WrongCode) -> str:
    if not error.tries_left:
        return _("That was not right, and no tries are left. Ask for another code.")
    return _("That was not right. Tries left: %(tries)s.") % {"tries": error.tries_left}


def _waits(response: HttpResponse, error: PleaseWait) -> HttpResponse:
    response.status_code = HTTPStatus.TOO_MANY_REQUESTS
    response.headers["Retry-After"] = str(error.wait_seconds)
    return response


def _keep(request: HttpRequest, attempt: Attempt) -> None:
    request.session[_ATTEMPT] = str(attempt.attempt_id)


def _attempt_id(request: HttpRequest) -> UUID | None:
    held = request.session.get(_ATTEMPT)
    return UUID(held) if held else None


def _come_back_to(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("portal:provider_back"))


def _source(request: HttpRequest) -> str:
    return standing(request).origin.source
