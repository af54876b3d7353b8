"""A programme comes into force: its approved proposal is used, and its text kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from makegood.kernel import Finding, MakegoodError
from makegood.publication.kept import Published, in_force, model
from makegood.publication.proposing import subject_of
from makegood.trust.access import Visitor, permit
from makegood.trust.clock import now
from makegood.trust.policy import Act, Resource, ResourceKind
from makegood.trust.proposals import Proposal, ProposalKind, State, proposals, redeem

if TYPE_CHECKING:
    from makegood.programmes import MessageTemplates, Programme

_LISTED = "'makegood programme list' shows what is in force since when"
KIND = ProposalKind.PUBLISH_PROGRAMME


def publish(
    visitor: Visitor, programme: Programme, messages: MessageTemplates | None = None
) -> Published:
    """Put a programme and its messages in force, as another person has approved them.

    Everything is one transaction: the proposal is used, the texts kept, the log written. Raises
    Refused MG770, MakegoodError MG769 where nothing approved is at hand, MG631 where the same
    texts are in force already.
    """
    of_messages = messages.sha256 if messages else ""
    hashes = (programme.sha256, of_messages)
    current = in_force(programme.identifier)
    if current and (current.sha256, current.messages_sha256) == hashes:
        raise MakegoodError(
            Finding("MG631", f"this text of '{programme.identifier}' is in force already", _LISTED)
        )
    with transaction.atomic():
        approved = _approved(programme, of_messages)
        permit(
            visitor,
            Act.PUBLISH_PROGRAMME,
            Resource(ResourceKind.PROGRAMME, programme.identifier),
            proposed_by=approved.proposed_by if approved else "",
            approved=approved is not None,
            kind="programme.published",
            details={"sha256": programme.sha256, "messages_sha256": of_messages},
        )
        subject = subject_of(programme)
        contents_hash = approved.contents_hash if approved else ""
        used = redeem(KIND, subject, contents_hash, by=visitor.actor, source=visitor.source)
        version = model().objects.create(
            programme=programme.identifier,
            sha256=programme.sha256,
            text=programme.text,
            messages=messages.text if messages else "",
            messages_sha256=of_messages,
            published_at=now(),
            published_by=visitor.actor,
            proposal_id=used.proposal_id,
        )
    return Published.of(version)


def is_approved(programme: Programme, messages: MessageTemplates | None = None) -> bool:
    """Whether another person has approved exactly these texts, so that they can be published."""
    return _approved(programme, messages.sha256 if messages else "") is not None


def _approved(programme: Programme, of_messages: str) -> Proposal | None:
    """The approved proposal about exactly these texts, whatever forecast was shown with it."""
    subject = subject_of(programme)
    for proposal in proposals(State.APPROVED, KIND, limit=1_000):
        contents = proposal.contents
        hashes = (contents.get("sha256"), contents.get("messages_sha256", ""))
        if proposal.subject == subject and hashes == (programme.sha256, of_messages):
            return proposal
    return None
