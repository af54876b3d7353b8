"""One version of a programme: what it promises, its measures, days and messages, to the letter."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from makegood.operations.parts import csv_asked
from makegood.operations.programmes.texts import text_context
from makegood.operations.reading import actor_names, may, reader, spoken
from makegood.publication import Published, newest_version, versions
from makegood.trust.policy import Act
from makegood.trust.proposals import proposal_of


@login_required
@require_GET
def shown(request: HttpRequest, programme: str, sha256: str) -> HttpResponse:
    """The version with who proposed and who published it."""
    visitor = reader(request)
    version = _version(programme, sha256)
    loaded = version.load()
    texts = text_context(loaded, version.load_messages(loaded))
    if file := csv_asked(request, texts["measures"], texts["calendar"]):
        return file
    proposal = proposal_of(version.proposal_id)
    names = actor_names([proposal.proposed_by, proposal.decided_by, version.published_by])
    context = {
        **texts,
        "version": version,
        "title": loaded.section.title[spoken(loaded)],
        "proposal": proposal,
        "proposed_by": names.get(proposal.proposed_by, proposal.proposed_by),
        "decided_by": names.get(proposal.decided_by, proposal.decided_by),
        "published_by": names.get(version.published_by, version.published_by),
        "is_in_force": newest_version(programme) == sha256,
        "may_read_proposals": may(visitor, Act.READ_PROPOSALS),
    }
    return render(request, "operations/programmes/version.html", context)


@login_required
@require_GET
def text(request: HttpRequest, programme: str, sha256: str, name: str) -> HttpResponse:
    """The text itself as a file, to the byte that was hashed."""
    reader(request)
    version = _version(programme, sha256)
    content = {"programme.yaml": version.text, "messages.yaml": version.messages}.get(name)
    if not content:
        raise Http404
    answer = HttpResponse(content, content_type="application/yaml; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _version(programme: str, sha256: str) -> Published:
    """The newest publication of this text. Raises Http404."""
    found = next((each for each in versions(programme) if each.sha256 == sha256), None)
    if found is None:
        raise Http404
    return found
