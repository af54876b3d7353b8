"""What an import makes of every kind of value, and of everything that is wrong with a row."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from makegood.kernel import MakegoodError, day_number
from makegood.population import Outcome, Snapshot, check_snapshot, read_line
from makegood.rules import Fact, Kind, Missing
from tests.population.making import bring_in

_UNKNOWN = Missing.UNKNOWN


def _fact(kind: Kind, low: int | None = None, high: int | None = None) -> Fact:
    values = ("yes", "no") if kind is Kind.ENUM else ()
    return Fact.bounded("f", kind, values, low, high, _UNKNOWN)


def _import(
    folder: Path, mapping: str, rows: str | bytes, facts: dict[str, Fact], name: str = "s"
) -> Outcome:
    source, file = folder / f"{name}.csv", folder / f"{name}.yaml"
    source.write_bytes(rows.encode() if isinstance(rows, str) else rows)
    file.write_text(mapping, encoding="utf-8")
    return bring_in(source, file, facts, folder / name)


def _read(folder: Path, fact: Fact, reading: str, cells: list[str]) -> list[object]:
    """The values that cells become; a reject is its code."""
    mapping = f"source: {{format: csv}}\nline_id: id\nfacts:\n  f: {reading}\n"
    rows = "id,x,y\n" + "".join(f"{i:04d},{cell}\n" for i, cell in enumerate([*cells, ","]))
    snapshot = _import(folder, mapping, rows, {"f": fact}).snapshot
    codes = {row["line_id"]: row["code"] for row in _rejects(snapshot)}
    found: list[object] = []
    for number in range(len(cells)):
        line = read_line(snapshot, f"{number:04d}")
        found.append(codes[f"{number:04d}"] if line is None else line["f"])
    return found


def _rejects(snapshot: Snapshot) -> list[dict[str, str]]:
    with (snapshot.folder / "rejects.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


_DAY = day_number(date(2026, 1, 13))


@pytest.mark.parametrize(
    ("kind", "reading", "cells"),
    [
        (
            Kind.DATE,
            "{column: x}",
            {"2026-01-13,": _DAY, "2026-1-13,": "MG457", "2026-02-30,": "MG457", "soon,": "MG457"},
        ),
        (
            Kind.DATE,
            '{column: x, date: ["%Y%m%d", "%-d.%-m.%Y %H:%M"]}',
            {
                "20260113,": _DAY,
                "13.1.2026 08:30,": _DAY,
                "2026-01-13,": "MG457",
                "202601,": "MG457",
            },
        ),
        (
            Kind.DATE,
            "{column: x, months_before_as_of: true}",
            {"0,": _DAY, "12,": _DAY - 365, "-1,": "MG458", "1201,": "MG458", "1.5,": "MG458"},
        ),
        (
            Kind.INTEGER,
            "{column: x}",
            {
                "7,": 7,
                "+7,": 7,
                "007,": 7,
                "7.0,": 7,
                "7.5,": "MG458",
                "1e2,": "MG458",
                "-1,": "MG460",
            },
        ),
        (
            Kind.MONEY,
            "{column: x}",
            {
                "12,": 1200,
                "12.5,": 1250,
                "12.50000,": 1250,
                "0.07,": 7,
                "12.345,": "MG459",
                "12..3,": "MG458",
                "1e3,": "MG458",
                "99999999999999999,": "MG458",
                "100000000000,": "MG460",
            },
        ),
        (Kind.MONEY, "{column: x, rounding: down}", {"1.999,": 199, "1.991,": 199}),
        (Kind.MONEY, "{column: x, rounding: up}", {"1.991,": 200, "1.99,": 199}),
        (Kind.MONEY, "{column: x, rounding: half_up}", {"0.125,": 13, "0.1249,": 12}),
        (
            Kind.MONEY,
            "{column: x, rounding: half_even}",
            {"0.125,": 12, "0.135,": 14, "0.1251,": 13},
        ),
        (Kind.MONEY, "{column: x, unit: minor}", {"1250,": 1250, "12.5,": "MG459"}),
        (
            Kind.MONEY,
            '{column: x, thousands: ","}',
            {
                '"1,234,567.89",': 123456789,
                '"-1,234",': "MG460",
                "1234567.89,": 123456789,
                '"1,234.567",': "MG459",
                '"1,0,0",': "MG458",
                '"12,34",': "MG458",
                '"1234,567",': "MG458",
                '",123",': "MG458",
                '"1,234,",': "MG458",
                '"1.234,567",': "MG458",
                ",": None,
            },
        ),
        (
            Kind.MONEY,
            '{column: x, thousands: ".", decimal: ","}',
            {
                '"1.234.567,89",': 123456789,
                '"12,5",': 1250,
                "1.234,": 123400,
                "12.5,": "MG458",
                '"1,234.5",': "MG458",
                '"1,234",': "MG459",
                ",": None,
            },
        ),
        (
            Kind.MONEY,
            '{column: x, decimal: ",", default: "0,5"}',
            {'"1,5",': 150, "1.5,": "MG458", "7,": 700, ",": 50},
        ),
        (Kind.MONEY, '{column: x, thousands: "\'"}', {"1'234.5,": 123450, "12'34,": "MG458"}),
        (
            Kind.MONEY,
            '{column: x, thousands: "\\u202f"}',
            {"1\u202f234,": 123400, "1 234,": "MG458"},
        ),
        (
            Kind.INTEGER,
            "{column: x, thousands: ' ', recode: {much: 1 000}, otherwise: null}",
            {"much,": 1000, "2 000,": None},
        ),
        (Kind.INTEGER, "{column: x, thousands: _}", {"1_000,": 1000, "1_0,": "MG458", "0_000,": 0}),
        (
            Kind.INTEGER,
            '{column: x, thousands: ",", recode: {a: 1}}',
            {"a,": 1, "b,": "MG456"},
        ),
        (
            Kind.MONEY,
            (
                '{when: [{if: {y: de}, column: x, thousands: ".", decimal: ","}, '
                '{column: x, thousands: ","}]}'
            ),
            {'"1.234,5",de': 123450, '"1,234.5",us': 123450, '"1,234.567",us': "MG459"},
        ),
        (
            Kind.BOOLEAN,
            "{column: x}",
            {"true,": True, "FALSE,": False, "1,": True, "0,": False, "yes,": "MG456"},
        ),
        (Kind.ENUM, "{column: x}", {"yes,": "yes", " no ,": "no", "Yes,": "MG456"}),
        (
            Kind.ENUM,
            "{column: x, recode: {Y: yes, N: no, '?': null}}",
            {"Y,": "yes", "N,": "no", "?,": None, "yes,": "MG456", ",": None},
        ),
        (
            Kind.ENUM,
            "{column: x, recode: {Y: yes}, otherwise: no, default: yes, empty: [NA]}",
            {"Y,": "yes", "whatever,": "no", ",": "yes", "NA,": "yes"},
        ),
        (Kind.INTEGER, "{constant: 24}", {"x,": 24}),
        (Kind.MONEY, "{constant: 12.50}", {"x,": 1250}),
        (Kind.DATE, "{constant: 2026-01-13}", {"x,": _DAY}),
        (Kind.DATE, "{as_of: true}", {"x,": _DAY}),
        (Kind.DATE, "{absent: true}", {"x,": None}),
        (
            Kind.DATE,
            (
                "{when: [{if: {x: [gone, left]}, as_of: true}, {if: {x: null}, absent: true}, "
                '{column: x, date: "%Y%m%d"}]}'
            ),
            {"gone,": _DAY, "left,": _DAY, ",": None, "20260112,": _DAY - 1, "2026,": "MG457"},
        ),
        (
            Kind.ENUM,
            "{when: [{if: {x: 1, y: b}, constant: yes}, {if: {x: 1}, constant: no}]}",
            {"1,b": "yes", "1,c": "no", "2,b": None},
        ),
    ],
)
def test_values(tmp_path: Path, kind: Kind, reading: str, cells: dict[str, object]) -> None:
    assert _read(tmp_path, _fact(kind), reading, list(cells)) == list(cells.values())


def test_quotes_in_a_mapping_are_no_code(tmp_path: Path) -> None:
    cell = "'); DROP TABLE rejected; --"
    reading = '{column: x, recode: {"\'); DROP TABLE rejected; --": yes}}'
    assert _read(tmp_path, _fact(Kind.ENUM), reading, [cell + ",", "x,"]) == ["yes", "MG456"]


_STATUS = {
    "status": Fact.bounded("status", Kind.ENUM, ("in_use", "gone")),
    "ended_on": Fact.bounded("ended_on", Kind.DATE, missing=Missing.NONE),
    "won": Fact.bounded("won", Kind.MONEY, low=0, high=10_000_00),
}
_MAPPING = """\
source: {format: csv, empty: [NA]}
line_id: 회선
facts:
  status: {column: 상태, recode: {사용: in_use, 해지: gone}}
  ended_on: {column: 해지일, date: "%Y%m%d"}
  won: {column: 금액}
"""
_BAD_ROWS = """\
회선,상태,해지일,금액,메모
a1,사용,,100,fine
a2,정지,,100,
a3,해지,2026-01-13,100,
a4,해지,20260113,1.234,

a5,해지,20260113,many,"a ""quoted"" word"
a6,해지,20260113,10000.01,
a7,사용,,100
a8,사용,,100,,
a9,사용,,100,"no end
b1,사용,NA,,
,사용,,100,
b2,사용,,100,first
b2,사용,,100.00,the same facts
b3,사용,,100,
b3,해지,20260113,100,
b3,사용,,100,
b4,NA,,100,
c\a1,사용,,100,
"""
GOLDEN = """\
row,line_id,code,reason
2,a2,MG456,"'status' is none of: in_use, gone"
3,a3,MG457,'ended_on' is no date as the mapping describes it
4,a4,MG459,"'won' has more decimals than the currency, and no rounding is named"
5,a5,MG458,'won' is no plain decimal number of at most 15 and 12 digits
6,a6,MG460,'won' lies outside of the bounds that the programme declares
7,,MG451,the line has another number of columns than the header
8,,MG451,the line has another number of columns than the header
9,,MG452,a quoted value does not end in its line
10,b1,MG455,"'won' is empty, but never may be"
11,,MG454,"the line id is empty, longer than 64 characters, or has control characters"
13,b2,MG461,"the same line, with the same facts, stands in row 12, which is kept"
14,b3,MG462,"the same line stands in row 15 too, with other facts"
15,b3,MG462,"the same line stands in row 14 too, with other facts"
16,b3,MG462,"the same line stands in row 14 too, with other facts"
17,b4,MG455,"'status' is empty, but never may be"
18,,MG454,"the line id is empty, longer than 64 characters, or has control characters"
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp949", "euc-kr"])
def test_the_reject_file(tmp_path: Path, encoding: str) -> None:
    mapping = _MAPPING.replace("csv,", f"csv, encoding: {encoding},")
    snapshot = _import(tmp_path, mapping, _BAD_ROWS.encode(encoding), _STATUS).snapshot
    assert (snapshot.folder / "rejects.csv").read_text(encoding="utf-8") == GOLDEN
    assert (snapshot.rows_in, snapshot.rows, snapshot.rejected) == (18, 2, 16)
    assert snapshot.rejects is not None
    assert snapshot.rejects.per_reason["MG462"] == 3
    assert read_line(snapshot, "b2") == {"status": "in_use", "ended_on": None, "won": 10_000}
    assert check_snapshot(snapshot) == []
    path = snapshot.folder / "rejects.csv"
    path.write_bytes(path.read_bytes().replace(b"a2", b"a3"))
    assert [finding.code for finding in check_snapshot(snapshot)] == ["MG511"]


@pytest.mark.parametrize(("ending", "last"), [("\r\n", ""), ("\n", "x"), ("\r\n", "x")])
def test_line_ends_do_not_matter(tmp_path: Path, ending: str, last: str) -> None:
    rows = _BAD_ROWS.rstrip("\n") if last else _BAD_ROWS
    rows = "\ufeff" + rows.replace("\n", ending)
    snapshot = _import(tmp_path, _MAPPING, rows, _STATUS).snapshot
    assert (snapshot.folder / "rejects.csv").read_text(encoding="utf-8") == GOLDEN


def test_bytes_of_another_encoding(tmp_path: Path) -> None:
    rows = b"id,x,y\n1,yes,\n2,\xffyes,\n3,yes,\xff\n4\xff,yes,\n"
    mapping = "source: {format: csv}\nline_id: id\nfacts: {f: {column: x}}\n"
    snapshot = _import(tmp_path, mapping, rows, {"f": _fact(Kind.ENUM)}).snapshot
    found = [(row["row"], row["line_id"], row["code"]) for row in _rejects(snapshot)]
    assert found == [("2", "2", "MG453"), ("4", "", "MG453")]
    assert snapshot.rows == 2


def test_delimiters_and_no_quotes(tmp_path: Path) -> None:
    mapping = (
        'source: {format: csv, delimiter: "|", quote: none, trim: false}\n'
        "line_id: id\nfacts: {f: {column: x}}\n"
    )
    rows = 'id|x\n"1|yes\n2|yes \n 3|no\n'
    snapshot = _import(tmp_path, mapping, rows, {"f": _fact(Kind.ENUM)}).snapshot
    assert read_line(snapshot, '"1') == {"f": "yes"}
    assert read_line(snapshot, " 3") == {"f": "no"}
    assert [row["code"] for row in _rejects(snapshot)] == ["MG456"]


def test_parquet_reads_as_its_text(tmp_path: Path) -> None:
    kinds = (Kind.DATE, Kind.DATE, Kind.MONEY, Kind.MONEY, Kind.INTEGER, Kind.BOOLEAN, Kind.ENUM)
    facts = {
        f"f{i}": Fact.bounded(f"f{i}", k, ("yes", "no"), missing=_UNKNOWN)
        for i, k in enumerate(kinds)
    }
    table = pa.table(
        {
            "id": pa.array([3, 1, 2]),
            "f0": pa.array([date(2026, 1, 13), None, date(2026, 1, 12)]),
            "f1": pa.array([_DAY * 86_400 + 30_600, None, (_DAY - 1) * 86_400], pa.timestamp("s")),
            "f2": pa.array([Decimal("12.50"), None, Decimal("0.01")]),
            "f3": pa.array([29.85, None, 100.0]),
            "f4": pa.array([5.0, None, 7.0]),
            "f5": pa.array([True, None, False]),
            "f6": pa.array(["yes", None, "no"]).dictionary_encode(),
        }
    )
    pq.write_table(table, tmp_path / "s.parquet")
    readings = "".join(f"  f{i}: {{column: f{i}}}\n" for i in range(7) if i != 1)
    readings += '  f1: {column: f1, date: "%Y-%m-%d %H:%M:%S"}\n'
    mapping = tmp_path / "m.yaml"
    mapping.write_text(f"source: {{format: parquet}}\nline_id: id\nfacts:\n{readings}")
    snapshot = bring_in(tmp_path / "s.parquet", mapping, facts, tmp_path / "s").snapshot
    assert (snapshot.rows, snapshot.rejected) == (3, 0)
    first = dict(zip(facts, (_DAY, _DAY, 1250, 2985, 5, True, "yes"), strict=True))
    assert read_line(snapshot, "3") == first
    assert read_line(snapshot, "1") == dict.fromkeys(facts)


def test_the_same_again_writes_nothing(tmp_path: Path) -> None:
    first = _import(tmp_path, _MAPPING, _BAD_ROWS, _STATUS)
    again = _import(tmp_path, _MAPPING, _BAD_ROWS, _STATUS)
    assert (first.written, again.written) == (True, False)
    with pytest.raises(MakegoodError, match="the source differs"):
        _import(tmp_path, _MAPPING, _BAD_ROWS + "z,사용,,1,\n", _STATUS)


def test_no_row_kept_says_why(tmp_path: Path) -> None:
    with pytest.raises(MakegoodError) as error:
        _import(tmp_path, _MAPPING, "회선,상태,해지일,금액\na,?,,1\nb,?,,1\n", _STATUS)
    found = error.value.findings[0]
    assert found.code == "MG416"
    assert found.hint == "MG456 'status' is none of: in_use, gone (2 rows, the first is row 1)"
    with pytest.raises(MakegoodError, match="the source holds no row"):
        _import(tmp_path, _MAPPING, "회선,상태,해지일,금액\n", _STATUS)


def test_more_rejects_than_allowed(tmp_path: Path) -> None:
    rows = "회선,상태,해지일,금액\na,사용,,1\nb,?,,1\nc,?,,1\n"
    (tmp_path / "s.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "m.yaml").write_text(_MAPPING, encoding="utf-8")
    words = (tmp_path / "s.csv", tmp_path / "m.yaml", _STATUS, tmp_path / "s")
    with pytest.raises(MakegoodError) as error:
        bring_in(*words, rejects_max=1)
    (found,) = error.value.findings
    assert (found.code, found.message) == ("MG418", "2 rows were rejected, more than the 1 allowed")
    assert found.hint == "MG456 'status' is none of: in_use, gone (2 rows, the first is row 2)"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.yaml", "s.csv"]
    assert bring_in(*words, rejects_max=2).snapshot.rejected == 2
    with pytest.raises(MakegoodError, match="MG456 \\(2 rows\\)"):
        bring_in(*words, rejects_max=0)
    assert not bring_in(*words).written


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (b"id,f\ra,yes\rb,no\r", "a carriage return stands inside its header"),
        (b"id,no\rtes,f\r\na,,yes\r\n", "a carriage return stands inside its header"),
        (b'id,"no\rtes",f\na,,yes\n', "a carriage return stands inside its header"),
        (b"id,f," + b"x" * 131_073 + b"\na,yes,\n", "field larger than field limit"),
    ],
)
@pytest.mark.parametrize("quote", ['"', "none"])
def test_headers_that_cannot_be_read(
    tmp_path: Path, header: bytes, message: str, quote: str
) -> None:
    mapping = (
        f"source: {{format: csv, quote: '{quote}'}}\nline_id: id\nfacts: {{f: {{column: f}}}}\n"
    )
    with pytest.raises(MakegoodError, match=message) as error:
        _import(tmp_path, mapping, header, {"f": _fact(Kind.ENUM)})
    (found,) = error.value.findings
    assert found.code == "MG413"
    assert "line ends LF or CRLF" in found.hint


def test_sources_that_cannot_be_read(tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text("source: {format: parquet}\nline_id: id\nfacts: {f: {column: x}}\n")
    facts = {"f": _fact(Kind.ENUM)}
    with pytest.raises(MakegoodError, match="no such file") as error:
        bring_in(tmp_path / "absent", mapping, facts, tmp_path / "s")
    assert error.value.findings[0].code == "MG411"
    (tmp_path / "text").write_text("id,x\n")
    with pytest.raises(MakegoodError) as error:
        bring_in(tmp_path / "text", mapping, facts, tmp_path / "s")
    assert error.value.findings[0].code == "MG413"
    lists = pa.table({"id": ["a"], "x": [["yes"]]})
    pq.write_table(lists, tmp_path / "lists")
    with pytest.raises(MakegoodError, match="'x' is list"):
        bring_in(tmp_path / "lists", mapping, facts, tmp_path / "s")
    whole = pa.table({"id": [str(i) for i in range(50_000)], "x": ["yes"] * 50_000})
    pq.write_table(whole, tmp_path / "broken", compression="zstd", use_dictionary=False)
    raw = bytearray((tmp_path / "broken").read_bytes())
    raw[200:2_000] = bytes(1_800)
    (tmp_path / "broken").write_bytes(raw)
    with pytest.raises(MakegoodError) as error:
        bring_in(tmp_path / "broken", mapping, facts, tmp_path / "s")
    assert error.value.findings[0].code == "MG413"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith((".s", "s"))]
