"""Makes a synthetic population as a snapshot, part by part, on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from makegood.kernel import Clock, Finding, MakegoodError, Progress, silent
from makegood.population.layout import PART_ROWS
from makegood.population.opening import standing
from makegood.population.snapshot import Head, Outcome
from makegood.population.synthetic import carrier, declared
from makegood.population.synthetic.binding import read_shape
from makegood.population.synthetic.ids import INDEX_MAX
from makegood.population.writer import SnapshotWriter
from makegood.rules import Fact

WORKERS_MAX = 4
"""Parts under way at a time: each takes about 400 MiB, whatever the number of cores."""

_Maker = Callable[[int, int], pa.Table]


def make_population(  # noqa: PLR0913 - all by keyword
    facts: Mapping[str, Fact],
    *,
    programme: str,
    programme_sha256: str,
    shape: Path | None,
    lines: int,
    seed: int,
    as_of: date,
    out: Path,
    clock: Clock,
    progress: Progress = silent,
) -> Outcome:
    """A snapshot of exactly ``lines`` made-up lines in ``out``; the same inputs, the same facts.

    With a shape file the lines live a carrier's life; the same seed as of another date is the same
    lines, earlier or later. Without one, the facts' declarations are all there is.
    Writes nothing where the same snapshot stands in ``out``; MG508 where anything else does.
    """
    if not 1 <= lines <= INDEX_MAX:
        hint = f"choose a number from 1 to {INDEX_MAX:,}"
        raise MakegoodError(Finding("MG437", f"cannot make {lines:,} lines", hint))
    source: dict[str, Any] = {"kind": "synthetic", "seed": seed, "lines": lines}
    maker: _Maker
    if shape is None:
        maker = partial(declared.declared_part, facts, seed, as_of)
        source |= {"model": declared.MODEL}
    else:
        read, shape_sha256 = read_shape(shape, facts, as_of)
        maker = partial(carrier.carrier_part, read, facts, seed, as_of)
        source |= {"model": carrier.MODEL, "shape": shape.name, "shape_sha256": shape_sha256}
    head = Head(programme, programme_sha256, as_of, source, facts)
    outcome = standing(out, head)
    return outcome or _made(maker, head, lines, out, clock, progress)


def _made(
    maker: _Maker, head: Head, lines: int, out: Path, clock: Clock, progress: Progress
) -> Outcome:
    with SnapshotWriter(
        out,
        head.facts,
        programme=head.programme,
        programme_sha256=head.programme_sha256,
        as_of=head.as_of,
        source=head.source,
        clock=clock,
    ) as writer:

        def make(part: int) -> int:
            rows = min(PART_ROWS, lines - part * PART_ROWS)
            writer.add_part(part, maker(part, rows))
            return rows

        done, count = 0, -(-lines // PART_ROWS)
        progress("make lines", done, lines)
        pool = ThreadPoolExecutor(min(WORKERS_MAX, os.cpu_count() or 1))
        try:
            for finished in as_completed([pool.submit(make, part) for part in range(count)]):
                done += finished.result()
                progress("make lines", done, lines)
        finally:
            pool.shutdown(cancel_futures=True)
        return writer.finish()
