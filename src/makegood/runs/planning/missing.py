"""What waits for lines that the facts lack: left out with its reason, and the others go on.

A claim is held meanwhile (``redress.claims``). When newer facts have its line, it goes on.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from makegood.runs.kinds import RunKind
from makegood.runs.planning.choosing import MISSING, MISSING_AGREED, OF_MISSING
from makegood.runs.planning.problems import lines_unknown
from makegood.runs.planning.selecting import Work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

MISSING_SCHEMA = pa.schema(
    [
        pa.field("line_id", pa.string(), nullable=False),
        pa.field("code", pa.int32(), nullable=False),
    ]
)
"""The columns of lines that something waits for and that were not decided."""

_OF_CLAIMS = frozenset({RunKind.PAY_OUT, RunKind.COVER})
_ASKS_WHO_APPLIED = frozenset({RunKind.BILL, RunKind.REMINDER})


def with_missing(folder: Path, work: Work) -> Work:
    """The work with the lines apart that something waits for and the facts lack.

    A claim on which two persons agreed is carried out all the same; any other is held. ``folder``
    is where an engine may put what does not fit into memory. Raises MakegoodError MG863 where what
    was begun must be ended for such a line, or topped up: then nothing of it may be left out.
    """
    if not work.waits or work.kind in _ASKS_WHO_APPLIED:
        return work
    lacking = _lacking(folder, work)
    if not lacking:
        return work
    if isinstance(work.waiting, str) or work.kind not in OF_MISSING:
        raise lines_unknown(work.name, lacking)
    waiting, agreed = work.waiting, set[str]()
    is_missing = pc.is_in(waiting.column("line_id"), pa.array(lacking))
    keys = [key for key in waiting.filter(is_missing).column("key").to_pylist() if key]
    if work.kind in _OF_CLAIMS:
        from makegood.redress.claims import agreed_by_persons

        agreed = set(agreed_by_persons(keys))
    stays = pc.or_kleene(
        pc.invert(is_missing),
        pc.is_in(waiting.column("key"), pa.array(sorted(agreed), pa.string())),
    )
    waiting = waiting.filter(stays)
    has_item = set(waiting.column("line_id").to_pylist()).intersection(lacking)
    codes = [MISSING_AGREED if line in has_item else MISSING for line in lacking]
    return replace(
        work,
        waiting=waiting,
        missing=pa.table([pa.array(lacking), pa.array(codes, pa.int32())], schema=MISSING_SCHEMA),
        held=tuple(key for key in keys if key not in agreed) if work.kind in _OF_CLAIMS else (),
    )


def _lacking(folder: Path, work: Work) -> Sequence[str]:
    """The lines that something waits for and nothing was decided for, in order."""
    from makegood.decisions import connected, cores, parquet_relation

    known = parquet_relation(work.decided.decisions.part_paths())
    with connected(cores(), folder) as connection:
        if isinstance(work.waiting, str):
            connection.execute(f"CREATE TEMP VIEW waiting AS {work.waiting}")
        else:
            connection.register("waiting", work.waiting)
        query = (
            f"SELECT DISTINCT line_id FROM waiting ANTI JOIN {known} AS known USING (line_id)"
            " ORDER BY line_id"
        )
        return [row[0] for row in connection.execute(query).fetchall()]


def let_go_on(programme: str) -> int:
    """The claims held for lines that the newest facts have again may be carried out; how many.

    While the newest facts are being loaded the copy that answers is of older ones: nothing is said
    by it. Raises MakegoodError MG632, MG830 where nothing is served that would say so.
    """
    from makegood.redress.claims import held_lines, lines_are_back
    from makegood.redress.serving import served, standings_of

    held = held_lines(programme)
    if not held:
        return 0
    # Of the copy itself, and read before its lines: where another takes its place in between, the
    # lines are looked for once more.
    copy = served(programme)
    seen = (copy.generation, tuple(held))
    # Asked every few seconds: the lines are looked for again where the copy or claims are others.
    if not copy.is_newest or _LOOKED_AT.get(programme) == seen:
        return 0
    back = [standing.line_id for standing in standings_of(programme, held)]
    if back:
        return lines_are_back(programme, back)
    _LOOKED_AT[programme] = seen
    return 0


_LOOKED_AT: dict[str, tuple[UUID, tuple[str, ...]]] = {}
