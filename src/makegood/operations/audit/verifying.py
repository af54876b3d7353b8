"""The whole log verified, asked for on a page and carried out by a worker."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from procrastinate.contrib.django import app

from makegood.kernel import Rounding, divide
from makegood.operations.parts import Figures, Shown
from makegood.operations.reading import actor_names, at_text
from makegood.operations.rights import ask_to_read
from makegood.trust.access import permit
from makegood.trust.audit import (
    Examination,
    ask_to_examine,
    examinations,
    newest_checkpoint,
)
from makegood.trust.policy import Act, Resource, ResourceKind
from makegood.trust.staff import visitor_of

_TASK = "makegood.examine_log"
_PERCENT = 100


@login_required
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """How far a verification is, and what the last ones found; asked for by POST."""
    if request.method == "POST":
        return _asked(request)
    ask_to_read(request, Act.VERIFY_LOG, ResourceKind.LOG, details={"what": "verifications"})
    found = examinations()
    names = actor_names(each.asked_by for each in found)
    # The one that goes on stands first, whatever the clocks of several machines say.
    newest = next((each for each in found if not each.is_over), found[0] if found else None)
    context = {
        "newest": newest,
        "percent": _percent(newest) if newest else 0,
        "goes_on": newest is not None and not newest.is_over,
        "asked_by": names.get(newest.asked_by, newest.asked_by) if newest else "",
        "figures": _figures(found, names),
        "checkpoint": newest_checkpoint(),
    }
    return render(request, "operations/audit/verify.html", context)


def _asked(request: HttpRequest) -> HttpResponse:
    """Row, entry of the log and the worker's task are one transaction."""
    visitor = visitor_of(request)
    with transaction.atomic():
        permit(
            visitor,
            Act.VERIFY_LOG,
            Resource(ResourceKind.LOG),
            kind="log.verified",
            details={"what": "asked_on_a_page"},
        )
        found, is_new = ask_to_examine(visitor.actor)
        if is_new:
            app.configure_task(_TASK).defer(examination_id=str(found.examination_id))
    told = _("The log is being verified.") if is_new else _("The log is being verified already.")
    messages.success(request, told)
    return redirect("verify_log")


def _figures(found: list[Examination], names: dict[str, str]) -> Figures:
    columns = (_("Asked at"), _("Who"), _("Ended"), _("Entries"), _("Problems"), _("Result"))
    rows = tuple(
        (
            at_text(each.asked_at),
            names.get(each.asked_by, each.asked_by),
            at_text(each.ended_at),
            each.result.get("entries"),
            each.result.get("problems"),
            _result(each),
        )
        for each in found
    )
    return Figures("verifications", _("Verifications"), columns, rows)


def _result(each: Examination) -> Shown:
    if each.is_dead:
        return Shown(_("broken off"), "broken_off", tone="warn")
    if each.ended_at is None:
        return Shown(_("goes on"), "goes_on", tone="live")
    if each.result.get("ok"):
        return Shown(_("whole"), "whole", tone="good")
    return Shown(_("problems"), "problems", tone="bad")


def _percent(each: Examination) -> int:
    return (
        min(_PERCENT, divide(_PERCENT * each.done, each.whole, Rounding.DOWN)) if each.whole else 0
    )
