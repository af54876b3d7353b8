"""Who asks, from where and how surely: what every access and act is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from makegood.trust.policy import Principal


@dataclass(frozen=True, slots=True)
class Visitor:
    """A principal in a session.

    ``device``, ``sign_in_strength`` and ``network`` are words that the policies know.
    ``signed_in_at`` is when the principal last proved who they are; None where they have not.
    ``source`` is an address, or the console's name.
    """

    principal: Principal
    session_id: str
    device: str
    sign_in_strength: str
    signed_in_at: datetime | None
    network: str
    source: str
