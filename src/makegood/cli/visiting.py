"""Who is at the console, and what the gate says of what they want to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.trust.access import Visitor
    from makegood.trust.audit import Json
    from makegood.trust.policy import Act, ResourceKind


@contextmanager
def visiting(settings: Settings | None = None) -> Iterator[Visitor]:
    """The store open, and who is at this console: the member who signed in, or its account."""
    from makegood.project import prepared

    with prepared(settings):
        from makegood.trust.staff import console_visitor

        yield console_visitor()


def permitted(
    visitor: Visitor,
    act: Act,
    kind: ResourceKind,
    *,
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
            Resource(kind),
            purpose=Purpose.OPERATION,
            kind=entry,
            details=details or {},
        )
