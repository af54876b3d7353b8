"""Which item of a shard each answer is about: its place in the shard's file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Places = npt.NDArray[Any]
"""Whole numbers, one for each answer or for each item; or whether, as masks."""

_FEW = 8
"""So many times fewer answers than items are looked for from the answers' side."""


@dataclass(frozen=True, slots=True)
class Said:
    """Answers about items of one shard; ``at`` are these items' rows in its file, from 0."""

    answers: pa.Table = field(repr=False)
    at: Places = field(repr=False)


def locate(items: Path, answers: pa.Table) -> tuple[Said, pa.Table]:
    """The answers about items of a shard, by key and attempt, and those about none of them.

    ``answers`` has key and attempt among its columns; a run has each key once.
    """
    here = pq.read_table(items, columns=["key", "attempt"], partitioning=None)
    first = _first_of(here, answers)
    if first is not None:
        # The usual case: a partner answers in the order of the items, and nothing is looked for.
        return Said(answers, np.arange(first, first + answers.num_rows)), answers.slice(0, 0)
    at = _looked_for(here, answers)
    known = pc.is_valid(at)
    said = Said(answers.filter(known), pc.drop_null(at).to_numpy())
    return said, answers.filter(pc.invert(known))


def _first_of(items: pa.Table, answers: pa.Table) -> int | None:
    """The item from which on the answers go along with the items, each by its key and attempt."""
    count = answers.num_rows
    if not 0 < count <= items.num_rows:
        return None
    first = int(pc.index(items.column("key"), answers.column("key")[0]).as_py())
    beside = items.slice(first, count) if first >= 0 else items.slice(0, 0)
    same = beside.num_rows == count and all(
        beside.column(name).equals(answers.column(name)) for name in ("key", "attempt")
    )
    return first if same else None


def _looked_for(items: pa.Table, answers: pa.Table) -> pa.Array:
    """The row of each answer's item; empty where there is none."""
    keys = items.column("key")
    rows = None
    if answers.num_rows * _FEW < items.num_rows:
        asked = pc.is_in(keys, answers.column("key").combine_chunks())
        rows = pc.indices_nonzero(asked)
        items = items.filter(asked)
        keys = items.column("key")
    at = pc.index_in(answers.column("key"), keys.combine_chunks())
    attempts = items.column("attempt").combine_chunks().take(at.combine_chunks())
    same = pc.equal(attempts, answers.column("attempt").combine_chunks())
    at = pc.if_else(same, at.combine_chunks(), pa.scalar(None, at.type))
    return pc.cast(at if rows is None else rows.take(at), pa.int64())
