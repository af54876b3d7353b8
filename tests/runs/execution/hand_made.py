"""Runs made by hand: their folder and their rows, without a programme."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from makegood.channels import ITEM_SCHEMA, ChannelName
from makegood.configuration import Settings
from makegood.kernel import ONCE, pay_once_key
from makegood.runs import RULES, RunKind, RunRow, RunState, ShardRow
from makegood.runs.folders import folder_of, items_file, sha256_of_file
from makegood.runs.rows import insert, items_sha256_of, message_id_of

PROGRAMME = "kt-2025"
DUE_AT = datetime(2026, 2, 1, 0, 5, tzinfo=UTC)


def key_of(number: int, measure: str = "data", period: str = ONCE) -> str:
    return pay_once_key(PROGRAMME, measure, f"L{number:05d}", "", period)


def items_of(numbers, measure: str, period: str, *, amount: int, attempt: int) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "item": place,
                "key": key_of(number, measure, period),
                "attempt": attempt,
                "line_id": f"L{number:05d}",
                "customer_id": f"C{number:05d}",
                "account_id": None,
                "amount": amount,
                "quantity": 100,
                "detail": "",
            }
            for place, number in enumerate(numbers, start=1)
        ],
        schema=ITEM_SCHEMA,
    )


def hand_made(
    settings: Settings,
    lines: Sequence[int] = range(1, 11),
    *,
    kind: RunKind = RunKind.GRANT,
    channel: ChannelName | None = None,
    state: RunState = RunState.RELEASED,
    shard_items: int = 4,
    amount: int = 0,
    measure: str = "data",
    period: str = ONCE,
    sequence: int = 0,
    run_id: UUID | None = None,
    attempt: int = 1,
    items: pa.Table | None = None,
) -> RunRow:
    """A run of these lines, put in at the state that is named."""
    run_id = run_id or uuid4()
    if items is None:
        items = items_of(lines, measure, period, amount=amount, attempt=attempt)
    shards = written(settings, run_id, items, shard_items)
    run = RunRow(
        run_id=run_id,
        programme=PROGRAMME,
        measure=measure,
        period=period,
        sequence=sequence,
        kind=kind,
        channel=channel or RULES[kind].channels[0],
        follows=None,
        due_at=DUE_AT,
        due_on=date(2026, 2, 1),
        currency="KRW",
        minor_digits=0,
        texts={"unit": "GB"},
        programme_sha256="a" * 64,
        messages_sha256="",
        snapshot_sha256="b" * 64,
        decisions_sha256="c" * 64,
        items_sha256=items_sha256_of(shards),
        engine="duckdb",
        needs_release=RULES[kind].needs_release,
        decided=items.num_rows,
        items=items.num_rows,
        left_out=0,
        total=sum(items.column("amount").to_pylist()),
        shards=len(shards),
        planned_at=DUE_AT,
        planned_by="system:worker",
        unknown=items.num_rows,
        state=state,
    )
    with transaction.atomic():
        insert(run, shards)
    return run


def written(settings: Settings, run_id: UUID, items: pa.Table, shard_items: int) -> list[ShardRow]:
    """The files of a run's shards, and their rows."""
    folder = folder_of(settings, run_id)
    (folder / "items").mkdir(parents=True)
    shards = []
    for number, start in enumerate(range(0, items.num_rows, shard_items), start=1):
        some = items.slice(start, shard_items)
        path = items_file(folder, number)
        pq.write_table(some, path)
        shards.append(
            ShardRow(
                run_id,
                number,
                message_id_of(run_id, number),
                start + 1,
                some.num_rows,
                sum(some.column("amount").to_pylist()),
                sha256_of_file(path),
            )
        )
    return shards


def amend(path: Path) -> None:
    """Somebody gives an item a little more."""
    table = pq.read_table(path)
    amounts = [amount + 1 for amount in table.column("amount").to_pylist()]
    place = table.column_names.index("amount")
    pq.write_table(table.set_column(place, ITEM_SCHEMA.field("amount"), pa.array(amounts)), path)
