"""How a run's lines stand to what they were shown: counts, the lines, and the better proposed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from makegood.kernel import MakegoodError
from makegood.operations.forms import ReasonForm
from makegood.operations.parts import Figures, Shown, Value, csv_answer, paged
from makegood.operations.reading import in_force_or_none, may, money_text
from makegood.operations.runs.listing import run_name
from makegood.programmes import Programme
from makegood.runs import (
    Deviating,
    LineDeviation,
    RunRow,
    RunState,
    deviating_lines,
    deviating_of,
    every_deviating_line,
    left_to_propose,
    not_proposable,
    propose_shown,
    run_of,
)
from makegood.trust.policy import Act
from makegood.trust.staff import standing, visitor_of

PROPOSED_AT_ONCE = 200
"""Each is a signature, a look-up and a transaction: more would keep who waits for the page."""

_FILE_ROWS_MAX = 1_000_000
_CANCELLED = "MG886"


@dataclass(frozen=True, slots=True)
class DeviatingTold:
    """The counts of a run, with its amounts in the page's words."""

    found: Deviating
    less: str
    more: str

    @property
    def is_any(self) -> bool:
        """Whether any line deviates."""
        return self.found.is_any


def deviating_told(run: RunRow, found: Deviating | None) -> DeviatingTold | None:
    """How a run's lines stand to what they were shown; None where none was shown anything."""
    if found is None or not found.shown_lines:
        return None
    programme = in_force_or_none(run.programme)
    return DeviatingTold(
        found, money_text(programme, found.less), money_text(programme, found.more)
    )


@login_required
@require_GET
def listed(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The lines of a run that get something else than they were shown; a file of all of them."""
    run = _run(run_id)
    if request.GET.get("download") == "deviations":
        name = f"deviations-{str(run_id)[:8]}"
        lines = every_deviating_line(
            settings.INSTALLATION, visitor_of(request), run_id, _FILE_ROWS_MAX
        )
        return csv_answer(name, _columns(), _file_rows(run, lines))
    return _page(request, run, ReasonForm())


@login_required
@require_POST
def propose(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Propose for lines that get less than shown that their quote counts, so many at a time."""
    run, form = _run(run_id), ReasonForm(request.POST)
    address = reverse("run_deviations", args=[run_id])
    if not form.says_why():
        return _page(request, run, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    standing(request).onward = address
    visitor, reason = visitor_of(request), form.cleaned_data["reason"]
    try:
        made = propose_shown(settings.INSTALLATION, visitor, run_id, reason, PROPOSED_AT_ONCE)
    except MakegoodError as error:
        if error.findings[0].code != _CANCELLED:
            raise
        messages.error(request, _("The run was cancelled. Nothing was proposed."))
        return redirect(address)
    tell_proposed(request, len(made), left_to_propose(settings.INSTALLATION, run_id))
    return redirect(address)


def tell_proposed(request: HttpRequest, made: int, left: int) -> None:
    """Tell how many were proposed, and how many lines are left for another time."""
    messages.success(request, _("Proposals that wait for another person: %s") % f"{made:,}")
    if left:
        messages.warning(
            request, _("Lines left to propose: %s. Propose once more to go on.") % f"{left:,}"
        )


def _page(
    request: HttpRequest, run: RunRow, form: ReasonForm, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    visitor = visitor_of(request)
    page = paged(
        request,
        lambda limit, after: deviating_lines(
            settings.INSTALLATION, visitor, run.run_id, limit, after
        ),
    )
    programme = in_force_or_none(run.programme)
    rows = tuple(_row(programme, each) for each in page.rows)
    may_propose = may(visitor, Act.PROPOSE_CUSTOMER_EXCEPTION)
    deviating = deviating_told(run, deviating_of(run))
    context = {
        "run": run,
        "name": run_name(run),
        "deviating": deviating,
        "may_read_run": may(visitor, Act.READ_RUNS),
        "figures": Figures("deviations", _("Lines that deviate"), _columns(), rows),
        "paged": page,
        "is_cancelled": run.state is RunState.CANCELLED,
        "may_propose": may_propose,
        "to_propose": left_to_propose(settings.INSTALLATION, run.run_id) if may_propose else 0,
        "of_others": not_proposable(settings.INSTALLATION, run.run_id) if deviating else 0,
        "at_once": PROPOSED_AT_ONCE,
        "form": form,
    }
    return render(request, "operations/runs/deviations.html", context, status=status)


def _columns() -> tuple[str, ...]:
    return (
        *(_("Line"), _("Shown on"), _("Promised"), _("Comes to"), _("Of this run")),
        *(_("Better for the customer"), _("Agreed by two persons")),
    )


def _row(programme: Programme | None, each: LineDeviation) -> tuple[Value, ...]:
    better = _("the quote") if each.is_less else _("what is paid")
    return (
        each.line_id,
        each.shown_at,
        Shown(money_text(programme, each.quoted), each.quoted),
        Shown(money_text(programme, each.comes_to), each.comes_to),
        Shown(money_text(programme, each.item), each.item),
        Shown(better, better, tone="warn" if each.is_less else ""),
        _("yes") if each.is_upheld else _("no"),
    )


def _file_rows(run: RunRow, lines: Iterable[LineDeviation]) -> Iterator[tuple[Value, ...]]:
    programme = in_force_or_none(run.programme)
    yield from (_row(programme, each) for each in lines)


def _run(run_id: UUID) -> RunRow:
    """The run; 404 where there is none. The gate is asked before anything of it is shown."""
    try:
        return run_of(run_id)
    except MakegoodError:
        raise Http404 from None
