"""Writes a snapshot from rows that come in order of their lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa

from makegood import __version__
from makegood.kernel import Clock, Finding, MakegoodError
from makegood.population.content import content_sha256_total
from makegood.population.layout import MANIFEST, PART_ROWS, schema_of
from makegood.population.manifest import manifest_text
from makegood.population.opening import open_snapshot, standing
from makegood.population.parts import joined, write_part
from makegood.population.snapshot import Column, Head, Outcome, Part, Rejects, Snapshot
from makegood.population.staging import Staging
from makegood.rules import Fact


class SnapshotWriter:
    """Context manager that takes rows ordered by line and makes a snapshot of them in ``out``.

    The folder appears by ``finish()``, whole; without it, or after an exception, nothing appears.
    ``folder`` is the hidden place of work until then.
    """

    def __init__(
        self,
        out: Path,
        facts: Mapping[str, Fact],
        *,
        programme: str,
        programme_sha256: str,
        as_of: date,
        source: Mapping[str, Any],
        clock: Clock,
    ) -> None:
        self._head = Head(programme, programme_sha256, as_of, source, facts)
        self._clock = clock
        self._staging = Staging(out)
        self._schema = schema_of(facts)
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self._parts: dict[int, tuple[Part, tuple[Column, ...]]] = {}

    @property
    def folder(self) -> Path:
        """The hidden folder that is to become the snapshot."""
        return self._staging.folder

    def __enter__(self) -> SnapshotWriter:
        self._staging.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._staging.__exit__(kind, error, trace)

    def add(self, rows: pa.RecordBatch | pa.Table) -> None:
        """Take the next rows; every full part is written at once. MG510 where they do not fit."""
        table = pa.Table.from_batches([rows]) if isinstance(rows, pa.RecordBatch) else rows
        self._waiting.append(table.cast(self._schema))
        self._waiting_rows += table.num_rows
        while self._waiting_rows >= PART_ROWS:
            self._write(PART_ROWS)

    def add_part(self, number: int, table: pa.Table) -> None:
        """Write a whole part by its number; parts may come in any order, from several threads.

        Every part but the last has PART_ROWS rows. Not to be mixed with ``add``.
        """
        self._parts[number] = write_part(self.folder, number, table, self._head.facts)

    def finish(self, rejects: Rejects | None = None) -> Outcome:
        """Close the last part, write the manifest, and give the folder its name.

        Where another run was faster, its snapshot stands if it is the same, else MG508.
        """
        if self._waiting_rows or not self._parts:
            self._write(self._waiting_rows)
        manifest = manifest_text(self._snapshot(rejects))
        (self.folder / MANIFEST).write_text(manifest, encoding="utf-8")
        if self._staging.publish():
            return Outcome(open_snapshot(self._staging.out), written=True)
        outcome = standing(self._staging.out, self._head)
        if outcome is None:
            raise OSError(None, "the folder could not be given its name")
        return outcome

    def _write(self, rows: int) -> None:
        table = pa.concat_tables(self._waiting) if self._waiting else self._schema.empty_table()
        self.add_part(len(self._parts), table.slice(0, rows))
        self._waiting, self._waiting_rows = [table.slice(rows)], table.num_rows - rows

    def _snapshot(self, rejects: Rejects | None) -> Snapshot:
        numbers = sorted(self._parts)
        parts = [self._parts[number][0] for number in numbers]
        for before, after in pairwise(parts):
            if not before.last_line.encode() < after.first_line.encode():
                what = f"{after.file} does not start after the end of {before.file}"
                raise MakegoodError(Finding("MG510", f"rows do not fit a snapshot: {what}"))
        columns = (joined(seen) for seen in zip(*(self._parts[n][1] for n in numbers), strict=True))
        return Snapshot(
            folder=self.folder,
            as_of=self._head.as_of,
            rows=sum(part.rows for part in parts),
            rejected=sum(rejects.per_reason.values()) if rejects else 0,
            programme=self._head.programme,
            programme_sha256=self._head.programme_sha256,
            source=dict(self._head.source),
            columns={column.fact.name: column for column in columns},
            parts=tuple(parts),
            content_sha256=content_sha256_total(part.content_sha256 for part in parts),
            made_at=self._clock.now(),
            version=__version__,
            rejects=rejects,
        )
