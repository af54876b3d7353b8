"""What every channel has to hold, and how a channel is plugged into the one suite.

A *rig* is a channel with its real client, and a fake as its other side. It is a class with the
members of ``Rig`` in a module ``tests/channels/<package>/rig.py``; ``RIGS`` names them all.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from makegood.channels import (
    ITEM_SCHEMA,
    Channel,
    ChannelName,
    Incoming,
    Shipment,
    Taken,
)
from makegood.configuration import Settings
from makegood.kernel import Finding, pay_once_key


@dataclass(frozen=True)
class Plug:
    """Where a rig is made: a function of the settings; ``store`` where it needs the database."""

    makes: str
    store: bool = False


RIGS: Mapping[str, Plug] = {
    "bank": Plug("tests.channels.bank.rig:bank", store=True),
    "bank, badly": Plug("tests.channels.bank.rig:bank_badly", store=True),
    "bank, with doubles": Plug("tests.channels.bank.rig:bank_with_doubles", store=True),
    "billing": Plug("tests.channels.exchange.rig:billing"),
    "insurer, hard": Plug("tests.channels.exchange.rig:hard"),
    "billing, replies first": Plug("tests.channels.exchange.rig:replies_first"),
    "provisioning over HTTP": Plug("tests.channels.web.rig:badly"),
    "short messages": Plug("tests.channels.messages.rig:short_messages", store=True),
    "mail": Plug("tests.channels.messages.rig:mail", store=True),
    "vouchers": Plug("tests.channels.vouchers.rig:vouchers", store=True),
}
"""Every channel, by its name in the tests. Each has its real client and a fake."""

MADE_AT = datetime(2026, 2, 1, 0, 0, tzinfo=UTC)


class Rig(Protocol):
    """A channel and its other side."""

    settings: Settings
    """With which a child process makes the same channel."""

    channel: Channel

    def shipment(self, number: int, count: int) -> Shipment:
        """Items that nobody had before, ``count`` of them."""
        ...

    def answer(self) -> None:
        """The other side does all that it does without being asked again, however long it takes."""
        ...

    def again(self) -> None:
        """The other side gives its last answers once more, the same to the byte."""
        ...

    def spoil(self) -> bool:
        """An answer comes in whose totals are wrong; False where no such thing can come in."""
        ...

    def findings(self) -> list[Finding]:
        """What the channel says of what it put aside."""
        ...

    def carried_out(self) -> Mapping[str, int]:
        """How often each key was carried out, by the other side's own books."""
        ...


Making = Callable[[Settings], AbstractContextManager[Rig]]


def rig_named(name: str) -> Making:
    module, _, attribute = RIGS[name].makes.partition(":")
    made: Making = getattr(importlib.import_module(module), attribute)
    return made


def shipment_of(
    folder: Path, channel: ChannelName, number: int, count: int, **columns: list[Any]
) -> Shipment:
    """A shipment of lines of its own; ``columns`` are put in place of the usual ones."""
    lines = [f"L{number:03}{n:06}" for n in range(count)]
    usual: dict[str, list[Any]] = {
        "item": list(range(1, count + 1)),
        "key": [pay_once_key("kt-2025", "data", each, "", "2026-02") for each in lines],
        "attempt": [1] * count,
        "line_id": lines,
        "customer_id": [f"C{number:03}{n:06}" for n in range(count)],
        "account_id": [None] * count,
        "amount": [11_000] * count,
        "quantity": [100] * count,
        "detail": [""] * count,
    }
    table = pa.table({**usual, **columns}, schema=ITEM_SCHEMA)
    folder.mkdir(parents=True, exist_ok=True)
    items = folder / f"shard-{number:05}.parquet"
    pq.write_table(table, items)
    return Shipment(
        channel,
        f"0123456789ABCDEF-{number:05}",
        "01234567-89ab-cdef-0123-456789abcdef",
        number,
        "kt-2025",
        "data",
        "2026-02",
        "grant",
        items,
        count,
        sum(table["amount"].to_pylist()),
        "KRW",
        0,
        date(2026, 2, 1),
        MADE_AT,
        {"unit": "GB"},
    )


def keys_of(shipment: Shipment) -> list[str]:
    keys: list[str] = pq.read_table(shipment.items, columns=["key"])["key"].to_pylist()
    return keys


def take_in(channel: Channel) -> list[Incoming]:
    """Everything that came in, put away."""
    found = list(channel.incoming())
    for each in found:
        channel.put_away(each)
    return found


def outcomes(found: list[Incoming]) -> dict[tuple[str, int], set[str]]:
    """Every outcome that was told of each key and attempt."""
    told: dict[tuple[str, int], set[str]] = {}
    for incoming in found:
        rows = incoming.answers.to_pylist()
        assert len(rows) == incoming.count
        for row in rows:
            told.setdefault((row["key"], row["attempt"]), set()).add(row["outcome"])
    return told


def brought_outside(rig: Rig, shipment: Shipment) -> list[Incoming]:
    """What a worker does with a shipment that a dead one was sending: it asks before it sends."""
    came: list[Incoming] = []
    for _ in range(6):
        match rig.channel.taken(shipment):
            case Taken.YES:
                return came
            case Taken.NO | Taken.PARTLY:
                rig.channel.send(shipment)
                return came
            case Taken.UNSURE:
                rig.answer()
                came += take_in(rig.channel)
    raise AssertionError("it is still not known whether the other side has the message")


def answered_fully(
    rig: Rig, shipment: Shipment, before: Sequence[Incoming] = ()
) -> dict[tuple[str, int], set[str]]:
    """All outcomes of a shipment that is outside; who is silent is asked until it answers.

    ``before`` is what came in already. "Unknown" is no outcome beside another.
    """
    came = list(before)
    for _ in range(8):
        rig.answer()
        came += take_in(rig.channel)
        told = outcomes(came)
        known = {key for (key, _), said in told.items() if said - {"unknown"}}
        missing = [key for key in keys_of(shipment) if key not in known]
        if not missing:
            return {each: said - {"unknown"} for each, said in told.items()}
        rig.channel.ask(shipment, missing)
    raise AssertionError(f"{len(missing)} items stay without an answer")


def with_attempt(shipment: Shipment, number: int, keys: list[str], attempt: int) -> Shipment:
    """A follow-up: these keys again, with the attempt counted up, as another message."""
    table = pq.read_table(shipment.items)
    rows = [row for row in table.to_pylist() if row["key"] in keys]
    for row in rows:
        row["attempt"] = attempt
    items = shipment.items.with_name(f"shard-{number:05}.parquet")
    pq.write_table(pa.Table.from_pylist(rows, schema=ITEM_SCHEMA), items)
    return replace(
        shipment,
        message_id=f"0123456789ABCDEF-{number:05}",
        shard=number,
        items=items,
        count=len(rows),
        total=sum(row["amount"] for row in rows),
    )
