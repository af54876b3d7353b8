"""What is done to a case from its page: each a form that is sent, and the page again."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from makegood import cases
from makegood.cases import Case, Outcome
from makegood.centre.casework.forms import (
    CloseForm,
    DeadlineForm,
    HandOverForm,
    NoteForm,
    TagForm,
    add_finding,
)
from makegood.centre.casework.offering import missing_is_not_found, purpose_of, visitor_and_number
from makegood.centre.casework.showing import page_of
from makegood.centre.casework.speaking import language
from makegood.centre.views import spoken
from makegood.kernel import MakegoodError
from makegood.trust.access import Refused, Visitor
from makegood.trust.policy import Act
from makegood.trust.staff import standing

_CHANGED = ("MG663",)
"""What comes of two persons at one case: told above the case as it stands by now."""


@login_required
@sensitive_post_parameters("text")
@require_POST
def write_note(request: HttpRequest, number: str) -> HttpResponse:
    """A note is sealed."""
    form = NoteForm(request.POST)

    def noted(visitor: Visitor, number: str, purpose: str) -> Case:
        return cases.note(visitor, number, form.cleaned_data["text"], purpose=purpose)

    return done(request, number, noted, _("The note was kept."), noting=form)


@login_required
@require_POST
def put_tag(request: HttpRequest, number: str) -> HttpResponse:
    """A tag is put on."""
    form = TagForm(request.POST)

    def tagged(visitor: Visitor, number: str, purpose: str) -> Case:
        return cases.tag(visitor, number, form.cleaned_data["word"], purpose=purpose)

    return done(request, number, tagged, _("Tagged."), tagging=form)


@login_required
@require_POST
def take_tag_away(request: HttpRequest, number: str) -> HttpResponse:
    """A tag is taken away."""
    form = TagForm(request.POST)

    def untagged(visitor: Visitor, number: str, purpose: str) -> Case:
        return cases.untag(visitor, number, form.cleaned_data["word"], purpose=purpose)

    return done(request, number, untagged, _("The tag was taken away."), tagging=form)


@login_required
@require_POST
def take_it(request: HttpRequest, number: str) -> HttpResponse:
    """The reader works on it from now on."""

    def taken(visitor: Visitor, number: str, purpose: str) -> Case:
        return cases.take(visitor, number, purpose=purpose)

    return done(request, number, taken, _("The case is yours."))


@login_required
@require_POST
def wait(request: HttpRequest, number: str) -> HttpResponse:
    """For whom it waits."""
    act = cases.wait_for_us if request.POST.get("for") == "us" else cases.wait_for_customer

    def waits(visitor: Visitor, number: str, purpose: str) -> Case:
        return act(visitor, number, purpose=purpose)

    return done(request, number, waits, _("The state was changed."))


@login_required
@require_POST
def hand_it_over(request: HttpRequest, number: str) -> HttpResponse:
    """A colleague or a team has it from now on."""
    form = HandOverForm(request.POST)

    def handed(visitor: Visitor, number: str, purpose: str) -> Case:
        return cases.hand_over(visitor, number, purpose=purpose, **form.values())

    return done(request, number, handed, _("The case was handed over."), handing=form)


@login_required
@require_POST
def set_deadline(request: HttpRequest, number: str) -> HttpResponse:
    """Until when it is to be done."""
    form = DeadlineForm(request.POST)

    def put_off(visitor: Visitor, number: str, purpose: str) -> Case:
        return cases.put_off(visitor, number, form.cleaned_data["due_at"], purpose=purpose)

    return done(request, number, put_off, _("The deadline was set."), putting_off=form)


@login_required
@require_POST
def tell_call(request: HttpRequest, number: str) -> HttpResponse:
    """Whether somebody was reached."""
    was_reached = request.POST.get("reached") == "yes"

    def told(visitor: Visitor, number: str, purpose: str) -> Case:
        return cases.called(visitor, number, was_reached=was_reached, purpose=purpose)

    words = _("The call was noted.") if was_reached else _("It is to be tried again in two hours.")
    return done(request, number, told, words)


@login_required
@require_POST
def end(request: HttpRequest, number: str) -> HttpResponse:
    """It is done."""
    form = CloseForm(request.POST)

    def closed(visitor: Visitor, number: str, purpose: str) -> Case:
        outcome = Outcome(form.cleaned_data["outcome"])
        return cases.close(visitor, number, outcome, purpose=purpose)

    return done(request, number, closed, _("The case is closed."), closing=form)


@login_required
@require_POST
def go_on(request: HttpRequest, number: str) -> HttpResponse:
    """It is not done after all."""

    def reopened(visitor: Visitor, number: str, purpose: str) -> Case:
        return cases.reopen(visitor, number, purpose=purpose)

    return done(request, number, reopened, _("The case goes on, and is yours."))


@login_required
@require_POST
def number_shown(request: HttpRequest, number: str) -> HttpResponse:
    """The number to call, once, on a page that nobody keeps."""
    visitor, number = visitor_and_number(request, number)
    standing(request).onward = reverse("centre:case", args=[number])
    try:
        case, _history = cases.case_shown(visitor, number, purpose=purpose_of(visitor))
        purpose = purpose_of(visitor, case, Act.CALL_BACK)
        phone = cases.number_to_call(visitor, number, purpose=purpose)
    except Refused:
        raise
    except MakegoodError as error:
        missing_is_not_found(error)
        raise
    context = {
        "case": case,
        "phone": spoken("phone", phone),
        "kind": cases.KIND_WORDS[case.kind][language()],
    }
    return render(request, "casework/number.html", context)


def done(
    request: HttpRequest,
    number: str,
    act: Callable[[Visitor, str, str], object],
    told: str,
    **form: Form,
) -> HttpResponse:
    """Do it and show the case again; what was filled in wrongly is told beside its field.

    ``form`` is at most one, under the name by which the page knows it.
    """
    visitor, number = visitor_and_number(request, number)
    given = next(iter(form.values()), None)
    if given is not None and not given.is_valid():
        return page_of(request, number, **form)
    standing(request).onward = reverse("centre:case", args=[number])
    try:
        case, _history = cases.case_shown(visitor, number, purpose=purpose_of(visitor))
        act(visitor, number, purpose_of(visitor, case))
    except Refused:
        raise
    except MakegoodError as error:
        if error.findings[0].code in _CHANGED:
            messages.warning(request, _("This cannot be done in the state that the case is in."))
            return redirect("centre:case", number=number)
        if given is None:
            missing_is_not_found(error)
        else:
            try:
                add_finding(given, next(iter(given.fields)), error)
            except MakegoodError:
                missing_is_not_found(error)
            return page_of(request, number, **form)
    messages.success(request, told)
    return redirect("centre:case", number=number)
