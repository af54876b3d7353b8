"""A planned run is made again by the other engine, and one difference stops it."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connections

from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from makegood.runs import RunKind, RunRow, RunState, WorkDone, check_run, prepare
from makegood.runs.folders import MANIFEST, folder_of, items_file, sha256_of_file
from makegood.runs.planning.manifest import _seal_of
from makegood.runs.rows import execute, items_sha256_of, runs, shards_of
from tests.runs.planning.gift import at, in_force, on, planned


@pytest.fixture(autouse=True)
def _afternoon():
    with on(at(2, 1, 14)):
        yield


def change_items(settings: Settings, run: RunRow, column: str, place: int, value: object) -> None:
    """Forge an item, and every hash of it: only making it again can tell."""
    path = items_file(folder_of(settings, run.run_id), 1)
    table = pq.read_table(path)
    values = table.column(column).to_pylist()
    values[place] = value
    at_column = table.column_names.index(column)
    field = table.schema.field(column)
    pq.write_table(table.set_column(at_column, field, pa.array(values, field.type)), path)
    execute(
        "UPDATE runs_shard SET items_sha256 = %s WHERE run_id = %s",
        [sha256_of_file(path), run.run_id],
    )
    execute(
        "UPDATE runs_run SET items_sha256 = %s WHERE run_id = %s",
        [items_sha256_of(shards_of(run.run_id)), run.run_id],
    )


def test_what_both_engines_say_is_checked(settings: Settings, tmp_path):
    in_force(tmp_path)
    for kind, measure, period in (
        (RunKind.GRANT, "data", "2026-02"),
        (RunKind.BILL, "credit", "once"),
        (RunKind.COVER, "cover", "once"),
        (RunKind.UPLIFT_START, "roaming", "start"),
        (RunKind.UPLIFT_END, "roaming", "end"),
    ):
        run = planned(settings, kind, measure, period)
        checked = check_run(settings, run.run_id)
        assert (checked.state, checked.finding) == (RunState.CHECKED, ""), kind


def test_decisions_are_proved_once_for_all_runs(settings: Settings, tmp_path, monkeypatch):
    from makegood import decisions

    in_force(tmp_path)
    first = planned(settings, RunKind.GRANT, "data", "2026-02")
    second = planned(settings, RunKind.GRANT, "data", "2026-03")
    check_run(settings, first.run_id)
    monkeypatch.setattr(decisions, "verify", None)
    assert check_run(settings, second.run_id).state is RunState.CHECKED


def test_an_amount_that_is_not_due_stops_the_run_and_names_the_line(settings: Settings, tmp_path):
    in_force(tmp_path)
    run = planned(settings, RunKind.BILL, "credit")
    change_items(settings, run, "amount", 1, 25_001)
    stopped = check_run(settings, run.run_id)
    assert stopped.state is RunState.STOPPED
    assert stopped.finding == "MG868 line L02: the item's amount is 25001, but 25000 is due"


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("key", "MG" + "0" * 30, "the item's key is not the line's"),
        ("line_id", "L02", "it has neither an item nor a reason"),
        ("line_id", "L99", "it has neither an item nor a reason"),
    ],
)
def test_a_forged_item_stops_the_run(settings: Settings, tmp_path, column, value, told):
    in_force(tmp_path)
    run = planned(settings, RunKind.GRANT, "data", "2026-02")
    change_items(settings, run, column, 3 if value == "L99" else 0, value)
    stopped = check_run(settings, run.run_id)
    assert stopped.state is RunState.STOPPED
    assert "MG868" in stopped.finding
    assert told in stopped.finding


def test_items_changed_on_the_disk_stop_the_run(settings: Settings, tmp_path):
    in_force(tmp_path)
    run = planned(settings, RunKind.GRANT, "data", "2026-02")
    path = items_file(folder_of(settings, run.run_id), 1)
    path.write_bytes(path.read_bytes() + b" ")
    assert "MG873" in check_run(settings, run.run_id).finding


def test_a_manifest_that_was_changed_stops_the_run(settings: Settings, tmp_path):
    in_force(tmp_path)
    run = planned(settings, RunKind.GRANT, "data", "2026-02")
    path = folder_of(settings, run.run_id) / MANIFEST
    data = json.loads(path.read_text())
    assert data["seal_sha256"] == _seal_of(data)
    path.write_text(json.dumps(data | {"items": 3}))
    assert "MG866" in check_run(settings, run.run_id).finding


def test_decisions_that_were_changed_stop_every_run_of_them(settings: Settings, tmp_path):
    in_force(tmp_path)
    run = planned(settings, RunKind.BILL, "credit")
    [part] = settings.decisions_folder.glob("*/part-*.parquet")
    table = pq.read_table(part)
    place = table.column_names.index("amount_of_credit")
    amounts = [1 if amount else amount for amount in table.column(place).to_pylist()]
    pq.write_table(table.set_column(place, "amount_of_credit", pa.array(amounts)), part)
    assert "MG61" in check_run(settings, run.run_id).finding


def test_only_a_planned_run_is_checked(settings: Settings, tmp_path):
    in_force(tmp_path)
    run = planned(settings, RunKind.GRANT, "data", "2026-02")
    check_run(settings, run.run_id)
    with pytest.raises(MakegoodError, match="MG864"):
        check_run(settings, run.run_id)


def test_a_snapshot_that_was_moved_leaves_the_run_planned(settings: Settings, tmp_path):
    in_force(tmp_path)
    run = planned(settings, RunKind.GRANT, "data", "2026-02")
    [folder] = tmp_path.glob("gift-2026-*")
    folder.rename(tmp_path / "moved")
    with pytest.raises(MakegoodError):
        check_run(settings, run.run_id)
    (tmp_path / "moved").rename(folder)
    assert check_run(settings, run.run_id).state is RunState.CHECKED


def test_what_another_worker_has_checked_meanwhile_is_no_trouble(settings: Settings, tmp_path):
    """Both saw the same planned runs; while one checks the first, the other checks the rest."""
    in_force(tmp_path)
    planned(settings, RunKind.GRANT, "data", "2026-02")
    planned(settings, RunKind.BILL, "credit")
    raced: list[str] = []

    def elsewhere() -> None:
        with closing(connections["default"]):
            *_, last = runs("WHERE state = 'planned' ORDER BY due_at, run_id")
            raced.append(check_run(settings, last.run_id).state)

    def meanwhile(what: str, _done: int, _total: int | None) -> None:
        if what == "check" and not raced:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(elsewhere).result()

    done = WorkDone()
    prepare(settings, done, meanwhile)
    assert raced == [RunState.CHECKED]
    assert done.troubles == []
    assert not runs("WHERE state = 'planned'")
