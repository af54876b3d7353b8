"""Drafts: checked texts that somebody has brought, before they are proposed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.apps import apps
from django.db import transaction

from makegood.kernel import Finding, MakegoodError
from makegood.publication.kept import hash_of_text
from makegood.publication.kept import model as version_model
from makegood.trust.access import Visitor, permit
from makegood.trust.clock import now
from makegood.trust.policy import Act, Resource, ResourceKind

if TYPE_CHECKING:
    from makegood.programmes import MessageTemplates, Programme
    from makegood.publication.models import Draft as Row

_LISTED = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as it was brought, with its messages; ``messages`` is empty where there are none."""

    draft_id: UUID
    programme: str
    sha256: str
    text: str
    messages: str
    messages_sha256: str
    kept_at: datetime
    kept_by: str

    def load(self) -> Programme:
        """The programme itself, checked again."""
        from makegood.programmes import load_text

        return load_text(self.text)

    def load_messages(self, programme: Programme) -> MessageTemplates | None:
        """Its messages, checked again; None where it has none."""
        from makegood.programmes import load_messages

        return load_messages(self.messages, programme) if self.messages else None


def keep_draft(
    visitor: Visitor, programme: Programme, messages: MessageTemplates | None = None
) -> Draft:
    """Keep a checked text with its messages; the same again is the draft that stands.

    Raises Refused MG770.
    """
    with transaction.atomic():
        permit(visitor, Act.PROPOSE_PUBLISH_PROGRAMME, Resource(ResourceKind.PROPOSAL))
        row, _is_new = _model().objects.get_or_create(
            programme=programme.identifier,
            sha256=programme.sha256,
            messages_sha256=messages.sha256 if messages else "",
            defaults={
                "draft_id": uuid4(),
                "text": programme.text,
                "messages": messages.text if messages else "",
                "kept_at": now(),
                "kept_by": visitor.actor,
            },
        )
    return _of(row)


def draft_of(draft_id: UUID) -> Draft:
    """The draft. Raises MakegoodError MG670 where there is none."""
    row = _model().objects.filter(draft_id=draft_id).first()
    if row is None:
        hint = "bring the file once more"
        raise MakegoodError(Finding("MG670", f"there is no draft {draft_id}", hint))
    return _of(row)


def drafts(programme: str = "") -> list[Draft]:
    """The newest drafts, of one programme or of all; those that were published are left out."""
    found = _model().objects.order_by("-kept_at")
    if programme:
        found = found.filter(programme=programme)
    published = set(
        version_model().objects.values_list("programme", "sha256", "messages_sha256").distinct()
    )
    kept = (_of(row) for row in found[:_LISTED])
    return [
        each
        for each in kept
        if (each.programme, each.sha256, each.messages_sha256) not in published
    ]


def text_of(sha256: str) -> str | None:
    """A programme's text by its hash, be it published or a draft; None where nobody brought it.

    A text that was changed since is none.
    """
    for rows in (version_model().objects, _model().objects):
        found = rows.filter(sha256=sha256).values_list("text", flat=True).first()
        if found is not None and hash_of_text(found) == sha256:
            return str(found)
    return None


def _of(row: Row) -> Draft:
    return Draft(
        row.draft_id,
        row.programme,
        row.sha256,
        row.text,
        row.messages,
        row.messages_sha256,
        row.kept_at,
        row.kept_by,
    )


def _model() -> type[Row]:
    """The table, once Django is set up: it reads this package before its models can be."""
    found: type[Row] = apps.get_model("publication", "Draft")
    return found
