"""The audit log: listed, one entry with its proof, and what was last found of the whole."""

from __future__ import annotations

import json
import re
from datetime import datetime, time, timedelta
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from makegood.kernel import is_pseudonym
from makegood.operations.forms import LogForm
from makegood.operations.frame import language
from makegood.operations.log_details import told_details
from makegood.operations.reading import actor_names
from makegood.trust.access import permit
from makegood.trust.audit import (
    KINDS,
    Entry,
    Json,
    Selection,
    entries,
    find_entry,
    newest_checkpoint,
    prove,
)
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind, purpose_name
from makegood.trust.staff import member_named, visitor_of

_LISTED = 50
_ACTOR = re.compile(r"staff:[0-9a-f-]{36}|(console|system):[A-Za-z][A-Za-z0-9._-]{0,63}")
_NO_NUMBER = "(neither pseudonym nor actor)"
"""For what was typed and is neither: it may be a customer's name."""


@login_required
@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """The newest entries that are asked for. The customer's number is a pseudonym."""
    form = LogForm(request.GET or None, language=language())
    selection = _selection(form) if form.is_valid() else Selection()
    _may_read(request, "list", **_searched(selection))
    found = list(islice(entries(selection, newest_first=True), _LISTED + 1))
    names = actor_names(entry.record.actor for entry in found)
    context = {
        "purpose": request.GET.get("purpose", ""),
        "form": form,
        "rows": [_row(entry, names) for entry in found[:_LISTED]],
        "is_more": len(found) > _LISTED,
        "listed": _LISTED,
        "checkpoint": newest_checkpoint(),
        "verified": next(entries(Selection(kinds=["log.verified"]), newest_first=True), None),
    }
    return render(request, "operations/log.html", context)


@login_required
@require_GET
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """All that one entry says."""
    _may_read(request, "entry", entry=str(entry_id))
    placed = find_entry(entry_id)
    record = placed.entry.record
    context = {
        "purpose": request.GET.get("purpose", ""),
        "row": _row(placed.entry, actor_names([record.actor])),
        "record": record,
        "place": placed.leaf_index,
        "hash": placed.entry.leaf_hash().hex(),
        "told": told_details(record.details),
        "details": json.dumps(dict(record.details), ensure_ascii=False, indent=2, sort_keys=True),
    }
    return render(request, "operations/entry.html", context)


@login_required
@require_GET
def proof(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The proof that the entry stands in the log, as a file that is checked anywhere."""
    _may_read(request, "proof", entry=str(entry_id))
    response = HttpResponse(prove(entry_id).render(), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="entry-{entry_id}.proof"'
    return response


def _may_read(request: HttpRequest, what: str, **named: str) -> None:
    """Ask the gate; the purpose goes along from page to page in the address."""
    details: dict[str, Json] = {"what": what, **named}
    purpose = request.GET.get("purpose", "") or Purpose.AUDIT
    with transaction.atomic():
        permit(
            visitor_of(request),
            Act.READ_LOG,
            Resource(ResourceKind.LOG),
            purpose=purpose,
            kind="log.read",
            details=details,
        )


def _selection(form: LogForm) -> Selection:
    asked = form.cleaned_data
    zone = settings.INSTALLATION.zone
    since, until = asked["since"], asked["until"]
    return Selection(
        kinds=[asked["kind"]] if asked["kind"] else (),
        actor=_actor(asked["actor"].strip()),
        person=asked["person"].strip(),
        since=datetime.combine(since, time(), zone) if since else None,
        until=datetime.combine(until + timedelta(days=1), time(), zone) if until else None,
    )


def _searched(selection: Selection) -> dict[str, str]:
    """Whose entries were asked for: who looks after one person or colleague can be seen."""
    asked = {
        "actor": selection.actor if _ACTOR.fullmatch(selection.actor) else _NO_NUMBER,
        "person": selection.person if is_pseudonym(selection.person) else _NO_NUMBER,
    }
    return {name: told for name, told in asked.items() if getattr(selection, name)}


def purpose_words(purpose: str) -> str:
    """A purpose as the log has it, for people."""
    known = next((one for one in Purpose if one.value == purpose), None)
    return purpose_name(known, language()) if known else purpose


def _actor(asked: str) -> str:
    return asked if not asked or ":" in asked else member_named(asked).actor


def _row(found: Entry, names: dict[str, str]) -> dict[str, object]:
    record = found.record
    return {
        "entry_id": found.entry_id,
        "written_at": found.written_at,
        "kind": KINDS[record.kind].words[language()],
        "who": names.get(record.actor, record.actor),
        "subject": record.subject,
        "purpose": purpose_words(record.purpose),
        "case": record.case,
        "source": record.source,
    }
