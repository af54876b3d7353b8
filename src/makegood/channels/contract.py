"""What every channel can do, in whatever format it speaks with the other side.

A *shipment* is one shard of a run: some items in a Parquet file. A channel brings it outside under
its message id, says whether the other side has it, asks about what was not answered, and reads
what came in. It keeps nothing that a run could not ask for again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from makegood.kernel import Finding, MakegoodError

ITEM_SCHEMA = pa.schema(
    [
        pa.field("item", pa.int64(), nullable=False),  # from 1, within the run
        pa.field("key", pa.string(), nullable=False),  # the pay-once key
        pa.field("attempt", pa.int16(), nullable=False),  # from 1: counts follow-ups of the key
        pa.field("line_id", pa.string(), nullable=False),
        pa.field("customer_id", pa.string()),  # whose contact data or account; may be empty
        pa.field("account_id", pa.string()),  # the vault's record of the account to pay to
        pa.field("amount", pa.int64(), nullable=False),  # minor units; 0 without money
        pa.field("quantity", pa.int64(), nullable=False),  # of a grant or an uplift; 0 without
        pa.field("detail", pa.string(), nullable=False),  # option, offer, template; "" without
    ]
)
"""The columns of a run's items. No personal data: a channel opens the vault when it sends."""

ANSWER_SCHEMA = pa.schema(
    [
        pa.field("key", pa.string(), nullable=False),
        pa.field("attempt", pa.int16(), nullable=False),
        pa.field("outcome", pa.string(), nullable=False),  # a word of Outcome
        pa.field("code", pa.string(), nullable=False),  # the other side's reason; "" for done
        pa.field("at", pa.timestamp("us", tz="UTC")),  # when, as the other side says; may be empty
    ]
)
"""The columns of what came in about items."""


class ChannelName(StrEnum):
    """The ways there are. Closed: there are no others."""

    BANK = "bank"
    BILLING = "billing"
    PROVISIONING = "provisioning"
    INSURER = "insurer"
    SMS = "sms"
    MAIL = "mail"
    VOUCHERS = "vouchers"


class Outcome(StrEnum):
    """What became of an item, as the other side says it. ``UNKNOWN`` is no answer yet."""

    DONE = "done"
    FAILED = "failed"
    RETURNED = "returned"
    UNKNOWN = "unknown"


class Taken(StrEnum):
    """Whether the other side has a message, after it was asked.

    ``NO``: nothing of it left. ``PARTLY``: some of it may have, and sending the same message goes
    on with the rest, nothing twice; so it is sent again, and can no longer be given up.
    """

    YES = "yes"
    NO = "no"
    PARTLY = "partly"
    UNSURE = "unsure"


class NotSent(MakegoodError):
    """Nothing left the house: the same shipment may be sent again. Other failures are doubtful."""


class PartlySent(MakegoodError):
    """Some of it may have left; sent again, the same shipment goes on with the rest."""


@dataclass(frozen=True, slots=True)
class Shipment:
    """A shard of a run, on its way out.

    ``message_id`` (at most 35 letters of ``A-Z a-z 0-9 -``) is the same however often this shard is
    tried; ``items`` is a Parquet file of ITEM_SCHEMA with ``count`` rows and the amounts' sum
    ``total``. ``texts`` are what the programme says about the thing: unit, template and so on.
    """

    channel: ChannelName
    message_id: str
    run_id: str
    shard: int
    programme: str
    measure: str
    period: str
    kind: str
    items: Path
    count: int
    total: int
    currency: str
    minor_digits: int
    due_on: date
    made_at: datetime
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something that came in: a file, or answers that were kept as they were given.

    ``source_id`` is the hash of its content: the same twice is applied once. ``message_ids`` are
    the shipments it is about, where it says so. ``count`` and ``total`` are its own control totals
    of ``answers`` (ANSWER_SCHEMA), already checked by the channel.
    """

    channel: ChannelName
    source_id: str
    name: str
    path: Path
    message_ids: tuple[str, ...]
    answers: pa.Table
    count: int
    details: Mapping[str, Any] = field(default_factory=dict)


class AtAnyHour:
    """What a channel without quiet hours inherits, and one that has nothing to tell of."""

    def earliest(self, shipment: Shipment, now: datetime) -> datetime:  # noqa: ARG002
        """Now."""
        return now

    def findings(self) -> list[Finding]:
        """None."""
        return []


class Channel(Protocol):
    """One way to the outside."""

    @property
    def name(self) -> ChannelName:
        """Which it is."""
        ...

    def earliest(self, shipment: Shipment, now: datetime) -> datetime:
        """When it may leave, asked before it is sent: ``now``, or an instant to come.

        Messages wait for the morning; a channel that may send at any hour is an ``AtAnyHour``.
        """
        ...

    def send(self, shipment: Shipment) -> str:
        """Bring a shipment outside, whole or not at all; the SHA-256 of what was put there.

        Sending the same message again, unchanged, is harmless. Raises NotSent where nothing left
        the house, PartlySent where it goes on with the rest; after any other failure only
        ``taken`` knows.
        """
        ...

    def taken(self, shipment: Shipment) -> Taken:
        """Whether the other side has it: asked, and not guessed."""
        ...

    def ask(self, shipment: Shipment, keys: Sequence[str]) -> None:
        """Ask about items that were not answered. Answers come in as any others do.

        Nothing is asked, and nothing is wrong, while the other side may still take the message: it
        would deny what it carries out a moment later. Then it may be asked another time.
        """
        ...

    def incoming(self) -> Iterator[Incoming]:
        """What came in and is not put away, oldest first; what cannot be read is set aside."""
        ...

    def put_away(self, incoming: Incoming) -> None:
        """It was applied and committed: out of the way. Again is harmless."""
        ...

    def findings(self) -> list[Finding]:
        """What somebody should look at: files that were put aside or lie untaken, low pools.

        Nothing of what the other side wrote, and nobody's data, is repeated in them.
        """
        ...
