"""A short message, and what carries it. A direct line to an SMS centre will be another spool."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from makegood.channels.contract import Incoming, Shipment, Taken
from makegood.kernel import Finding
from makegood.programmes import SmsKind


@dataclass(frozen=True, slots=True, repr=False)
class ShortMessage:
    """One message to one telephone. It never shows itself.

    ``phone`` is as ``canonical_phone`` gives it; ``subject`` is empty but for a long message; both
    texts can be written in EUC-KR and are within their bounds.
    """

    key: str
    attempt: int
    phone: str
    kind: SmsKind
    subject: str
    text: str


Messages = Callable[[], Iterator[ShortMessage]]
"""Makes the messages of a shipment, when they are needed."""


class Spool(Protocol):
    """What carries short messages outside. The channel's own promises are the spool's."""

    def put(self, shipment: Shipment, messages: Messages, deliver_until: datetime | None) -> str:
        """Bring a shipment's messages outside, all or none; the SHA-256 of what was put there.

        After ``deliver_until`` the other side delivers none of it. Where it is outside already,
        ``messages`` is not called. Raises as ``Channel.send`` does.
        """
        ...

    def taken(self, shipment: Shipment) -> Taken:
        """Whether the other side has a shipment."""
        ...

    def ask(self, shipment: Shipment, keys: Sequence[str]) -> None:
        """Ask about messages without a report."""
        ...

    def incoming(self) -> Iterator[Incoming]:
        """Delivery reports that are not put away, the oldest first."""
        ...

    def put_away(self, incoming: Incoming) -> None:
        """A report was applied. Again is harmless."""
        ...

    def findings(self) -> list[Finding]:
        """Why reports were put aside."""
        ...
