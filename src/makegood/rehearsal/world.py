"""The world that is rehearsed in: lines, whose they are, who these people are.

With a shape file beside the programme the lines live: populations of two days are the same lines,
earlier and later. Without one the facts' declarations are all there is, and they stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

from makegood.kernel import MakegoodError, Progress
from makegood.rehearsal.correcting import Correction, stated_again
from makegood.rehearsal.draws import Draws

if TYPE_CHECKING:
    from makegood.kernel import Clock
    from makegood.programmes import Programme

SHAPE = "synthetic.yaml"
_TOO_EARLY = "MG436"
_PAIRED = 16
"""Every sixteenth line is a second line of the customer before it."""


@dataclass(slots=True)
class World:
    """Lines and customers of a rehearsal, made from its seed.

    ``anchor`` is the day around which facts are drawn that only declarations describe.
    """

    programme: Programme
    programme_file: Path
    lines: int
    seed: int
    folder: Path
    clock: Clock
    anchor: date | None = None
    correction: Correction | None = None
    _line_ids: list[str] = field(default_factory=list)
    _snapshots: dict[date, Path] = field(default_factory=dict)

    @property
    def shape(self) -> Path | None:
        """The file that says how lines live, where there is one."""
        file = self.programme_file.parent / SHAPE
        return file if file.is_file() else None

    @property
    def draws(self) -> Draws:
        """Chance that belongs to the world."""
        return Draws(self.seed, "world")

    # --- Populations ---

    def first_day(self, wanted: date) -> date:
        """The first day, from ``wanted`` on, as of which the lines can be stated."""
        if self.shape is None:
            return wanted
        from makegood.population import make_population

        for later in range(400):
            day = wanted + timedelta(days=later)
            try:
                make_population(
                    self.programme.facts,
                    programme=self.programme.identifier,
                    programme_sha256=self.programme.sha256,
                    shape=self.shape,
                    lines=1,
                    seed=self.seed,
                    as_of=day,
                    out=self.folder / f"probe-{day}",
                    clock=self.clock,
                )
            except MakegoodError as error:
                if any(found.code != _TOO_EARLY for found in error.findings):
                    raise
            else:
                return day
        raise AssertionError(wanted)

    def population(self, as_of: date, progress: Progress) -> Path:
        """The snapshot as of a day: its folder. Made the first time it is asked for."""
        if as_of not in self._snapshots:
            self._snapshots[as_of] = self._made(as_of, progress)
        return self._snapshots[as_of]

    def _made(self, as_of: date, progress: Progress) -> Path:
        out = self.folder / as_of.isoformat()
        correction = self.correction
        if correction is not None and as_of < correction.since:
            correction = None
        if self.shape is not None and correction is None:
            self._draw(as_of, out, progress)
            return out
        # Without a shape all days are drawn from one: nobody says how lines change.
        day = as_of if self.shape else self.anchor or as_of
        drawn = self.folder / f"drawn-{day}"
        if not drawn.is_dir():
            self._draw(day, drawn, progress)
        stated_again(drawn, as_of, out, self.clock, correction)
        if self.shape is not None:
            rmtree(drawn)
        return out

    def _draw(self, as_of: date, out: Path, progress: Progress) -> None:
        from makegood.population import make_population

        make_population(
            self.programme.facts,
            programme=self.programme.identifier,
            programme_sha256=self.programme.sha256,
            shape=self.shape,
            lines=self.lines,
            seed=self.seed,
            as_of=as_of,
            out=out,
            clock=self.clock,
            progress=progress,
        )

    def facts(self, as_of: date) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every line with its facts as of a day, in the order of lines."""
        import pyarrow.parquet as pq

        for part in sorted(self._snapshots[as_of].glob("part-*.parquet")):
            for batch in pq.ParquetFile(part).iter_batches(batch_size=20_000):
                names = batch.schema.names
                ids = batch.column("line_id").to_pylist()
                columns = [batch.column(name).to_pylist() for name in names]
                for line_id, row in zip(ids, zip(*columns, strict=True), strict=True):
                    yield line_id, dict(zip(names, row, strict=True))

    def facts_of(self, as_of: date, wanted: set[str]) -> Mapping[str, dict[str, Any]]:
        """The facts of some lines as of a day."""
        import pyarrow as pa
        import pyarrow.dataset as ds

        parts = sorted(str(part) for part in self._snapshots[as_of].glob("part-*.parquet"))
        found = ds.dataset(parts).to_table(
            filter=ds.field("line_id").isin(pa.array(sorted(wanted)))
        )
        return {row["line_id"]: row for row in found.to_pylist()}

    # --- Whose lines they are ---

    def line_ids(self) -> list[str]:
        """All lines, in order."""
        if not self._line_ids:
            import pyarrow.parquet as pq

            folder = next(iter(self._snapshots.values()))
            for part in sorted(folder.glob("part-*.parquet")):
                self._line_ids += pq.read_table(part, columns=["line_id"])["line_id"].to_pylist()
        return self._line_ids

    def write_holders(self, file: Path) -> None:
        """Which customer holds each line, as a file to load."""
        import pyarrow as pa
        from pyarrow import csv

        lines = self.line_ids()
        holders = [holder_of(index) for index in range(len(lines))]
        csv.write_csv(pa.table({"line_id": lines, "customer_id": holders}), file)

    def customer_of(self, line_id: str) -> str:
        """Who holds a line."""
        from bisect import bisect_left

        return holder_of(bisect_left(self.line_ids(), line_id))

    # --- Who these people are ---

    def write_contacts(self, file: Path, progress: Progress) -> None:
        """Made-up contacts of every customer, as a file to load."""
        from makegood.trust.vault import make_contacts

        make_contacts(file, people_count=self.lines, seed=self.seed, progress=progress)

    def people(self, file: Path, wanted: set[str]) -> dict[str, dict[str, str]]:
        """The contacts of some customers, as they stand in the file."""
        import pyarrow as pa
        import pyarrow.dataset as ds

        keys = pa.array(sorted(wanted))
        table = ds.dataset(str(file)).to_table(filter=ds.field("customer_id").isin(keys))
        return {row["customer_id"]: row for row in table.to_pylist()}


def holder_of(index: int) -> str:
    """The customer of the line at a position: every sixteenth is held with the one before it."""
    number = index if index % _PAIRED == _PAIRED - 1 else index + 1
    return f"C{number:08d}"
