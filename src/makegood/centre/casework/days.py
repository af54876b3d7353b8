"""A member's day: what is mine, my team's, overdue, and who is to be called today."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from makegood.cases import (
    KIND_WORDS,
    STATE_WORDS,
    Case,
    DayList,
    day_counts,
    day_list,
    read_case_number,
    team_words,
)
from makegood.centre.casework.offering import names_of, purpose_of
from makegood.centre.casework.speaking import language
from makegood.trust.clock import now
from makegood.trust.policy import Act
from makegood.trust.staff import visitor_of


@login_required
@require_GET
def day(request: HttpRequest) -> HttpResponse:
    """One part of the day, what is due first before."""
    asked = request.GET.get("list", "")
    which = DayList(asked) if asked in set(DayList) else DayList.MINE
    visitor = visitor_of(request)
    found = day_list(visitor, which, purpose=purpose_of(visitor, act=Act.READ_CASES))
    counts, words = day_counts(visitor), list_words()
    context = {
        "which": which.value,
        "lists": [
            {"value": one.value, "words": words[one], "count": counts[one], "is_here": one is which}
            for one in DayList
        ],
        "title": words[which],
        "rows": rows_of(found),
    }
    return render(request, "casework/day.html", context)


@login_required
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """The case of a number that was read aloud."""
    number = read_case_number(request.GET.get("number", ""))
    if number is None:
        messages.warning(request, _("A case number has eight letters. Ask for it again."))
        return redirect("centre:cases")
    return redirect("centre:case", number=number)


def list_words() -> dict[DayList, str]:
    """The parts of the day, for people."""
    return {
        DayList.MINE: _("Mine"),
        DayList.TEAM: _("My team's"),
        DayList.OVERDUE: _("Overdue"),
        DayList.CALLBACKS: _("Calls of today"),
    }


def rows_of(found: list[Case]) -> list[dict[str, Any]]:
    """Cases as rows of a table."""
    instant, words = now(), language()
    names = names_of({case.member for case in found if case.member})
    return [
        {
            "case": case,
            "kind": KIND_WORDS[case.kind][words],
            "state": STATE_WORDS[case.state][words],
            "who": names.get(case.member, "") or team_words(case.team, words),
            "is_overdue": case.is_overdue(instant),
        }
        for case in found
    ]
