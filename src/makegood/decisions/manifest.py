"""What a folder of decisions says of itself: inputs pinned, counts closed, parts hashed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from makegood.decisions.outcome import Disposition, Way
from makegood.kernel import Finding, MakegoodError, Place
from makegood.population import kind_of

FORMAT = "makegood-decisions/1"
MANIFEST = "manifest.json"
RESTORE = "restore the file from a copy, or decide again into another folder"


@dataclass(frozen=True, slots=True)
class Count:
    """How many lines of a measure have a code, and their amounts' sum in minor units."""

    code: int
    disposition: Disposition
    lines: int
    amount: int | None
    way: Way | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Lacking:
    """How many undetermined lines lack just these facts."""

    facts: tuple[str, ...]
    lines: int


@dataclass(frozen=True, slots=True)
class MeasureCounts:
    """The counts of one measure; their lines sum to the snapshot's rows."""

    name: str
    kind: str
    counts: tuple[Count, ...]
    lacking: tuple[Lacking, ...] = ()

    @property
    def lines(self) -> int:
        """All lines counted."""
        return sum(count.lines for count in self.counts)

    def of(self, disposition: Disposition) -> int:
        """Lines with a disposition."""
        return sum(c.lines for c in self.counts if c.disposition is disposition)

    @property
    def amount(self) -> int | None:
        """The sum of the amounts granted; None for a measure without money."""
        amounts = [c.amount for c in self.counts if c.amount is not None]
        return sum(amounts) if amounts else None


@dataclass(frozen=True, slots=True)
class BaseUsed:
    """Which snapshot a base population was read from: given, the population itself, or absent."""

    name: str
    as_of: date
    source: str
    content_sha256: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class PartWritten:
    """A part file of the decisions."""

    file: str
    rows: int
    bytes: int
    sha256: str
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Decisions:
    """A folder of decisions, as its manifest describes it."""

    folder: Path
    programme: str
    programme_sha256: str
    programme_file: str
    population_folder: str
    population_sha256: str
    as_of: date
    rows: int
    engine: str
    engine_version: str
    makegood_version: str
    made_at: str
    content_sha256: str
    key: str
    measures: dict[str, MeasureCounts]
    bases: tuple[BaseUsed, ...] = ()
    missing_bits: tuple[str, ...] = ()
    parts: tuple[PartWritten, ...] = field(default=())

    def part_paths(self) -> list[Path]:
        """The part files, in order."""
        return [self.folder / part.file for part in self.parts]

    @property
    def programme_copy(self) -> Path:
        """The programme's text as it was decided by, kept beside the decisions."""
        return self.folder / "programme.yaml"

    @property
    def population_path(self) -> Path:
        """Where the population stands, unless it was moved."""
        return (self.folder / self.population_folder).resolve()

    def as_json(self) -> dict[str, Any]:
        """The manifest's content."""
        plain = asdict(self)
        del plain["folder"]
        plain["measures"] = [_measure_json(m) for m in self.measures.values()]
        told = {
            "format": FORMAT,
            **plain,
            "as_of": self.as_of.isoformat(),
            "bases": [{**asdict(base), "as_of": base.as_of.isoformat()} for base in self.bases],
        }
        return {**told, "seal_sha256": seal_of(told)}


def seal_of(told: Mapping[str, Any]) -> str:
    """The hash of all that a manifest says, but for the seal itself."""
    sealed = {key: value for key, value in told.items() if key != "seal_sha256"}
    text = json.dumps(sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def is_sealed(told: Mapping[str, Any]) -> bool:
    """Whether a manifest says what it said when it was written."""
    try:
        return bool(told.get("seal_sha256") == seal_of(told))
    except ValueError:
        # Half a surrogate is JSON, but no text that could ever have been sealed.
        return False


def _measure_json(measure: MeasureCounts) -> dict[str, Any]:
    return {
        "name": measure.name,
        "kind": measure.kind,
        "lines": measure.lines,
        **{d.value: measure.of(d) for d in Disposition},
        "amount": measure.amount,
        "counts": [asdict(count) for count in measure.counts],
        "lacking": [asdict(lack) for lack in measure.lacking],
    }


def open_decisions(folder: Path, *, sealed: bool = True) -> Decisions:
    """Read a folder's manifest.

    Raises MakegoodError MG601 where it is none, and MG614 where it was changed after it was
    written; ``sealed=False`` takes a changed one, for those who look at what else is wrong.
    """
    path = folder / MANIFEST
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        decisions = _parsed(folder, raw)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MakegoodError(
            Finding(
                "MG601",
                f"no decisions here: {_reason(error)}",
                "give the folder that 'makegood decide --out' wrote",
                Place(str(path), 1, 1),
            )
        ) from error
    if sealed and not is_sealed(raw):
        raise MakegoodError(Finding("MG614", f"{path} was changed after it was written", RESTORE))
    return decisions


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{MANIFEST}: {(error.strerror or str(error)).lower()}"
    if isinstance(error, ValueError):
        return str(error)
    return f"{MANIFEST} is not as 'makegood decide' writes it"


def _parsed(folder: Path, raw: dict[str, Any]) -> Decisions:
    if kind_of(raw) == "a population":
        raise ValueError(f"this is a population, not decisions: '{raw['format']}'")
    if raw.get("format") != FORMAT:
        raise ValueError(f"its format is {raw.get('format')!r}")
    apart = ("format", "measures", "bases", "parts", "seal_sha256")
    plain = {key: value for key, value in raw.items() if key not in apart}
    plain["as_of"] = date.fromisoformat(raw["as_of"])
    plain["missing_bits"] = tuple(raw["missing_bits"])
    measures = {m["name"]: _measure(m) for m in raw["measures"]}
    bases = tuple(
        BaseUsed(**{**base, "as_of": date.fromisoformat(base["as_of"])}) for base in raw["bases"]
    )
    parts = tuple(PartWritten(**part) for part in raw["parts"])
    return Decisions(folder=folder, measures=measures, bases=bases, parts=parts, **plain)


def _measure(raw: dict[str, Any]) -> MeasureCounts:
    counts = tuple(
        Count(
            count["code"],
            Disposition(count["disposition"]),
            count["lines"],
            count["amount"],
            Way(count["way"]) if count["way"] else None,
            count["reason"],
        )
        for count in raw["counts"]
    )
    lacking = tuple(Lacking(tuple(lack["facts"]), lack["lines"]) for lack in raw["lacking"])
    return MeasureCounts(raw["name"], raw["kind"], counts, lacking)
