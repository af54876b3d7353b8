"""Voucher pools as a channel: a run of passes gives each item a code of its pool.

Nothing leaves the house: the other side is the pool. What it says of the items is written with the
codes, in one transaction; so a shipment was carried out whole or not at all, and is never in doubt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import structlog
from django.db import connection, transaction

from makegood.channels.contract import (
    ANSWER_SCHEMA,
    AtAnyHour,
    ChannelName,
    Incoming,
    Outcome,
    Shipment,
    Taken,
)
from makegood.channels.exchange import PartnerFolders, contradictory, findings_in, place_new
from makegood.channels.vouchers.giving import give_many
from makegood.channels.vouchers.standing import low_pools
from makegood.configuration import Settings
from makegood.kernel import Finding
from makegood.trust.clock import now

POOL_EMPTY, OTHER_POOL = "pool_empty", "other_pool"
"""Why an item got no code. The first passes when codes were imported."""

_log = structlog.get_logger(__name__)

_BEGIN = """
INSERT INTO vouchers_message (message_id, items_sha256, sent_at) VALUES (%s, %s, %s)
ON CONFLICT (message_id) DO NOTHING
"""
_SENT = "SELECT items_sha256 FROM vouchers_message WHERE message_id = %s"
_ANSWER = """
INSERT INTO vouchers_answer (message_id, item_key, attempt, outcome, code)
SELECT %s, * FROM unnest(%s::text[], %s::smallint[], %s::text[], %s::text[])
"""
_WAITING = """
SELECT message_id, sent_at FROM vouchers_message WHERE put_away_at IS NULL
ORDER BY sent_at, message_id
"""
_ANSWERS = """
SELECT item_key, attempt, outcome, code FROM vouchers_answer
WHERE message_id = %s ORDER BY item_key
"""
_PUT_AWAY = """
UPDATE vouchers_message SET put_away_at = %s WHERE message_id = %s AND put_away_at IS NULL
"""
_AGAIN = "UPDATE vouchers_message SET put_away_at = NULL WHERE message_id = %s"


class VoucherChannel(AtAnyHour):
    """Gives codes; ``detail`` of an item names its pool."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folders = PartnerFolders.of(settings, str(ChannelName.VOUCHERS))

    @property
    def name(self) -> ChannelName:
        """Which it is."""
        return ChannelName.VOUCHERS

    def send(self, shipment: Shipment) -> str:
        """Give every item a code of its pool, as far as there are any; the SHA-256 of the items.

        Raises MakegoodError MG802 where other items were given codes under the same message.
        """
        with shipment.items.open("rb") as file:
            content = file_digest(file, "sha256").hexdigest()
        with transaction.atomic(), _cursor() as cursor:
            if not cursor.execute(_BEGIN, [shipment.message_id, content, now()]).rowcount:
                [(before,)] = cursor.execute(_SENT, [shipment.message_id]).fetchall()
                if before != content:
                    why = "other items were given codes under this name"
                    raise contradictory(shipment.message_id, why)
                return content
            items = pq.read_table(shipment.items, columns=["key", "attempt", "detail"])
            if items.num_rows != shipment.count:
                why = f"{items.num_rows:,} items; the run says {shipment.count:,}"
                raise contradictory(shipment.message_id, why)
            cursor.execute(_ANSWER, [shipment.message_id, *_given(items)])
        for finding in low_pools(self._settings):
            _log.warning("voucher_pool_low", code=finding.code, what=finding.message)
        return content

    def taken(self, shipment: Shipment) -> Taken:
        """Whether its items have their codes. Never unsure: it is in the same database."""
        with _cursor() as cursor:
            found = cursor.execute(_SENT, [shipment.message_id]).fetchone()
        return Taken.YES if found else Taken.NO

    def ask(self, shipment: Shipment, keys: Sequence[str]) -> None:
        """Let the answers of a shipment come in once more."""
        if keys:
            with _cursor() as cursor:
                cursor.execute(_AGAIN, [shipment.message_id])

    def incoming(self) -> Iterator[Incoming]:
        """The answers of shipments that are not put away, the oldest first; each also as a file."""
        with _cursor() as cursor:
            waiting = cursor.execute(_WAITING).fetchall()
        for message_id, sent_at in waiting:
            yield self._answers(message_id, sent_at)

    def put_away(self, incoming: Incoming) -> None:
        """Its answers were applied. Again is harmless."""
        with _cursor() as cursor:
            for message_id in incoming.message_ids:
                cursor.execute(_PUT_AWAY, [now(), message_id])
        incoming.path.unlink(missing_ok=True)

    def findings(self) -> list[Finding]:
        """Pools that are low. No file comes in here that could be put aside."""
        return [*findings_in(self._folders.aside), *low_pools(self._settings)]

    def _answers(self, message_id: str, sent_at: datetime) -> Incoming:
        with _cursor() as cursor:
            rows = cursor.execute(_ANSWERS, [message_id]).fetchall()
        columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
        columns.append([sent_at] * len(rows))
        table = pa.table(columns, schema=ANSWER_SCHEMA)
        path = self._folders.incoming / f"{message_id}.parquet"

        def written(hidden: Path) -> None:
            pq.write_table(table, hidden)

        place_new(path, written)
        text = "\n".join([message_id, *(" ".join(map(str, row)) for row in rows)])
        return Incoming(
            ChannelName.VOUCHERS,
            sha256(text.encode()).hexdigest(),
            path.stem,
            path,
            (message_id,),
            table,
            table.num_rows,
        )


def _given(items: pa.Table) -> list[list[object]]:
    """Key, attempt, outcome and reason of every item, after what can be given was given."""
    keys, attempts, pools = (items[name].to_pylist() for name in ("key", "attempt", "detail"))
    by_pool: defaultdict[str, list[str]] = defaultdict(list)
    for key, pool in zip(keys, pools, strict=True):
        by_pool[pool].append(key)
    codes: dict[str, UUID] = {}
    elsewhere: set[str] = set()
    for pool, wanted in sorted(by_pool.items()):
        given = give_many(pool, wanted)
        codes.update(given.codes)
        elsewhere.update(given.elsewhere)
    reasons = [
        "" if key in codes else OTHER_POOL if key in elsewhere else POOL_EMPTY for key in keys
    ]
    outcomes = [str(Outcome.FAILED if why else Outcome.DONE) for why in reasons]
    return [keys, attempts, outcomes, reasons]


def _cursor() -> psycopg.Cursor[tuple[Any, ...]]:
    connection.ensure_connection()
    return psycopg.Cursor(connection.connection)
