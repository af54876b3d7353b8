"""Items of a run one by one: those without an end, and those that failed. Pseudonyms only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

import pyarrow.dataset as ds
from django.db import transaction

from makegood.channels import Outcome
from makegood.configuration import Settings
from makegood.redress.claims import LINE_MISSING, claims_of_lines
from makegood.runs.asking import unanswered
from makegood.runs.folders import LEFT_OUT, folder_of
from makegood.runs.merging import CONTRADICTORY
from makegood.runs.planning.manifest import read_manifest
from makegood.runs.rows import run_of, select, shards
from makegood.runs.states import ShardState
from makegood.trust.access import Visitor, permit
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

_FAILED = """
SELECT item_key, outcome, code, shard, line_id, attempt, amount, told_at, taken_by
FROM runs_exception WHERE run_id = %s AND (%s = '' OR outcome = %s)
ORDER BY item LIMIT %s OFFSET %s
"""
# A shard that is answered may hold what contradicts itself, but nothing that was not answered.
_SENT = "WHERE run_id = %s AND state = %s ORDER BY number"


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """An item without an end, or one that did not go well; the amount is in minor units.

    ``line_id`` and ``told_at`` are empty for one that was never answered; ``taken_by`` is the
    follow-up that tries it again.
    """

    key: str
    outcome: str
    code: str
    shard: int
    line_id: str = ""
    attempt: int = 1
    amount: int | None = None
    told_at: datetime | None = None
    taken_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class MissingLine:
    """A line that the facts lack, and the claims that are held for it still."""

    line_id: str
    receipt_numbers: tuple[str, ...]


def open_items(
    settings: Settings, visitor: Visitor, run_id: UUID, limit: int = 100
) -> list[ItemStanding]:
    """Items without an end: first what contradicts itself, then what nobody has answered.

    Raises Refused MG770, MakegoodError MG870 where there is no such run.
    """
    _permit(visitor, run_id)
    run = run_of(run_id)
    found = [] if not run.unknown else _told(run_id, CONTRADICTORY, limit, 0)
    if len(found) < min(limit, run.unknown):
        found += islice(_unanswered(settings, run_id), limit - len(found))
    return found


def failed_items(
    visitor: Visitor, run_id: UUID, outcome: str = "", limit: int = 100, offset: int = 0
) -> list[ItemStanding]:
    """Items that failed, were returned or contradict themselves, in the order of items.

    Raises Refused MG770, MakegoodError MG870 where there is no such run.
    """
    _permit(visitor, run_id)
    run_of(run_id)
    return _told(run_id, outcome, limit, offset)


def left_out_of(settings: Settings, visitor: Visitor, run_id: UUID) -> Mapping[str, int]:
    """How many lines were left out by reason, as docs/runs.md lists them.

    Raises Refused MG770, MakegoodError MG870, MG866 where the run's manifest was changed.
    """
    _permit(visitor, run_id)
    run_of(run_id)
    manifest = read_manifest(folder_of(settings, run_id), run_id)
    found: dict[str, int] = manifest["left_out"]["per_reason"]
    return dict(sorted(found.items(), key=lambda each: -each[1]))


def quantity_of_run(settings: Settings, visitor: Visitor, run_id: UUID) -> int:
    """How much the items of a grant, or of a top-up of one, bring in all; 0 of money.

    Raises Refused MG770, MakegoodError MG870, MG866 where the run's manifest was changed.
    """
    _permit(visitor, run_id)
    run_of(run_id)
    return int(read_manifest(folder_of(settings, run_id), run_id).get("quantity", 0))


def missing_lines(
    settings: Settings, visitor: Visitor, run_id: UUID, limit: int = 100
) -> list[MissingLine]:
    """The lines that a run left out because the facts lack them, in order.

    Raises Refused MG770, MakegoodError MG870 where there is no such run.
    """
    _permit(visitor, run_id)
    run = run_of(run_id)
    path = folder_of(settings, run_id) / LEFT_OUT
    if run.follows is not None or not path.exists():
        return []
    table = ds.dataset(str(path), format="parquet").scanner(
        columns=["line_id"], filter=ds.field("reason") == LINE_MISSING
    )
    lines = table.head(limit).column("line_id").to_pylist()
    held: dict[str, list[str]] = {line: [] for line in lines}
    for claim in claims_of_lines(lines):
        if (claim.programme, claim.measure, claim.reason) == (*run.family[:2], LINE_MISSING):
            held[claim.line_id].append(claim.receipt_number)
    return [MissingLine(line, tuple(receipts)) for line, receipts in held.items()]


def _permit(visitor: Visitor, run_id: UUID) -> None:
    with transaction.atomic():
        resource = Resource(ResourceKind.RUN, str(run_id))
        permit(visitor, Act.READ_RUNS, resource, purpose=Purpose.OPERATION)


def _told(run_id: UUID, outcome: str, limit: int, offset: int) -> list[ItemStanding]:
    rows = select(_FAILED, [run_id, outcome, outcome, limit, offset])
    return [ItemStanding(*row) for row in rows]


def _unanswered(settings: Settings, run_id: UUID) -> Iterator[ItemStanding]:
    for shard in shards(_SENT, [run_id, ShardState.SENT.value]):
        for key in unanswered(settings, shard):
            yield ItemStanding(key, Outcome.UNKNOWN.value, "", shard.number)
