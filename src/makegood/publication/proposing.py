"""A programme is proposed: by its hash, with what it is expected to come to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from makegood.publication.forecast import forecast_of
from makegood.trust.access import Visitor, checked_reason, permit
from makegood.trust.audit import Json
from makegood.trust.policy import Act, Resource, ResourceKind
from makegood.trust.proposals import Proposal, ProposalKind
from makegood.trust.proposals import propose as make_proposal

if TYPE_CHECKING:
    from makegood.decisions import Decisions
    from makegood.programmes import MessageTemplates, Programme


def contents_of(
    programme: Programme,
    decisions: Decisions | None = None,
    messages: MessageTemplates | None = None,
) -> dict[str, Json]:
    """What two persons agree to: these texts, and what they were told it comes to."""
    contents: dict[str, Json] = {"sha256": programme.sha256}
    if messages is not None:
        contents["messages_sha256"] = messages.sha256
    if decisions is not None:
        contents["forecast"] = forecast_of(programme, decisions)
    return contents


def propose(
    visitor: Visitor,
    programme: Programme,
    reason: str,
    decisions: Decisions | None = None,
    messages: MessageTemplates | None = None,
) -> Proposal:
    """Propose to publish a checked programme and its messages.

    Raises Refused MG770, MakegoodError MG630, MG773 for a reason that is none, and MG768 where the
    same is proposed already.
    """
    contents = contents_of(programme, decisions, messages)
    return _proposed(visitor, programme, contents, reason)


def propose_told(
    visitor: Visitor,
    programme: Programme,
    reason: str,
    forecast: Mapping[str, Json],
    messages: MessageTemplates | None = None,
) -> Proposal:
    """Propose a checked programme with the forecast that a study of it gave; empty for none.

    Raises as ``propose`` does.
    """
    contents = contents_of(programme, None, messages)
    if forecast:
        contents["forecast"] = dict(forecast)
    return _proposed(visitor, programme, contents, reason)


def _proposed(
    visitor: Visitor, programme: Programme, contents: Mapping[str, Json], reason: str
) -> Proposal:
    reason = checked_reason(reason)
    with transaction.atomic():
        resource = Resource(ResourceKind.PROPOSAL)
        permit(visitor, Act.PROPOSE_PUBLISH_PROGRAMME, resource)
        return make_proposal(
            ProposalKind.PUBLISH_PROGRAMME,
            subject_of(programme),
            contents,
            reason,
            by=visitor.actor,
            source=visitor.source,
        )


def subject_of(programme: Programme) -> str:
    """How proposals name a programme."""
    return f"programme:{programme.identifier}"
