"""The content hash depends on what a table says, and on nothing else."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.population import content_sha256_of, content_sha256_total

_ROWS = st.lists(
    st.tuples(
        st.text(max_size=8),
        st.none() | st.integers(-(2**31), 2**31 - 1),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.dates(date(1900, 1, 1), date(2199, 12, 31)),
        st.none() | st.booleans(),
        st.none() | st.sampled_from(["in_use", "suspended", "정지"]),
    ),
    max_size=40,
)
_KINDS = [pa.string(), pa.int32(), pa.int64(), pa.date32(), pa.bool_(), pa.string()]
_NAMES = ["id", "months", "won", "day", "flag", "status"]


def _table(rows: list[tuple[object, ...]]) -> pa.Table:
    columns = [pa.array([row[i] for row in rows], kind) for i, kind in enumerate(_KINDS)]
    return pa.table(dict(zip(_NAMES, columns, strict=True)))


@settings(max_examples=60, deadline=None)
@given(_ROWS, st.data())
def test_storage_does_not_matter(rows, data) -> None:
    table = _table(rows)
    expected = content_sha256_of(table)
    cut = data.draw(st.integers(0, len(rows)))
    chunked = pa.concat_tables([table.slice(0, cut), table.slice(cut)])
    assert content_sha256_of(chunked) == expected
    assert content_sha256_of(chunked.combine_chunks()) == expected
    status = table.column("status").dictionary_encode()
    coded = table.set_column(5, "status", pa.chunked_array(status.chunks, status.type))
    assert content_sha256_of(coded) == expected
    wide = table.set_column(0, "id", table.column("id").cast(pa.large_string()))
    assert content_sha256_of(wide) == expected
    around = pa.concat_tables([_table([("x", 1, 1, None, True, None)] * 3), table]).slice(3)
    assert content_sha256_of(around) == expected
    assert content_sha256_of(around.combine_chunks()) == expected


@settings(max_examples=30, deadline=None)
@given(_ROWS)
def test_a_trip_through_parquet_does_not_matter(rows) -> None:
    table = _table(rows)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", row_group_size=7)
    assert content_sha256_of(pq.read_table(sink.getvalue())) == content_sha256_of(table)


_LINE = ("a", 1, 2, date(2026, 1, 13), True, "in_use")


@pytest.mark.parametrize("position", range(6))
def test_every_value_matters(position: int) -> None:
    other = ("b", 2, 3, date(2026, 1, 14), False, "suspended")
    table = _table([_LINE, _LINE])
    for value in (None, other[position]):
        changed = list(_LINE)
        changed[position] = value
        assert content_sha256_of(_table([_LINE, tuple(changed)])) != content_sha256_of(table)


def test_names_types_and_order_matter() -> None:
    table = _table([_LINE])
    renamed = table.rename_columns(["id", "months", "won", "day", "flag", "state"])
    wider = table.set_column(1, "months", table.column("months").cast(pa.int64()))
    turned = table.select(["months", "id", "won", "day", "flag", "status"])
    hashes = {content_sha256_of(t) for t in (table, renamed, wider, turned)}
    assert len(hashes) == 4


def test_texts_do_not_run_into_each_other() -> None:
    one, two = pa.table({"a": ["xy", "z"]}), pa.table({"a": ["x", "yz"]})
    assert content_sha256_of(one) != content_sha256_of(two)


def test_zero_and_empty_are_not_the_same() -> None:
    zero, empty = pa.table({"a": [0, 1]}), pa.table({"a": pa.array([None, 1], pa.int64())})
    assert content_sha256_of(zero) != content_sha256_of(empty)


def test_no_floats() -> None:
    with pytest.raises(TypeError, match="double"):
        content_sha256_of(pa.table({"a": [1.5]}))


def test_the_hash_stays_what_it_is() -> None:
    """A golden value: a change of it breaks every snapshot that was ever written."""
    table = _table([_LINE, ("나", None, None, None, None, None)])
    expected = "8cf4d7492eee34ecf256cf31a88489ebb6032c025aa03ed2037c11d5071433e6"
    assert content_sha256_of(table) == expected
    assert content_sha256_total([expected, expected]) == (
        "c9689f17182db2edc2d0dd077dee8ef0024d57f7c118d717c65452ee0f9a94e0"
    )
