"""Undetermined lines to clear: how many lack which facts, and which they are."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from makegood.decisions import Decisions, Disposition, undetermined_lines
from makegood.operations.chosen import Chosen, ProgrammeForm, chosen
from makegood.operations.parts import Figures, Shown, csv_answer, csv_asked, paged
from makegood.operations.rights import ask_to_read
from makegood.runs import known_decisions
from makegood.trust.policy import Act, ResourceKind

DOWNLOADED_MAX = 1_000_000
"""So many pseudonyms are in one file; whoever has more clears the first of them first."""


@login_required
@require_GET
def undetermined(request: HttpRequest) -> HttpResponse:
    """For each measure the facts that are missing, and for how many lines; the most first."""
    _ask(request, "undetermined")
    found = chosen(request)
    if found is None:
        return render(request, "operations/claims/undetermined.html", {})
    decisions = known_decisions(settings.INSTALLATION, found.programme)
    figures = lacking_figures(found, decisions) if decisions else None
    file = csv_asked(request, figures) if figures else None
    if file is not None:
        return file
    form = ProgrammeForm(request, found)
    for name in ("since", "until"):
        del form.fields[name]
    context = {"chosen": found, "form": form, "figures": figures, "decisions": decisions}
    return render(request, "operations/claims/undetermined.html", context)


@login_required
@require_GET
def lines(request: HttpRequest, measure: str) -> HttpResponse:
    """The pseudonyms of lines that lack just these facts, 50 on a page; all of them as a file."""
    facts = [fact for fact in request.GET.get("facts", "").split(",") if fact]
    is_file = request.GET.get("download") == "lines"
    _ask(request, "undetermined_lines", measure=measure, facts=",".join(facts), file=is_file)
    found = chosen(request)
    decisions = known_decisions(settings.INSTALLATION, found.programme) if found else None
    if found is None or decisions is None or not _counted(decisions, measure, facts):
        raise Http404
    if is_file:
        named = undetermined_lines(decisions, measure, facts, DOWNLOADED_MAX)
        return csv_answer(f"undetermined-{measure}", ("line_id",), ((line,) for line in named))
    page = paged(
        request, lambda limit, after: undetermined_lines(decisions, measure, facts, limit, after)
    )
    context = {
        "chosen": found,
        "measure": found.measure(measure),
        "facts": [fact_words(found, fact) for fact in facts],
        "count": _counted(decisions, measure, facts),
        "paged": page,
        "figures": Figures("lines", _("Lines"), (_("Line"),), tuple((line,) for line in page.rows)),
    }
    return render(request, "operations/claims/undetermined_lines.html", context)


def lacking_figures(found: Chosen, decisions: Decisions) -> Figures:
    """A row for each measure and set of missing facts."""
    rows = [
        (
            found.measure(name),
            _leading(found, name, lacking.facts),
            lacking.lines,
        )
        for name, counts in decisions.measures.items()
        for lacking in sorted(counts.lacking, key=lambda each: (-each.lines, each.facts))
    ]
    columns = (_("Measure"), _("Missing facts"), _("Lines"))
    return Figures("undetermined", _("Undetermined lines"), columns, tuple(rows))


def undetermined_count(decisions: Decisions) -> int:
    """Undetermined lines of all measures; a line counts for each measure that it lacks facts of."""
    return sum(each.of(Disposition.UNDETERMINED) for each in decisions.measures.values())


def fact_words(found: Chosen, fact: str) -> str:
    """What a fact is called."""
    known = found.programme.section.facts.get(fact)
    return found.said(known.label) if known else fact


def _leading(found: Chosen, measure: str, facts: Sequence[str]) -> Shown:
    words = ", ".join(fact_words(found, fact) for fact in facts)
    query = urlencode({"programme": found.name, "facts": ",".join(facts)})
    address = f"{reverse('undetermined_lines', args=[measure])}?{query}"
    return Shown(words, ", ".join(facts), address)


def _counted(decisions: Decisions, measure: str, facts: Sequence[str]) -> int:
    counts = decisions.measures.get(measure)
    return next((x.lines for x in counts.lacking if set(x.facts) == set(facts)), 0) if counts else 0


def _ask(request: HttpRequest, what: str, **more: str | bool) -> None:
    ask_to_read(request, Act.READ_RUNS, ResourceKind.RUN, details={"what": what, **more})
