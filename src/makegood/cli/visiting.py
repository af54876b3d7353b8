"""Who is at the console, and what the gate says of what they want to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from makegood.kernel import MakegoodError

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.trust.access import Visitor
    from makegood.trust.audit import Json
    from makegood.trust.policy import Act, Resource, ResourceKind
    from makegood.trust.proposals import ProposalKind


@contextmanager
def visiting(
    settings: Settings | None = None, *, new_master_key: bool = False
) -> Iterator[Visitor]:
    """The store open, and who is at this console: the member who signed in, or its account."""
    from makegood.project import prepared

    with prepared(settings, new_master_key=new_master_key):
        from makegood.trust.staff import console_visitor

        try:
            yield console_visitor()
        finally:
            _seal_log()


def _seal_log() -> None:
    """Put what this command wrote under a signed checkpoint, whether a worker runs or not.

    Where that cannot be done the command's own answer counts; verify and doctor say why.
    """
    import psycopg
    from django.db import Error

    from makegood.configuration import Settings
    from makegood.trust.audit import publish_checkpoint
    from makegood.trust.keys import MasterKey

    with suppress(MakegoodError, Error, psycopg.Error):
        settings = Settings.load()
        publish_checkpoint(MasterKey.open(settings), settings.log_origin)


def permitted(
    visitor: Visitor,
    act: Act,
    kind: ResourceKind,
    *,
    resource_id: str = "",
    entry: str = "access.permitted",
    details: Mapping[str, Json] | None = None,
) -> None:
    """Let the gate decide and record an act of operation, in a transaction of its own.

    ``entry`` is the kind of entry where it is allowed. Raises Refused MG770, and further as
    ``permit`` does.
    """
    from django.db import transaction

    from makegood.trust.access import permit
    from makegood.trust.policy import Purpose, Resource

    with transaction.atomic():
        permit(
            visitor,
            act,
            Resource(kind, resource_id),
            purpose=Purpose.OPERATION,
            kind=entry,
            details=details or {},
        )


def agreed(
    visitor: Visitor,
    kind: ProposalKind,
    subject: str,
    contents: Mapping[str, Json],
    resource: Resource,
) -> None:
    """Use what two persons agreed on and let the gate decide, in the transaction of the act.

    Undone with everything else there where the gate says no. Raises MakegoodError MG769 where
    nothing approved is at hand for exactly these contents, Refused MG770.
    """
    from makegood.trust.access import permit
    from makegood.trust.policy import Purpose
    from makegood.trust.proposals import RULES, hash_of, redeem

    used = redeem(kind, subject, hash_of(contents), by=visitor.actor, source=visitor.source)
    permit(
        visitor,
        RULES[kind].carry_out,
        resource,
        purpose=Purpose.OPERATION,
        proposed_by=used.proposed_by,
        approved=True,
    )
