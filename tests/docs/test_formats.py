"""docs/formats.md is enough: its hashes, codes and masks, written again in plain Python."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from struct import pack
from typing import Any

import pytest
from pyarrow import parquet

from makegood.decisions import decide
from makegood.kernel import FixedClock
from makegood.population import make_population, open_snapshot
from makegood.programmes import Programme, load_programme
from tests.docs.markdown import ROOT

REFERENCE = ROOT / "programmes" / "kt-2025"
CLOCK = FixedClock(datetime(2026, 3, 2, tzinfo=UTC))
PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
EPOCH = date(1970, 1, 1)
FORMS = {"int8": "<b", "int32": "<i", "int64": "<q", "bool": "<?", "date32[day]": "<i"}

# --- the page, in plain Python --------------------------------------------------------------------


def hash_of_table(columns: list[tuple[str, str, list[Any]]], rows: int) -> str:
    whole = b"makegood-content/1\n" + pack("<q", rows)
    for name, kind, cells in columns:
        whole += sha256(bytes_of_column(name, kind, cells)).digest()
    return sha256(whole).hexdigest()


def bytes_of_column(name: str, kind: str, cells: list[Any]) -> bytes:
    found = f"{len(name.encode())}:{name}:{kind}\n".encode()
    empty = [cell is None for cell in cells]
    if any(empty):
        mask = bytearray((len(cells) + 7) // 8)
        for row, is_empty in enumerate(empty):
            mask[row // 8] |= is_empty << row % 8
        found += b"\1" + bytes(mask)
    else:
        found += b"\0"
    if kind == "string":
        texts = [("" if cell is None else cell).encode() for cell in cells]
        return found + b"".join(pack("<i", len(text)) for text in texts) + b"".join(texts)
    present = [cell for cell in cells if cell is not None]
    return found + b"".join(pack(FORMS[kind], number(cell)) for cell in present)


def number(cell: date | int) -> int:
    return (cell - EPOCH).days if isinstance(cell, date) else cell


def hash_of_parts(hashes: list[str]) -> str:
    return sha256(b"makegood-parts/1\n" + "".join(f"{h}\n" for h in hashes).encode()).hexdigest()


def key_of(manifest: dict[str, Any]) -> str:
    lines = [manifest[name] for name in ("programme_sha256", "population_sha256", "engine")]
    lines += [f"{b['name']}={b['source']}:{b['content_sha256']}" for b in manifest["bases"]]
    return sha256("\n".join(lines).encode()).hexdigest()


def seal_of(manifest: dict[str, Any]) -> str:
    sealed = {name: value for name, value in manifest.items() if name != "seal_sha256"}
    text = json.dumps(sealed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


# --- a folder to hold it against ------------------------------------------------------------------


def columns_of(path: Path, *, without: str = "") -> tuple[list[tuple[str, str, list[Any]]], int]:
    table = parquet.read_table(path)
    found = []
    for field in table.schema:
        kind = "string" if str(field.type).startswith("dictionary") else str(field.type)
        if field.name != without:
            found.append((field.name, kind, table.column(field.name).to_pylist()))
    return found, table.num_rows


def population(programme: Programme, as_of: date, out: Path) -> Path:
    make_population(
        programme.facts,
        programme=programme.identifier,
        programme_sha256=programme.sha256,
        shape=REFERENCE / "synthetic.yaml",
        lines=3_001,
        seed=2025,
        as_of=as_of,
        out=out,
        clock=CLOCK,
    )
    return out


@pytest.fixture(scope="module", params=["given", "absent"])
def folders(request, tmp_path_factory) -> tuple[Path, Path]:
    """A snapshot, and decisions on it with the base given or absent."""
    folder = tmp_path_factory.mktemp("formats")
    programme = load_programme(REFERENCE / "programme.yaml")
    later = population(programme, date(2026, 3, 1), folder / "later")
    bases = []
    if request.param == "given":
        bases = [open_snapshot(population(programme, date(2026, 1, 13), folder / "day"))]
    decide(programme, open_snapshot(later), bases, folder / "decisions", clock=CLOCK)
    return later, folder / "decisions"


def manifest_in(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def test_a_snapshot_has_the_content_hash_of_the_page(folders):
    snapshot, _ = folders
    manifest = manifest_in(snapshot)
    hashes = [hash_of_table(*columns_of(snapshot / part["file"])) for part in manifest["parts"]]
    assert hashes == [part["content_sha256"] for part in manifest["parts"]]
    assert hash_of_parts(hashes) == manifest["content_sha256"]


def test_decisions_have_the_hashes_of_the_page(folders):
    snapshot, decisions = folders
    manifest = manifest_in(decisions)
    hashes = []
    for part in manifest["parts"]:
        path = decisions / part["file"]
        assert sha256(path.read_bytes()).hexdigest() == part["sha256"]
        hashes.append(hash_of_table(*columns_of(path, without="line_id")))
    assert hashes == [part["content_sha256"] for part in manifest["parts"]]
    given = manifest_in(snapshot)["content_sha256"]
    assert manifest["population_sha256"] == given
    assert hash_of_parts([given, *hashes]) == manifest["content_sha256"]
    assert key_of(manifest) == manifest["key"]
    assert seal_of(manifest) == manifest["seal_sha256"]
    text = (decisions / "programme.yaml").read_bytes()
    assert sha256(text).hexdigest() == manifest["programme_sha256"]


def test_codes_amounts_and_masks_mean_what_the_manifest_counts(folders):
    _, decisions = folders
    manifest = manifest_in(decisions)
    columns, rows = columns_of(decisions / "part-00000.parquet")
    cells = {name: values for name, _, values in columns}
    for measure in manifest["measures"]:
        codes = cells[measure["name"]]
        lines = Counter(codes)
        assert lines == +Counter({c["code"]: c["lines"] for c in measure["counts"]})
        assert sum(lines.values()) == rows == measure["lines"]
        amounts = cells.get(f"amount_of_{measure['name']}", [None] * rows)
        granted = sum(amount for amount in amounts if amount is not None)
        assert granted == (measure["amount"] or 0)
        paid = {code for code, amount in zip(codes, amounts, strict=True) if amount is not None}
        assert paid <= {1, 2, 3}
        masks = cells.get(f"missing_of_{measure['name']}", [None] * rows)
        assert [code == 4 for code in codes] == [mask is not None for mask in masks]
        lacking = Counter(names_in(mask, manifest["missing_bits"]) for mask in masks if mask)
        told = {tuple(lack["facts"]): lack["lines"] for lack in measure["lacking"]}
        assert lacking == told


def names_in(mask: int, bits: list[str]) -> tuple[str, ...]:
    return tuple(name for bit, name in enumerate(bits) if mask & 2**bit)


def test_decisions_are_in_the_order_of_the_snapshot(folders):
    snapshot, decisions = folders
    for part in manifest_in(decisions)["parts"]:
        ours = parquet.read_table(decisions / part["file"], columns=["line_id"])
        theirs = parquet.read_table(snapshot / part["file"], columns=["line_id"])
        assert ours.to_pylist() == theirs.to_pylist()


def test_exclusions_are_numbered_in_the_order_of_the_file(folders):
    manifest = manifest_in(folders[1])
    waiver = next(m for m in manifest["measures"] if m["name"] == "penalty_waiver")
    reasons = {c["code"]: c["reason"] for c in waiver["counts"] if c["disposition"] == "excluded"}
    programme = load_programme(REFERENCE / "programme.yaml")
    exclusions = programme.measures["penalty_waiver"].exclusions
    assert reasons == {10 + k: exclusion.name for k, exclusion in enumerate(exclusions)}


def test_one_other_cell_is_another_hash():
    table = [("cover", "int8", [1, 2, None])]
    assert hash_of_table(table, 3) != hash_of_table([("cover", "int8", [1, 2, 0])], 3)
    assert hash_of_table(table, 3) != hash_of_table([("covers", "int8", [1, 2, None])], 3)


@pytest.mark.parametrize("tag", ["makegood-content/1", "makegood-parts/1", "makegood-decisions/1"])
def test_the_page_names_the_formats(tag):
    assert f"`{tag}`" in PAGE
