"""A consent by telephone: a code goes to the customer, who reads it out to the agent.

The code proves that whoever calls holds the telephone of the record. The agent is not shown to
which number it went, and the session keeps the attempt alone.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from makegood.centre.behalf.forms import CodeForm
from makegood.centre.behalf.showing import drop_attempt, keep_attempt, kept_attempt
from makegood.centre.casework.speaking import language
from makegood.centre.views import Task, shown, task_of
from makegood.channels.messages import languages_of
from makegood.kernel import MakegoodError
from makegood.publication import programmes_in_force
from makegood.runs import send_code
from makegood.trust.access import Channel, Consent, Visitor, give_consent, permit
from makegood.trust.customers import (
    AttemptOver,
    CodeToSend,
    PleaseWait,
    WrongCode,
    begin_for,
    confirm_for,
)
from makegood.trust.policy import Act, Resource, ResourceKind
from makegood.trust.staff import standing, visitor_of

DAYS_VALID = 30
"""How long a consent by code is valid, as the form at the counter proposes."""


@login_required
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """A code is sent to the telephone that the vault holds."""
    task = task_of(request)
    if task is None or not _is_about(request, task):
        return redirect("centre:person")
    standing(request).onward = reverse("centre:person")
    try:
        attempt = begin_for(
            visitor_of(request),
            task.customer_id,
            purpose=task.purpose,
            case=task.case,
            language=languages_of([task.customer_id]).get(task.customer_id) or language(),
            deliver=_deliver,
        )
    except PleaseWait as wait:
        messages.warning(request, _no_more_codes(wait))
    except MakegoodError as error:
        if error.findings[0].code != "MG640":
            raise
        messages.warning(request, _("There is no telephone that a code could go to."))
    else:
        keep_attempt(request, task, attempt.attempt_id)
        messages.info(request, _("A code is on its way to the customer's telephone."))
    return redirect("centre:person")


@login_required
@sensitive_post_parameters("code")
@require_POST
def told(request: HttpRequest) -> HttpResponse:
    """The code that the customer read out: where it is right, the consent is recorded."""
    task, form = task_of(request), CodeForm(request.POST)
    if task is None or not _is_about(request, task):
        return redirect("centre:person")
    attempt_id = kept_attempt(request, task)
    if attempt_id is None:
        return redirect("centre:person")
    if not form.is_valid():
        return shown(request, task, telling=form)
    standing(request).onward = reverse("centre:person")
    visitor = visitor_of(request)
    _expect_recorder(visitor, task)
    try:
        customer_id = confirm_for(visitor, attempt_id, form.cleaned_data["code"])
    except WrongCode as wrong:
        said = _("This is not the code that was sent. Tries left: %(count)s.")
        form.add_error("code", said % {"count": wrong.tries_left})
        return shown(request, task, telling=form)
    except PleaseWait:
        said = _("Too many wrong codes were typed by you today. Take the consent otherwise.")
        messages.warning(request, said)
        return redirect("centre:person")
    except AttemptOver:
        drop_attempt(request)
        messages.warning(request, _("This code counts no longer. Have another one sent."))
        return redirect("centre:person")
    drop_attempt(request)
    give_consent(
        visitor,
        customer_id,
        task.purpose,
        channel=Channel.TELEPHONE,
        days_valid=DAYS_VALID,
        evidence=Consent.BY_CODE,
        case=task.case,
    )
    messages.success(request, _("The consent was recorded."))
    return redirect("centre:person")


def _no_more_codes(wait: PleaseWait) -> str:
    if wait.of_the_day:
        return _(
            "As many codes as a day has were sent, to this customer or by you. Take the "
            "consent otherwise."
        )
    return _("Too many codes were asked for. Wait a little, or take the consent otherwise.")


def _expect_recorder(visitor: Visitor, task: Task) -> None:
    """Before the code is used up: whether the visitor may record a consent. Raises Refused."""
    with transaction.atomic():
        permit(
            visitor,
            Act.RECORD_CONSENT,
            Resource(ResourceKind.CUSTOMER, task.customer_id),
            purpose=task.purpose,
            case=task.case,
            details={"what": "code_told"},
        )


def _is_about(request: HttpRequest, task: Task) -> bool:
    """Whether the form was shown for the person of the task."""
    if request.POST.get("person") == task.customer_id:
        return True
    messages.warning(request, _("By now you work on another person. Nothing was done."))
    return False


def _deliver(code: CodeToSend) -> None:
    send_code(
        settings.INSTALLATION,
        code.customer_id,
        code.phone,
        code.code,
        code.language,
        next(iter(programmes_in_force()), ""),
        expires_at=code.expires_at,
        to_be_told=True,
    )
