"""A snapshot: an immutable set of facts as of a date, as its manifest describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from makegood.rules import Fact


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of a snapshot; its lines come after those of the part before."""

    file: str
    rows: int
    first_line: str
    last_line: str
    bytes: int
    sha256: str
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Column:
    """What stands of a fact in a snapshot.

    ``low`` and ``high`` are the least and greatest value, counted as the fact's own bounds are,
    and None where every cell is empty. ``values`` are an enum's, as found, in declared order.
    """

    fact: Fact
    nulls: int
    low: int | None
    high: int | None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejects:
    """The file of rejected rows of an import: its size, hash, and rows per reason code."""

    bytes: int
    sha256: str
    per_reason: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Head:
    """What a snapshot is made from: two with the same head and model hold the same facts."""

    programme: str
    programme_sha256: str
    as_of: date
    source: Mapping[str, Any]
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot's manifest, read and checked; ``folder`` holds the parts.

    ``source`` says where the facts came from: kind, name without folder, hashes, or the seed.
    ``made_at`` is the one thing that no hash covers.
    """

    folder: Path
    as_of: date
    rows: int
    rejected: int
    programme: str
    programme_sha256: str
    source: dict[str, Any]
    columns: Mapping[str, Column]
    parts: tuple[Part, ...]
    content_sha256: str
    made_at: datetime
    version: str
    rejects: Rejects | None = field(default=None)

    @property
    def rows_in(self) -> int:
        """The rows of the source: those kept and those rejected."""
        return self.rows + self.rejected

    @property
    def facts(self) -> dict[str, Fact]:
        """The facts as they were declared when the snapshot was made."""
        return {name: column.fact for name, column in self.columns.items()}

    def part_paths(self) -> list[Path]:
        """The Parquet files in the order of their lines."""
        return [self.folder / part.file for part in self.parts]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A snapshot that stands in its folder; ``written`` is False where it stood there before."""

    snapshot: Snapshot
    written: bool
