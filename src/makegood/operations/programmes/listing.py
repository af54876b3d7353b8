"""The programmes, their versions, and drafts that somebody has brought."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from makegood.operations.parts import Figures, Shown, csv_asked
from makegood.operations.reading import actor_names, may, reader, spoken
from makegood.publication import Draft, Published, drafts, versions
from makegood.trust.policy import Act
from makegood.trust.proposals import proposal_of

SHORT = 12


@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Programmes in force, all versions with who proposed, approved and published them, drafts."""
    visitor = reader(request)
    published, brought = versions(), drafts()
    table = _versions(published)
    if file := csv_asked(request, table):
        return file
    seen: dict[str, Published] = {}
    for each in published:
        seen.setdefault(each.programme, each)
    context = {
        "in_force": [_in_force(each) for each in seen.values()],
        "versions": table,
        "drafts": _drafts(brought) if brought else None,
        "may_bring": may(visitor, Act.PROPOSE_PUBLISH_PROGRAMME),
    }
    return render(request, "operations/programmes/list.html", context)


def _in_force(published: Published) -> dict[str, object]:
    programme = published.load()
    words = spoken(programme)
    return {
        "programme": published.programme,
        "title": programme.section.title[words],
        "summary": programme.section.summary[words],
        "language": words,
        "since": published.published_at,
        "sha256": published.sha256,
        "measures": len(programme.measures),
    }


def _versions(published: list[Published]) -> Figures:
    proposals = {each.proposal_id: proposal_of(each.proposal_id) for each in published}
    names = actor_names(
        [each.published_by for each in published]
        + [by for each in proposals.values() for by in (each.proposed_by, each.decided_by)]
    )
    current: set[str] = set()
    rows = []
    for each in published:
        is_newest = each.programme not in current
        current.add(each.programme)
        proposal = proposals[each.proposal_id]
        address = reverse("programme_version", args=[each.programme, each.sha256])
        rows.append(
            (
                Shown(f"{each.programme} {each.sha256[:SHORT]}", each.sha256, address),
                each.published_at,
                names.get(proposal.proposed_by, proposal.proposed_by),
                names.get(proposal.decided_by, proposal.decided_by),
                names.get(each.published_by, each.published_by),
                Shown(each.messages_sha256[:SHORT] or "–", each.messages_sha256),
                Shown(_("in force"), "in_force", tone="good")
                if is_newest
                else Shown(_("former"), "former"),
            )
        )
    columns = (
        _("Version"),
        _("Published"),
        _("Proposed by"),
        _("Approved by"),
        _("Published by"),
        _("Messages"),
        _("State"),
    )
    return Figures("versions", _("Versions"), columns, tuple(rows))


def _drafts(brought: list[Draft]) -> Figures:
    names = actor_names(each.kept_by for each in brought)
    rows = tuple(
        (
            Shown(
                f"{each.programme} {each.sha256[:SHORT]}",
                each.sha256,
                reverse("programme_draft", args=[each.draft_id]),
            ),
            each.kept_at,
            names.get(each.kept_by, each.kept_by),
        )
        for each in brought
    )
    return Figures("drafts", _("Drafts"), (_("Draft"), _("Brought"), _("By")), rows)
