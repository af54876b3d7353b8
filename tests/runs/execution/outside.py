"""The other side of a channel, in memory, that does what a test says: it keeps books of its own."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from makegood.channels import (
    ANSWER_SCHEMA,
    ChannelName,
    Incoming,
    Outcome,
    Shipment,
    Taken,
)
from makegood.configuration import Settings
from makegood.kernel import Finding

AT = datetime(2026, 2, 1, 1, 0, tzinfo=UTC)
Behaviour = Callable[[Shipment], None]


def _nothing(_shipment: Shipment) -> None:
    """Everything goes well."""


@dataclass
class Outside:
    """``before`` and ``after`` are called around the moment in which a message is taken."""

    name: ChannelName = ChannelName.PROVISIONING
    taken_messages: dict[str, Shipment] = field(default_factory=dict)
    items: Counter[tuple[str, int]] = field(default_factory=Counter)
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    inbox: list[Incoming] = field(default_factory=list)
    before: Behaviour = _nothing
    after: Behaviour = _nothing
    says: Taken | None = None
    waits_until: datetime | None = None
    told: list[Finding] = field(default_factory=list)

    def __call__(self, name: ChannelName, _settings: Settings) -> "Outside":
        assert name is self.name
        return self

    def earliest(self, shipment: Shipment, now: datetime) -> datetime:
        assert shipment.channel is self.name
        return max(now, self.waits_until or now)

    def send(self, shipment: Shipment) -> str:
        self.before(shipment)
        if shipment.message_id not in self.taken_messages:
            self.taken_messages[shipment.message_id] = shipment
            for row in pq.read_table(shipment.items).to_pylist():
                self.items[row["key"], row["attempt"]] += 1
        self.after(shipment)
        return "f" * 64

    def taken(self, shipment: Shipment) -> Taken:
        if self.says is not None:
            return self.says
        return Taken.YES if shipment.message_id in self.taken_messages else Taken.NO

    def ask(self, shipment: Shipment, keys: Sequence[str]) -> None:
        self.asked.append((shipment.message_id, tuple(keys)))

    def incoming(self) -> Iterator[Incoming]:
        yield from list(self.inbox)

    def put_away(self, incoming: Incoming) -> None:
        self.inbox = [each for each in self.inbox if each.name != incoming.name]

    def findings(self) -> list[Finding]:
        return self.told

    def answer(
        self,
        said: Iterable[tuple[str, Outcome]],
        *,
        attempt: int = 1,
        code: str = "E7",
        names: bool = True,
    ) -> Incoming:
        """Something comes in about these keys; ``names``: it says which messages it is about."""
        rows = [
            {
                "key": key,
                "attempt": attempt,
                "outcome": outcome.value,
                "code": "" if outcome is Outcome.DONE else code,
                "at": AT,
            }
            for key, outcome in said
        ]
        table = pa.Table.from_pylist(rows, schema=ANSWER_SCHEMA)
        content = sha256(repr(rows).encode()).hexdigest()
        made = Incoming(
            self.name,
            content,
            f"answer-{len(self.inbox)}-{content[:6]}",
            Path("nowhere"),
            tuple(self.taken_messages) if names else (),
            table,
            table.num_rows,
        )
        self.inbox.append(made)
        return made

    def answer_all(self, outcome: Outcome = Outcome.DONE) -> Incoming:
        """All that was taken came to the same."""
        return self.answer([(key, outcome) for key, _ in sorted(self.items)])
