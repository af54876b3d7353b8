"""Whatever an extract holds: rows in are rows kept and rows rejected, and none is lost."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.kernel import MakegoodError
from makegood.population import check_snapshot
from makegood.population.importing import csv_rows
from makegood.population.importing.csv_rows import CsvRows
from makegood.population.importing.mapping import Source
from tests.population.making import SMALL, bring_in

_MAPPING = """\
source: {format: csv}
line_id: id
facts:
  status: {column: status}
  ended_on: {column: day}
  months: {column: months}
  paid: {column: paid}
  senior: {column: senior}
"""
_LINES = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["a", "b", "c", "d", "", "가"]),
            st.sampled_from(["in_use", "terminated", "gone", ""]),
            st.sampled_from(["", "2026-01-13", "2026-02-30"]),
            st.sampled_from(["", "3", "99", "x"]),
            st.sampled_from(["", "3", "3.5", "3.555"]),
            st.sampled_from(["", "true", "0", "maybe"]),
        ).map(lambda cells: ",".join(cells).encode()),
        st.text(alphabet='ab,"\r 0', max_size=12).map(str.encode),
        st.binary(max_size=12).filter(lambda raw: b"\n" not in raw),
    ),
    max_size=30,
)


@settings(max_examples=40, deadline=None)
@given(_LINES, st.booleans())
def test_rows_in_are_kept_or_rejected(lines: list[bytes], ended: bool) -> None:
    filled = [line for line in lines if line.removesuffix(b"\r")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "m.yaml").write_text(_MAPPING)
        raw = b"\n".join([b"id,status,day,months,paid,senior", b"z,in_use,,,,", *lines])
        (folder / "s.csv").write_bytes(raw + b"\n" * ended)
        snapshot = bring_in(folder / "s.csv", folder / "m.yaml", SMALL, folder / "s").snapshot
        assert snapshot.rows_in == len(filled) + 1
        assert snapshot.rows + snapshot.rejected == snapshot.rows_in
        assert check_snapshot(snapshot) == []
        with (snapshot.folder / "rejects.csv").open(encoding="utf-8", newline="") as file:
            rows = [int(row["row"]) for row in csv.DictReader(file)]
        assert len(rows) == snapshot.rejected
        assert rows == sorted(set(rows))


@settings(max_examples=60, deadline=None)
@given(_LINES, st.integers(200, 400))
def test_blocks_do_not_matter(lines: list[bytes], size: int) -> None:
    """The same rows come out however the file is cut into blocks."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "s.csv"
        path.write_bytes(b"\n".join([b"id,a,b,c,d,e", *lines * 5]))
        found: list[list[tuple[object, ...]]] = []
        for block in (csv_rows.BLOCK_BYTES, size):
            try:
                batches = list(CsvRows(path, Source(format="csv"), block).batches(["id", "e"]))
            except MakegoodError as error:
                found.append([(error.findings[0].code,)])
                continue
            rows = [tuple(row.values()) for batch in batches for row in batch.to_pylist()]
            found.append(sorted(rows, key=lambda row: int(str(row[0]))))
        assert found[0] == found[1]
