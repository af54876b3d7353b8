"""Batches as values, and as what a channel is given."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from makegood.channels import ITEM_SCHEMA, ChannelName, Shipment
from makegood.channels.messages import message_texts
from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.programmes import TemplateKind
from makegood.runs.events.wanted import version_of
from makegood.runs.folders import put
from makegood.runs.rows import select

FOLDER = "events"


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch as it stands; the fields are columns of ``events_batch``."""

    message_id: str
    programme: str
    programme_sha256: str
    messages_sha256: str
    kind: TemplateKind
    measure: str
    template: str
    channel: ChannelName
    language: str
    common: dict[str, str]
    items: int
    total: int
    due_on: date
    made_at: datetime
    state: str
    tries: int
    retry_at: datetime | None
    trouble: str
    sent_at: datetime | None
    asked_at: datetime | None


_COLUMNS = ", ".join(each.name for each in fields(BatchRow))
_ITEMS = """
SELECT item_key, line_id, customer_id, amount, detail FROM events_told
WHERE message_id = %s ORDER BY item_key
"""


def batches(rest: str, values: Sequence[object]) -> list[BatchRow]:
    """The batches that the rest of the statement selects."""
    rows = select(f"SELECT {_COLUMNS} FROM events_batch {rest}", values)
    return [_row(dict(zip(_COLUMNS.split(", "), row, strict=True))) for row in rows]


def shipment_of(settings: Settings, batch: BatchRow) -> Shipment:
    """The same shipment however often it is tried.

    Raises MakegoodError MG857 where the version that it was made by, or its message, is not there
    any more.
    """
    version = version_of(batch.programme, batch.programme_sha256, batch.messages_sha256)
    template = version.messages.templates.get(batch.template) if version else None
    if version is None or template is None:
        raise _no_words(batch)
    currency = version.programme.currency
    return Shipment(
        channel=batch.channel,
        message_id=batch.message_id,
        run_id="",
        shard=1,
        programme=batch.programme,
        measure=batch.measure,
        period=batch.kind.value,
        kind=batch.kind.value,
        items=_items_file(settings, batch),
        count=batch.items,
        total=batch.total,
        currency=currency.code,
        minor_digits=currency.minor_digits,
        due_on=batch.due_on,
        made_at=batch.made_at,
        texts=message_texts(
            version.programme,
            version.messages,
            template,
            batch.measure,
            language=batch.language,
            values=batch.common,
        ),
    )


def items_path(settings: Settings, message_id: str) -> Path:
    """Where the items of a batch lie (ITEM_SCHEMA)."""
    return settings.runs_folder / FOLDER / f"{message_id}.parquet"


def _items_file(settings: Settings, batch: BatchRow) -> Path:
    """The items of a batch: written when they are first needed, and again where they are gone."""
    path = items_path(settings, batch.message_id)
    if not path.exists():
        rows = select(_ITEMS, [batch.message_id])
        items = [
            {
                "item": number,
                "key": key,
                "attempt": 1,
                "line_id": line_id,
                "customer_id": customer_id,
                "account_id": None,
                "amount": amount,
                "quantity": 0,
                "detail": detail,
            }
            for number, (key, line_id, customer_id, amount, detail) in enumerate(rows, start=1)
        ]
        put(pa.Table.from_pylist(items, ITEM_SCHEMA), path)
    return path


def _row(found: dict[str, Any]) -> BatchRow:
    return BatchRow(
        **{
            **found,
            "kind": TemplateKind(found["kind"]),
            "channel": ChannelName(found["channel"]),
            # Django leaves the text of jsonb as it is.
            "common": json.loads(found["common"])
            if isinstance(found["common"], str)
            else found["common"],
        }
    )


def _no_words(batch: BatchRow) -> MakegoodError:
    hint = "run 'makegood audit verify'; nothing of it was sent"
    message = f"the words of message {batch.message_id} are not among the versions of its programme"
    return MakegoodError(Finding("MG857", message, hint))
