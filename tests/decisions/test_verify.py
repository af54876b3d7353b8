"""Proof: whatever was changed, by accident or by an insider, is found and named."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from makegood.decisions import Decisions, Verification, open_decisions, verify
from makegood.decisions.manifest import seal_of
from makegood.kernel import MakegoodError
from makegood.population import content_sha256_of, content_sha256_total
from makegood.programmes import load_text
from tests.decisions.outage import BASE, decided, line, measure, population, programme
from tests.decisions.test_kept import GIVEN, lines


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """400 lines in four parts, decided."""
    folder = tmp_path_factory.mktemp("verify")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("makegood.population.writer.PART_ROWS", 110)
        named = {f"L{i:03d}": each for i, each in enumerate(lines(400, seed=3))}
        snapshot = population(folder / "population", GIVEN, named)
    decided(folder / "decisions", GIVEN, snapshot)
    return folder


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    """A copy to spoil. Both moved together, so that the decisions still find their population."""
    shutil.copytree(original, tmp_path / "moved")
    return tmp_path / "moved"


@pytest.fixture(autouse=True)
def one_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting processes takes longer than these few lines; one test has them all the same."""
    if request.function is not test_what_nobody_touched_holds:
        monkeypatch.setattr("makegood.decisions.verification.cores", lambda: 1)


def verified(folder: Path, **how: Any) -> Verification:
    return verify(open_decisions(folder / "decisions", sealed=False), **how)


def test_what_nobody_touched_holds(folder: Path) -> None:
    found = verified(folder)
    assert found.sound
    assert (found.findings, found.lines, found.recomputed) == ((), 400, 400)


@pytest.mark.parametrize(
    "file", ["part-00000.parquet", "part-00003.parquet", "programme.yaml", "manifest.json"]
)
def test_a_byte_changed_in_the_decisions(folder: Path, file: str) -> None:
    _every_flip_is_found(folder, folder / "decisions" / file, 14)


@pytest.mark.parametrize("file", ["part-00001.parquet", "manifest.json"])
def test_a_byte_changed_in_the_population(folder: Path, file: str) -> None:
    _every_flip_is_found(folder, folder / "population" / file, 8)


def _every_flip_is_found(folder: Path, path: Path, count: int) -> None:
    whole = path.read_bytes()
    chance = random.Random(path.name)
    for position in [0, len(whole) - 2, *(chance.randrange(len(whole)) for _ in range(count))]:
        bit = 1 << chance.randrange(7)
        path.write_bytes(whole[:position] + bytes([whole[position] ^ bit]) + whole[position + 1 :])
        try:
            findings = verified(folder, sample=20).findings
        except MakegoodError as error:
            findings = error.findings
        told = " ".join(finding.render() for finding in findings)
        assert path.name in told, f"byte {position}, bit {bit}: {told}"
        if path.parent.name == "population":
            assert "population" in told
    path.write_bytes(whole)
    assert verified(folder, sample=20).sound


@pytest.mark.parametrize("file", ["part-00002.parquet", "programme.yaml"])
def test_a_file_that_is_gone(folder: Path, file: str) -> None:
    (folder / "decisions" / file).unlink()
    found = verified(folder)
    assert next(finding.message for finding in found.findings).endswith(f"{file} is gone")


def test_a_part_too_many(folder: Path) -> None:
    shutil.copy(folder / "decisions/part-00000.parquet", folder / "decisions/part-00009.parquet")
    (finding,) = verified(folder).findings
    assert finding.code == "MG613"
    assert "part-00009.parquet is not of these decisions" in finding.message


# --- An insider: valid Parquet, and a manifest that fits it -------------------------------------


def rewrite(folder: Path, index: int, change: Callable[[pa.Table], pa.Table]) -> None:
    """Change a part, and make good whatever the manifest says of it."""
    decisions = open_decisions(folder / "decisions")
    path = decisions.part_paths()[index]
    table = change(parquet.read_table(path, partitioning=None))
    parquet.write_table(table, path)
    raw = json.loads((folder / "decisions" / "manifest.json").read_text(encoding="utf-8"))
    raw["parts"][index] |= {
        "rows": table.num_rows,
        "bytes": path.stat().st_size,
        "sha256": sha256(path.read_bytes()).hexdigest(),
        "content_sha256": content_sha256_of(table.drop_columns(["line_id"])),
    }
    contents = [part["content_sha256"] for part in raw["parts"]]
    raw["content_sha256"] = content_sha256_total([raw["population_sha256"], *contents])
    _seal(folder, raw)


def _seal(folder: Path, raw: dict[str, Any]) -> None:
    raw["seal_sha256"] = seal_of(raw)
    text = json.dumps(raw, ensure_ascii=False)
    (folder / "decisions" / "manifest.json").write_text(text, encoding="utf-8")


def cell(column: str, row: int, value: Any) -> Callable[[pa.Table], pa.Table]:
    """A table with one cell otherwise."""

    def change(table: pa.Table) -> pa.Table:
        at = table.column_names.index(column)
        values = table[column].to_pylist()
        values[row] = value(values[row]) if callable(value) else value
        return table.set_column(at, column, pa.array(values, table.schema.field(column).type))

    return change


def _row_where(folder: Path, index: int, code: int) -> int:
    table = parquet.read_table(open_decisions(folder / "decisions").part_paths()[index])
    codes: list[int] = table["back"].to_pylist()
    return codes.index(code)


def test_a_decision_turned_round(folder: Path) -> None:
    """The counts no longer fit, and the second engine names the line."""
    row = _row_where(folder, 1, 10)
    rewrite(folder, 1, cell("back", row, 1))
    found = verified(folder).findings
    assert "MG614" in {finding.code for finding in found}
    told = [finding.message for finding in found if finding.code == "MG615"]
    line_id = f"L{110 + row:03d}"
    assert told == [f"line {line_id}: 'back' is 1, but the second engine says 10"]


def test_an_amount_raised_by_one(folder: Path) -> None:
    row = _row_where(folder, 2, 1)
    rewrite(folder, 2, cell("amount_of_back", row, lambda amount: amount + 1))
    found = verified(folder).findings
    told = [finding.message for finding in found if finding.code == "MG615"]
    (message,) = told
    assert message.startswith(f"line L{220 + row:03d}: 'amount_of_back' is ")
    is_now, _, was = message.partition("'amount_of_back' is ")[2].partition(
        ", but the second engine says "
    )
    assert int(is_now) == int(was) + 1


def test_two_lines_that_change_places(folder: Path) -> None:
    def swapped(table: pa.Table) -> pa.Table:
        ids = table["line_id"].to_pylist()
        ids[3], ids[4] = ids[4], ids[3]
        return table.set_column(0, "line_id", pa.array(ids))

    rewrite(folder, 0, swapped)
    told = [finding.message for finding in verified(folder).findings]
    assert any("'line_id' is L004, but the second engine says L003" in each for each in told)


def test_a_mask_that_names_other_facts(folder: Path) -> None:
    table = parquet.read_table(open_decisions(folder / "decisions").part_paths()[0])
    masks = table["missing_of_credit"].to_pylist()
    row = next(i for i, mask in enumerate(masks) if mask)
    rewrite(folder, 0, cell("missing_of_credit", row, lambda mask: mask ^ 1 or 2))
    told = [f.message for f in verified(folder).findings if f.code == "MG615"]
    assert told[0].startswith(f"line L{row:03d}: 'missing_of_credit' is ")


@pytest.mark.parametrize("column", ["back", "amount_of_back"])
def test_a_cell_made_empty(folder: Path, column: str) -> None:
    rewrite(folder, 0, cell(column, _row_where(folder, 0, 1), None))
    assert {"MG607", "MG615"} & {finding.code for finding in verified(folder).findings}


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.slice(0, table.num_rows - 1),
        lambda table: pa.concat_tables([table, table.slice(0, 1)]),
        lambda table: table.drop_columns(["amount_of_back"]),
        lambda table: table.append_column("more", table["line_id"]),
        lambda table: table.set_column(1, table.column_names[1], table["line_id"]),
        lambda table: table.set_column(1, table.column_names[1], table["credit"].cast(pa.int64())),
        lambda table: table.slice(0, 0),
    ],
    ids=["a row less", "a row more", "a column less", "a column more", "texts", "wider", "empty"],
)
def test_a_part_of_another_shape(folder: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    rewrite(folder, 0, change)
    found = verified(folder).findings
    assert {"MG613", "MG614"} & {finding.code for finding in found}


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("rows", 399),
        ("as_of", "2026-03-02"),
        ("programme", "other"),
        ("missing_bits", ["fee"]),
        ("key", "0" * 64),
        ("engine", "spark"),
        ("content_sha256", "0" * 64),
        ("parts", []),
        ("measures", []),
    ],
)
def test_a_manifest_rewritten_and_sealed_again(folder: Path, what: str, value: Any) -> None:
    raw = json.loads((folder / "decisions" / "manifest.json").read_text(encoding="utf-8"))
    assert raw[what] != value
    _seal(folder, raw | {what: value})
    found = verified(folder).findings
    assert {"MG613", "MG614"} & {finding.code for finding in found}


def test_counts_rewritten_and_sealed_again(folder: Path) -> None:
    raw = json.loads((folder / "decisions" / "manifest.json").read_text(encoding="utf-8"))
    counts = raw["measures"][0]["counts"]
    used = [count for count in counts if count["lines"]]
    used[0]["lines"] -= 1
    used[1]["lines"] += 1
    _seal(folder, raw)
    (finding,) = verified(folder).findings
    assert finding.code == "MG614"
    assert "manifest.json: the counts of 'credit' are not the parts'" in finding.message


# --- Samples, other places, bases ---------------------------------------------------------------


def test_a_sample_is_chosen_by_its_seed(folder: Path) -> None:
    """Of 400 lines 100 are looked at: one changed line is found by about a quarter of seeds."""
    rewrite(folder, 3, cell("amount_of_back", _row_where(folder, 3, 1), 77))
    caught = [_catches(folder, seed) for seed in range(12)]
    assert caught == [_catches(folder, seed) for seed in range(12)]
    assert 0 < sum(caught) < 9
    assert verified(folder, sample=40).recomputed == 40
    assert verified(folder, sample=4_000).recomputed == 400


def _catches(folder: Path, seed: int) -> bool:
    findings = verified(folder, sample=100, seed=seed).findings
    return "MG615" in {finding.code for finding in findings}


def test_a_population_that_was_moved(folder: Path, tmp_path: Path) -> None:
    (folder / "population").rename(tmp_path / "elsewhere")
    with pytest.raises(MakegoodError, match="no snapshot in 'population'"):
        verified(folder)
    assert verified(folder, population=tmp_path / "elsewhere").sound


def test_another_population(folder: Path, tmp_path: Path) -> None:
    other = population(tmp_path / "other", GIVEN, [line()])
    codes = {finding.code for finding in verified(folder, population=other.folder).findings}
    assert codes == {"MG612"}


def test_decisions_with_bases_and_a_late_window(tmp_path: Path) -> None:
    given = programme(
        measure("credit", base="customers", late="company", scope="opened_on < outage"), bases=BASE
    )
    base = population(tmp_path / "base", given, lines(50))
    snapshot = population(tmp_path / "population", given, lines(60, seed=2), date(2026, 3, 9))
    decisions = decided(tmp_path / "decisions", given, snapshot, [base]).decisions
    assert verify(decisions).sound
    base.folder.rename(tmp_path / "moved")
    assert verify(decisions, bases=[tmp_path / "moved"]).sound
    other = population(tmp_path / "other", given, lines(50, seed=9))
    found = verify(decisions, bases=[other.folder]).findings
    assert "MG612" in {finding.code for finding in found}


def test_a_programme_with_other_ends_of_lines_and_a_mark_of_order(tmp_path: Path) -> None:
    """What is kept are the bytes, as an editor elsewhere wrote them."""
    given = load_text(GIVEN.text.replace("\n", "\r\n"))
    snapshot = population(tmp_path / "population", given, [line()])
    decisions: Decisions = decided(tmp_path / "decisions", given, snapshot).decisions
    assert verify(decisions).findings == ()
