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
    from makegood.programmes import Programme

_LISTED = "'makegood programme list' shows what is in force since when"
KIND = ProposalKind.PUBLISH_PROGRAMME


def publish(visitor: Visitor, programme: Programme) -> Published:
    """Put a programme in force whose publication another person has approved.

    Everything is one transaction: the proposal is used, the text kept, the log written. Raises
    Refused MG770, MakegoodError MG769 where nothing approved is at hand, MG631 where the same
    text is in force already.
    """
    if (current := in_force(programme.identifier)) and current.sha256 == programme.sha256:
        raise MakegoodError(
            Finding("MG631", f"this text of '{programme.identifier}' is in force already", _LISTED)
        )
    with transaction.atomic():
        approved = _approved(programme)
        permit(
            visitor,
            Act.PUBLISH_PROGRAMME,
            Resource(ResourceKind.PROGRAMME, programme.identifier),
            proposed_by=approved.proposed_by if approved else "",
            approved=approved is not None,
            kind="programme.published",
            details={"sha256": programme.sha256},
        )
        subject = subject_of(programme)
        contents_hash = approved.contents_hash if approved else ""
        used = redeem(KIND, subject, contents_hash, by=visitor.actor, source=visitor.source)
        version = model().objects.create(
            programme=programme.identifier,
            sha256=programme.sha256,
            text=programme.text,
            published_at=now(),
            published_by=visitor.actor,
            proposal_id=used.proposal_id,
        )
    return Published.of(version)


def _approved(programme: Programme) -> Proposal | None:
    """The approved proposal about exactly this text, whatever forecast was shown with it."""
    subject = subject_of(programme)
    for proposal in proposals(State.APPROVED, KIND, limit=1_000):
        if proposal.subject == subject and proposal.contents.get("sha256") == programme.sha256:
            return proposal
    return None
