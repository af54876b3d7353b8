"""Who acts for which customer: themselves, or a member of staff on their behalf."""

from __future__ import annotations

from dataclasses import dataclass, field

from makegood.trust.access import Visitor
from makegood.trust.policy import Purpose


@dataclass(frozen=True, slots=True)
class Acting:
    """A visitor who acts for a customer ``through`` a channel: web, call_centre or shop.

    ``purpose`` and ``case`` go to the gate with each act.
    """

    visitor: Visitor
    customer_id: str = field(repr=False)
    through: str
    purpose: str = Purpose.CUSTOMER_REQUEST
    case: str = ""
