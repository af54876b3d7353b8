"""Lists of staff, their devices and sessions are read by whom the policies let."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from makegood.trust.access import permit
from makegood.trust.policy import Act, Resource, ResourceKind

if TYPE_CHECKING:
    from makegood.trust.access import Visitor


def may_read(visitor: Visitor) -> None:
    """Let the reading of a list be decided and recorded. Raises Refused (MG770)."""
    with transaction.atomic():
        permit(visitor, Act.READ_STAFF, Resource(ResourceKind.STAFF))
