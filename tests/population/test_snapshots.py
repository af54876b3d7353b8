"""Snapshots: written whole, opened with care, checked to the byte."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from makegood.kernel import MakegoodError
from makegood.population import (
    PART_ROWS,
    check_snapshot,
    open_snapshot,
    read_line,
    sample_lines,
)
from tests.population.making import AS_OF, SMALL, small_snapshot, small_table, writer_to


def _codes(error: pytest.ExceptionInfo[MakegoodError]) -> list[str]:
    return [finding.code for finding in error.value.findings]


def test_what_is_written_can_be_opened(tmp_path: Path) -> None:
    written = small_snapshot(tmp_path / "s")
    opened = open_snapshot(tmp_path / "s")
    assert opened == written
    assert opened.as_of == AS_OF
    assert (opened.rows, opened.rejected, opened.rows_in) == (100, 0, 100)
    assert opened.facts == SMALL
    assert check_snapshot(opened) == []


def test_columns_say_what_stands_in_them(tmp_path: Path) -> None:
    columns = small_snapshot(tmp_path / "s").columns
    assert columns["status"].values == ("in_use", "terminated")
    assert (columns["months"].low, columns["months"].high) == (0, 36)
    assert columns["paid"].nulls == 10
    assert (columns["senior"].low, columns["senior"].high) == (0, 1)
    assert columns["ended_on"].low == 20_000


def test_rows_fill_parts(tmp_path: Path) -> None:
    rows = PART_ROWS + 5
    ids = pa.array([f"{i:07d}" for i in range(rows)])
    table = pa.table({"line_id": ids})
    with writer_to(tmp_path / "s", {}) as writer:
        for start in range(0, rows, 300_001):
            writer.add(table.slice(start, 300_001))
        snapshot = writer.finish().snapshot
    assert [part.rows for part in snapshot.parts] == [PART_ROWS, 5]
    assert snapshot.parts[1].first_line == "1000000"
    assert check_snapshot(snapshot) == []


def test_one_line_is_read_in_engine_values(tmp_path: Path) -> None:
    snapshot = small_snapshot(tmp_path / "s")
    assert read_line(snapshot, "line-00000003") == {
        "status": "terminated",
        "ended_on": 20_003,
        "months": 3,
        "paid": 3,
        "senior": False,
    }
    empty = read_line(snapshot, "line-00000010")
    assert empty is not None
    assert (empty["paid"], empty["ended_on"]) == (None, None)
    for absent in ("line-00000100", "", "line-0000000", "zzz", "line-00000003x"):
        assert read_line(snapshot, absent) is None


def test_samples_are_seeded(tmp_path: Path) -> None:
    snapshot = small_snapshot(tmp_path / "s")
    once, again = list(sample_lines(snapshot, 10, 7)), list(sample_lines(snapshot, 10, 7))
    assert once == again
    assert len(once) == 10
    assert all(read_line(snapshot, line) == values for line, values in once)
    assert len(list(sample_lines(snapshot, 1_000, 7))) == 100


def test_a_broken_part_is_a_finding(tmp_path: Path) -> None:
    snapshot = small_snapshot(tmp_path / "s")
    path = snapshot.part_paths()[0]
    path.write_bytes(bytes(path.stat().st_size))
    for read in (
        lambda: read_line(snapshot, "line-00000003"),
        lambda: list(sample_lines(snapshot, 1, 1)),
    ):
        with pytest.raises(MakegoodError, match=r"part-00000\.parquet can no longer") as error:
            read()
        assert _codes(error) == ["MG505"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (lambda t: pa.concat_tables([t, t]), "do not strictly rise"),
        (lambda t: t.take(list(reversed(range(len(t))))), "do not strictly rise"),
        (lambda t: t.set_column(3, "months", pa.array([37] * len(t), pa.int32())), "outside of"),
        (
            lambda t: t.set_column(1, "status", pa.array([None] * len(t), pa.string())),
            "never may be",
        ),
        (lambda t: t.set_column(1, "status", pa.array(["gone"] * len(t))), "outside of"),
    ],
)
def test_unfit_rows_make_no_snapshot(tmp_path: Path, changed, says: str) -> None:
    with writer_to(tmp_path / "s") as writer:
        writer.add(changed(small_table(0, 10)))
        with pytest.raises(MakegoodError, match=says) as error:
            writer.finish()
    assert _codes(error) == ["MG510"]
    assert list(tmp_path.iterdir()) == []


def test_a_changed_byte_names_the_file(tmp_path: Path) -> None:
    snapshot = small_snapshot(tmp_path / "s")
    path = snapshot.part_paths()[0]
    whole = path.read_bytes()
    for at in range(4, len(whole), len(whole) // 25):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        found = check_snapshot(snapshot)
        assert found, at
        assert "part-00000.parquet" in found[0].message
    path.write_bytes(whole)
    assert check_snapshot(snapshot) == []


def test_a_rewritten_part_says_something_else(tmp_path: Path) -> None:
    snapshot = small_snapshot(tmp_path / "s")
    other = small_snapshot(tmp_path / "t", 99)
    other.part_paths()[0].replace(snapshot.part_paths()[0])
    codes = {finding.code for finding in check_snapshot(snapshot)}
    assert codes == {"MG505", "MG506", "MG507"}


def test_a_manifest_nobody_may_mend(tmp_path: Path) -> None:
    small_snapshot(tmp_path / "s")
    path = tmp_path / "s" / "manifest.json"
    data = json.loads(path.read_text())
    for key, value in (("as_of", "2026-01-12"), ("rows", 99), ("makegood", "9"), ("parts", [])):
        path.write_text(json.dumps(data | {key: value}))
        with pytest.raises(MakegoodError) as error:
            open_snapshot(tmp_path / "s")
        assert _codes(error) == ["MG503"]
    path.write_text(json.dumps(data | {"made_at": "2030-01-01T00:00:00+00:00"}))
    assert open_snapshot(tmp_path / "s").rows == 100


def test_what_is_no_snapshot(tmp_path: Path) -> None:
    for content, code in (
        (None, "MG501"),
        ("{", "MG503"),
        ("[]", "MG502"),
        ('{"format": "makegood-snapshot/9"}', "MG502"),
        ('{"format": "makegood-snapshot/1"}', "MG503"),
    ):
        if content is not None:
            (tmp_path / "manifest.json").write_text(content)
        with pytest.raises(MakegoodError) as error:
            open_snapshot(tmp_path)
        assert _codes(error) == [code]


def test_missing_and_cut_parts(tmp_path: Path) -> None:
    path = small_snapshot(tmp_path / "s").part_paths()[0]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(MakegoodError, match=r"part-00000\.parquet has") as error:
        open_snapshot(tmp_path / "s")
    assert _codes(error) == ["MG504"]
    path.unlink()
    with pytest.raises(MakegoodError, match="is missing"):
        open_snapshot(tmp_path / "s")


def test_the_same_rows_have_the_same_manifest(tmp_path: Path) -> None:
    small_snapshot(tmp_path / "s")
    small_snapshot(tmp_path / "t")
    one, two = ((tmp_path / name / "manifest.json").read_bytes() for name in "st")
    assert one == two
