"""Made-up populations: reproducible, coherent, and of the reference case's shape."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from makegood.kernel import MakegoodError, day_number
from makegood.population import PART_ROWS, Snapshot, check_snapshot, read_line, sample_lines
from makegood.rules import Fact, Kind
from tests.population.kt_facts import FACTS
from tests.population.making import SHAPE, SMALL, make

LINES = 200_000
GOLDEN = "de347f318ccef815b4b9208beac3fa50157f8a101357a1054259dfe7b2bf1eb3"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    out = tmp_path_factory.mktemp("reference") / "s"
    return make(FACTS, out, shape=SHAPE, lines=LINES, seed=7).snapshot


def _one(snapshot: Snapshot, expression: str) -> int:
    paths = [str(path) for path in snapshot.part_paths()]
    found = duckdb.connect().execute(f"SELECT {expression} FROM read_parquet($1)", [paths])
    row = found.fetchone()
    assert row is not None
    return int(row[0] or 0)


def test_it_is_sound_and_the_same_everywhere(reference: Snapshot) -> None:
    assert check_snapshot(reference) == []
    assert reference.rows == LINES
    assert reference.content_sha256 == GOLDEN


def test_about_660_000_of_24_million_are_eligible(reference: Snapshot) -> None:
    scope = "terminated_on BETWEEN DATE '2025-09-01' AND DATE '2026-01-13'"
    recent = "contract_action <> 'none' AND contracted_on >= DATE '2025-09-01'"
    excluded = f"({recent} OR brand = 'mvno' OR line_kind = 'iot' OR terminated_by = 'operator')"
    of_24_million = 24_000_000 // LINES
    window = _one(reference, "count(*) FILTER (terminated_on >= DATE '2025-12-31')")
    assert abs(window * of_24_million - 312_902) < 20_000
    eligible = _one(reference, f"count(*) FILTER ({scope} AND NOT coalesce({excluded}, false))")
    assert abs(eligible * of_24_million - 660_000) < 30_000
    for rule in (
        f"({recent})",
        "brand = 'mvno'",
        "line_kind = 'iot'",
        "terminated_by = 'operator'",
    ):
        assert _one(reference, f"count(*) FILTER ({scope} AND {rule})") > 0, rule


def test_departures_are_counted_exactly(tmp_path: Path) -> None:
    shape = tmp_path / "shape.yaml"
    text = SHAPE.read_text(encoding="utf-8").replace("24000000", "24000")
    text = re.sub(r"lines: (\d+)\d{3}\n", r"lines: \1\n", text)
    shape.write_text(text, encoding="utf-8")
    snapshot = make(FACTS, tmp_path / "s", shape=shape, lines=24_000).snapshot
    assert _one(snapshot, "count(*) FILTER (terminated_on >= DATE '2025-12-31')") == 312
    assert _one(snapshot, "count(*) FILTER (terminated_on < DATE '2025-09-01')") == 1_650


def test_leavers_surge_and_rest_on_sundays(reference: Snapshot) -> None:
    def on(day: str) -> int:
        return _one(reference, f"count(*) FILTER (terminated_on = DATE '{day}')")

    assert on("2026-01-13") > 2 * on("2026-01-02")
    assert on("2026-01-11") < on("2026-01-12") // 4


def test_facts_of_a_line_fit_together(reference: Snapshot) -> None:
    for contradiction in (
        "(status = 'terminated') <> (terminated_on IS NOT NULL)",
        "(terminated_on IS NULL) <> (terminated_by IS NULL)",
        "contracted_on > coalesce(terminated_on, DATE '2026-01-13')",
        "(support = 'none') <> (contract_months = 0)",
        "support <> 'device_subsidy' AND subsidy_won > 0",
        "support <> 'monthly_discount' AND monthly_discount_won > 0",
        "(brand = 'mvno' OR line_kind = 'iot' OR payment = 'prepaid') AND support <> 'none'",
        "holder = 'corporation' AND holder_age > 0",
        "(holder = 'minor') <> (holder <> 'corporation' AND holder_age < 19)",
        "late_reason IS NULL AND late_reason_ended_on IS NOT NULL",
        "late_reason_ended_on > DATE '2026-01-13'",
        "suspended_days > date_diff('day', contracted_on, DATE '2026-01-13')",
        "status = 'suspended' AND late_reason_ended_on IS NOT NULL",
    ):
        assert _one(reference, f"count(*) FILTER ({contradiction})") == 0, contradiction


def test_a_few_facts_are_missing(reference: Snapshot) -> None:
    assert 0 < reference.columns["holder_age"].nulls < 100
    lost = "count(*) FILTER (subsidy_won IS NULL)"
    assert _one(reference, lost) == _one(
        reference, "count(*) FILTER (subsidy_won IS NULL AND status = 'terminated')"
    )


def test_another_date_is_the_same_lines(reference: Snapshot, tmp_path: Path) -> None:
    earlier, later = date(2025, 12, 31), date(2026, 3, 31)
    before = make(FACTS, tmp_path / "e", shape=SHAPE, lines=LINES, seed=7, as_of=earlier).snapshot
    after = make(FACTS, tmp_path / "l", shape=SHAPE, lines=LINES, seed=7, as_of=later).snapshot
    tables = [pq.read_table(s.part_paths()[0]) for s in (before, reference, after)]
    one, two, three = tables
    assert one.column("line_id") == two.column("line_id") == three.column("line_id")
    found = duckdb.execute(
        "SELECT count(*) FILTER (one.terminated_on IS NOT NULL), count(*) FILTER ("
        "one.status <> 'terminated' AND two.status = 'terminated'), count(*) FILTER ("
        "one.terminated_on <> two.terminated_on OR (one.terminated_on IS NOT NULL AND "
        "two.terminated_on IS NULL)), count(*) FILTER (one.contracted_on > two.contracted_on), "
        "count(*) FILTER (two.terminated_on <= DATE '2025-12-31' AND one.terminated_on IS NULL), "
        "count(*) FILTER (three.late_reason IS NOT NULL AND three.terminated_on > '2026-01-13' "
        "AND three.terminated_on - three.late_reason_ended_on <= 14) "
        "FROM one JOIN two USING (line_id) JOIN three USING (line_id)"
    ).fetchone()
    assert found is not None
    gone, went, moved, backwards, forgotten, late = found
    assert gone > 0
    assert went > 2_000
    assert (moved, backwards, forgotten) == (0, 0, 0)
    assert late > 0


def test_the_first_lines_do_not_depend_on_how_many_follow(
    reference: Snapshot, tmp_path: Path
) -> None:
    few = make(FACTS, tmp_path / "s", shape=SHAPE, lines=1_001, seed=7).snapshot
    for line, values in sample_lines(few, 50, 3):
        assert read_line(reference, line) == values


def test_parts_follow_each_other(tmp_path: Path) -> None:
    lines = PART_ROWS + 1_000
    snapshot = make({"senior": SMALL["senior"]}, tmp_path / "s", lines=lines).snapshot
    assert [part.rows for part in snapshot.parts] == [PART_ROWS, 1_000]
    assert check_snapshot(snapshot) == []


def test_any_programme_has_a_population(tmp_path: Path) -> None:
    facts = {**FACTS, "big": Fact.bounded("big", Kind.INTEGER, low=-5, high=10**9)}
    snapshot = make(facts, tmp_path / "s", lines=20_000).snapshot
    assert check_snapshot(snapshot) == []
    for column in snapshot.columns.values():
        assert (column.low, column.high) == (column.fact.low, column.fact.high)
        assert bool(column.nulls) == (column.fact.missing.value != "never")


def test_the_same_again_writes_nothing(tmp_path: Path) -> None:
    first = make(SMALL, tmp_path / "s")
    stands = (tmp_path / "s" / "manifest.json").stat().st_mtime_ns
    again = make(SMALL, tmp_path / "s")
    assert (first.written, again.written) == (True, False)
    assert again.snapshot == first.snapshot
    assert (tmp_path / "s" / "manifest.json").stat().st_mtime_ns == stands


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"seed": 2}, "the source differs"),
        ({"lines": 999}, "the source differs"),
        ({"as_of": date(2026, 1, 14)}, "the as-of date differs"),
    ],
)
def test_nothing_is_overwritten(tmp_path: Path, changed, says: str) -> None:
    before = make(SMALL, tmp_path / "s").snapshot
    with pytest.raises(MakegoodError, match=says) as error:
        make(SMALL, tmp_path / "s", **changed)
    assert error.value.findings[0].code == "MG508"
    assert check_snapshot(before) == []


def test_another_version_with_the_same_facts_is_the_same_population(tmp_path: Path) -> None:
    first = make(SMALL, tmp_path / "s")
    again = make(SMALL, tmp_path / "s", programme_sha256="1" * 64)
    assert not again.written
    assert again.snapshot == first.snapshot


def test_a_folder_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "letter.txt").write_text("mine")
    with pytest.raises(MakegoodError, match="is no sound snapshot"):
        make(SMALL, tmp_path / "s")
    assert [p.name for p in tmp_path.rglob("*")] == ["s", "letter.txt"]


def test_no_lines_and_too_many(tmp_path: Path) -> None:
    for lines in (0, -1, 10**12):
        with pytest.raises(MakegoodError, match="cannot make"):
            make(SMALL, tmp_path / "s", lines=lines)


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    make(SMALL, tmp_path / "s", progress=lambda *step: told.append(step))
    assert told == [("make lines", 0, 1_000), ("make lines", 1_000, 1_000)]


def test_days_are_near_the_as_of_date(tmp_path: Path) -> None:
    as_of = date(2031, 5, 4)
    snapshot = make(SMALL, tmp_path / "s", as_of=as_of).snapshot
    days = [values["ended_on"] for _, values in sample_lines(snapshot, 1_000, 1)]
    near = day_number(as_of - timedelta(days=1_200))
    assert sum(1 for day in days if isinstance(day, int) and day > near) > 500
