"""Lines of the reference programme: many made up, and some on the edges of its rules."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

import pyarrow as pa

from makegood.kernel import FixedClock
from makegood.population import Snapshot, SnapshotWriter, make_population, schema_of
from makegood.programmes import Programme, load_programme

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "programmes" / "kt-2025"
CLOCK = FixedClock(datetime(2026, 1, 14, 9, tzinfo=UTC))
FROZEN = date(2026, 1, 13)
LATER = date(2026, 1, 31)
PART_ROWS = 6_000


def kt_2025() -> Programme:
    return load_programme(FOLDER / "programme.yaml")


def made(programme: Programme, out: Path, *, as_of: date = FROZEN, lines: int = 20_000) -> Snapshot:
    """A synthetic population; the same seed has the same lines on another day."""
    return make_population(
        programme.facts,
        programme=programme.identifier,
        programme_sha256=programme.sha256,
        shape=FOLDER / "synthetic.yaml",
        lines=lines,
        seed=7,
        as_of=as_of,
        out=out,
        clock=CLOCK,
    ).snapshot


def on_the_edge(programme: Programme, out: Path) -> Snapshot:
    """Leap days, ends of months, bounds of windows, and every fact missing that may be."""
    lines = [
        {"line_id": f"edge-{number:06d}", **line} for number, line in enumerate(_edges(programme))
    ]
    return _written(programme, out, lines)


def empty(programme: Programme, out: Path) -> Snapshot:
    """A population without lines."""
    return _written(programme, out, [])


def _written(programme: Programme, out: Path, lines: list[dict[str, object]]) -> Snapshot:
    table = pa.Table.from_pylist(lines, schema_of(programme.facts))
    with SnapshotWriter(
        out,
        programme.facts,
        programme=programme.identifier,
        programme_sha256=programme.sha256,
        as_of=FROZEN,
        source={"kind": "test", "name": out.name},
        clock=CLOCK,
    ) as writer:
        for number, first in enumerate(range(0, len(lines), PART_ROWS)):
            writer.add_part(number, table.slice(first, PART_ROWS))
        return writer.finish().snapshot


_PLAIN: dict[str, object] = {
    "status": "terminated",
    "line_kind": "mobile",
    "brand": "own",
    "payment": "postpaid",
    "holder": "person",
    "holder_age": 40,
    "contract_action": "none",
    "subsidy_won": 299_999,
    "monthly_discount_won": 16_555,
    "terminated_by": "customer",
    "late_reason": None,
    "late_reason_ended_on": None,
}


def _edges(programme: Programme) -> Iterator[dict[str, object]]:
    contracted = (
        "2024-02-29",
        "2024-02-28",
        "2024-03-01",
        "2024-08-31",
        "2018-08-31",
        "2025-09-01",
    )
    terminated = ("2025-08-31", "2025-09-01", "2025-11-30", "2026-01-13", "2026-01-14")
    for signed, left, months, support, paused in product(
        (*contracted, None), (*terminated, None), (0, 12, 24, 36), _supports(programme), (0, 45)
    ):
        line = {
            **_PLAIN,
            "contracted_on": signed and date.fromisoformat(signed),
            "terminated_on": left and date.fromisoformat(left),
            "contract_months": months,
            "support": support,
            "suspended_days": paused,
            "status": "terminated" if left else "in_use",
        }
        yield line
        yield from ({**line, name: None} for name in ("subsidy_won", "monthly_discount_won"))
        yield {**line, "contract_action": None}
        yield {**line, "contract_action": "new", "terminated_by": None}
        yield {**line, "holder_age": None}
        ended = left and date.fromisoformat(left)
        yield {**line, "late_reason": "abroad", "late_reason_ended_on": ended}
        yield {**line, "late_reason": "military_service"}


def _supports(programme: Programme) -> tuple[str, ...]:
    return programme.facts["support"].values
