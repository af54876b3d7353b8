"""What ending one of a person's lines on a day would cost, to be told to them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from makegood.acts import Acting, penalty_asked
from makegood.centre.behalf.asking import on_behalf
from makegood.centre.casework.speaking import language
from makegood.centre.views import task_of
from makegood.redress.serving import lines_of


@require_safe
@on_behalf
def penalty(request: HttpRequest, acting: Acting, line: int) -> HttpResponse:
    """At first on the line's own day or the nearest one, then on the day that was typed."""
    lines = lines_of(acting.customer_id)
    if not 1 <= line <= len(lines):
        raise Http404
    asked = penalty_asked(lines[line - 1], request.GET.get("day", ""), language())
    if asked is None:
        raise Http404
    context = asked.shown(line) | {"task": task_of(request)}
    answer = render(request, "behalf/penalty.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer
