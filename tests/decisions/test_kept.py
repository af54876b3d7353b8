"""What a folder of decisions holds: closed counts, pinned inputs; and what it never does twice."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from makegood.decisions import Decisions, decide, open_decisions, verify
from makegood.decisions.duckdb_engine import connected
from makegood.kernel import MakegoodError
from makegood.population import Snapshot
from makegood.programmes import load_text
from tests.decisions.outage import (
    AS_OF,
    CLOCK,
    PLAIN,
    decided,
    ids,
    line,
    measure,
    population,
    programme,
    told,
)

GIVEN = programme(
    measure(
        "credit",
        scope="opened_on < outage",
        exclusions={"child": "years < 14", "over": "closed_on <= outage"},
        automatic="company",
        amount="prorate(fee, 7, 30, half_up)",
    ),
    measure("back", exclusions={"company": "company"}, amount="deposit"),
    measure("data", scope="status = 'in_use'", amount=None),
)


def lines(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Lines by chance, a quarter of what may be missing missing."""
    chance = random.Random(seed)

    def maybe(value: Any) -> Any:
        return value if chance.random() < 0.75 else None

    return [
        {
            "status": chance.choice(["in_use", "closed"]),
            "opened_on": AS_OF + timedelta(chance.randint(-60, 10)),
            "closed_on": maybe(AS_OF + timedelta(chance.randint(-30, 30))),
            "years": maybe(chance.randint(0, 60)),
            "fee": maybe(chance.randint(0, 99_999)),
            "deposit": chance.randint(0, 9) * 1_000,
            "company": maybe(chance.random() < 0.3),
        }
        for _ in range(count)
    ]


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    """500 lines in five parts."""
    monkeypatch.setattr("makegood.population.writer.PART_ROWS", 110)
    named = {f"L{i:03d}": each for i, each in enumerate(lines(500))}
    return population(tmp_path / "population", GIVEN, named)


def test_counts_and_sums_are_those_of_the_lines(tmp_path: Path, snapshot: Snapshot) -> None:
    assert len(snapshot.parts) == 5
    decisions = decided(tmp_path / "decisions", GIVEN, snapshot).decisions
    assert open_decisions(tmp_path / "decisions") == decisions
    assert ids(decisions) == [f"L{i:03d}" for i in range(500)]
    for name, counted in decisions.measures.items():
        words = told(decisions, GIVEN, name)
        by_label: Counter[str] = Counter()
        sums: Counter[str] = Counter()
        lacking: Counter[str] = Counter()
        for each in words:
            label, _, rest = each.partition(" ")
            by_label[label] += 1
            if rest.startswith("lacks"):
                lacking[rest.removeprefix("lacks ")] += 1
            elif rest:
                sums[label] += int(rest.replace(",", ""))
        found = {_label(count): count.lines for count in counted.counts if count.lines}
        assert found == by_label
        assert counted.lines == 500
        assert {" ".join(each.facts): each.lines for each in counted.lacking} == lacking
        money = {_label(c): c.amount for c in counted.counts if c.amount}
        assert money == sums
        assert counted.amount == (sum(sums.values()) if name != "data" else None)
    assert verify(decisions).findings == ()


def _label(count: Any) -> str:
    detail = count.way.value if count.way else count.reason
    return f"{count.disposition.value}:{detail}" if detail else str(count.disposition.value)


def test_the_same_again_writes_nothing(tmp_path: Path, snapshot: Snapshot) -> None:
    first = decided(tmp_path / "decisions", GIVEN, snapshot)
    before = _stat(tmp_path / "decisions")
    again = decided(tmp_path / "decisions", GIVEN, snapshot)
    assert (first.written, again.written) == (True, False)
    assert again.decisions == first.decisions
    assert _stat(tmp_path / "decisions") == before
    assert {path.name for path in tmp_path.iterdir()} == {"population", "decisions"}


def test_the_same_elsewhere_has_the_same_content(tmp_path: Path, snapshot: Snapshot) -> None:
    one = decided(tmp_path / "one", GIVEN, snapshot).decisions
    two = decided(tmp_path / "deep" / "down" / "two", GIVEN, snapshot).decisions
    assert (one.content_sha256, one.key) == (two.content_sha256, two.key)
    assert [p.sha256 for p in one.parts] == [p.sha256 for p in two.parts]
    assert verify(two).findings == ()


@pytest.mark.parametrize("rows", [109, 110, 499])
def test_however_it_is_cut_into_parts_the_lines_get_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    named = {f"L{i:03d}": each for i, each in enumerate(lines(250))}
    whole = population(tmp_path / "whole", GIVEN, named)
    monkeypatch.setattr("makegood.population.writer.PART_ROWS", rows)
    cut = population(tmp_path / "cut", GIVEN, named)
    found = [decided(tmp_path / f"by {s.folder.name}", GIVEN, s).decisions for s in (whole, cut)]
    for name in GIVEN.measures:
        assert told(found[0], GIVEN, name) == told(found[1], GIVEN, name)
    assert found[0].measures == found[1].measures


def test_one_fact_otherwise_is_another_content(tmp_path: Path) -> None:
    contents = set()
    changes: list[dict[str, Any]] = [{}, {"fee": 30_001}, {"company": None}, {"deposit": 5_001}]
    for number, change in enumerate(changes):
        snapshot = population(tmp_path / f"p{number}", GIVEN, [line(), line(**change), line()])
        contents.add(decided(tmp_path / f"d{number}", GIVEN, snapshot).decisions.content_sha256)
    assert len(contents) == len(changes)


def test_other_inputs_are_refused_and_nothing_is_overwritten(tmp_path: Path) -> None:
    snapshot = population(tmp_path / "population", GIVEN, [line()])
    other = population(tmp_path / "other", GIVEN, [line(fee=1)])
    decided(tmp_path / "decisions", GIVEN, snapshot)
    before = _stat(tmp_path / "decisions")
    remark = load_text(GIVEN.text + "# a remark\n")
    for given, population_now in ((GIVEN, other), (remark, snapshot)):
        with pytest.raises(MakegoodError, match="decisions from other inputs") as error:
            decided(tmp_path / "decisions", given, population_now)
        assert error.value.findings[0].code == "MG605"
    assert _stat(tmp_path / "decisions") == before


def test_an_unknown_engine_is_told_before_anything_else(tmp_path: Path) -> None:
    snapshot = population(tmp_path / "population", GIVEN, [line()])
    with pytest.raises(MakegoodError, match="did you mean 'duckdb'") as error:
        decide(GIVEN, snapshot, [], tmp_path / "population", clock=CLOCK, engine="duckbd")
    assert error.value.findings[0].code == "MG608"


@pytest.mark.parametrize("what", ["a file", "a folder of others", "the population", "a link"])
def test_a_place_that_is_taken(tmp_path: Path, what: str) -> None:
    snapshot = population(tmp_path / "population", GIVEN, [line()])
    out = tmp_path / ("population" if what == "the population" else "out")
    if what == "a file":
        out.write_text("kept")
    elif what == "a folder of others":
        out.mkdir()
        (out / "kept").write_text("kept")
    elif what == "a link":
        (tmp_path / "empty").mkdir()
        out.symlink_to(tmp_path / "empty")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with pytest.raises(MakegoodError, match="holds something else") as error:
        decided(out, GIVEN, snapshot)
    assert error.value.findings[0].code == "MG605"
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    snapshot = population(tmp_path / "population", GIVEN, [line()])
    (tmp_path / "out").mkdir()
    assert decided(tmp_path / "out", GIVEN, snapshot).written


def test_what_does_not_fit_the_memory_is_put_aside_within(tmp_path: Path) -> None:
    """Not in the folder somebody happens to be in, where a killed run would leave it behind."""
    with connected(1, tmp_path) as connection:
        found = connection.execute("SELECT current_setting('temp_directory')").fetchone()
    assert found is not None
    assert Path(found[0]).parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_result_is_not_taken_for_the_same(tmp_path: Path) -> None:
    snapshot = population(tmp_path / "population", GIVEN, [line()])
    decisions = decided(tmp_path / "out", GIVEN, snapshot).decisions
    path = decisions.part_paths()[0]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(MakegoodError, match=r"part-00000\.parquet is damaged") as error:
        decided(tmp_path / "out", GIVEN, snapshot)
    assert error.value.findings[0].code == "MG606"


def test_one_bit_turned_round_is_damage(tmp_path: Path) -> None:
    """The size is what it was."""
    snapshot = population(tmp_path / "population", GIVEN, [line()])
    path = decided(tmp_path / "out", GIVEN, snapshot).decisions.part_paths()[0]
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    with pytest.raises(MakegoodError, match=r"part-00000\.parquet is damaged") as error:
        decided(tmp_path / "out", GIVEN, snapshot)
    assert error.value.findings[0].code == "MG606"


def test_a_manifest_that_was_changed_is_not_worked_from(tmp_path: Path) -> None:
    snapshot = population(tmp_path / "population", GIVEN, [line()])
    decided(tmp_path / "out", GIVEN, snapshot)
    manifest = tmp_path / "out" / "manifest.json"
    told_before = manifest.read_text(encoding="utf-8")
    manifest.write_text(told_before.replace('"lines": 1', '"lines": 2'), encoding="utf-8")
    for work in (
        lambda: open_decisions(tmp_path / "out"),
        lambda: decided(tmp_path / "out", GIVEN, snapshot),
    ):
        with pytest.raises(MakegoodError, match=r"manifest\.json was changed") as error:
            work()
        assert error.value.findings[0].code == "MG614"
    assert open_decisions(tmp_path / "out", sealed=False).rows == 1
    half_a_character = json.loads(told_before) | {"made_at": "\ud800"}
    manifest.write_text(json.dumps(half_a_character), encoding="utf-8")
    with pytest.raises(MakegoodError, match="was changed"):
        open_decisions(tmp_path / "out")


@pytest.mark.parametrize("within", ["population", "other"])
def test_nothing_is_put_into_a_folder_that_never_changes(tmp_path: Path, within: str) -> None:
    snapshot = population(tmp_path / "population", GIVEN, [line()])
    decided(tmp_path / "other", GIVEN, snapshot)
    (tmp_path / "near").symlink_to(tmp_path / within)
    before = sorted(tmp_path.rglob("*"))
    for out in (tmp_path / within / "out", tmp_path / within / "deep" / "out", tmp_path / "near/x"):
        with pytest.raises(MakegoodError, match="lies in") as error:
            decided(out, GIVEN, snapshot)
        assert error.value.findings[0].code == "MG605"
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_reached_through_a_link(tmp_path: Path) -> None:
    """The way from the decisions to their population holds from wherever one comes."""
    (tmp_path / "far" / "away").mkdir(parents=True)
    (tmp_path / "near").symlink_to(tmp_path / "far" / "away")
    snapshot = population(tmp_path / "population", GIVEN, [line()])
    decided(tmp_path / "near" / "decisions", GIVEN, snapshot)
    for folder in (tmp_path / "near", tmp_path / "far" / "away"):
        assert verify(open_decisions(folder / "decisions")).findings == ()


def test_the_manifest_says_what_was_decided_by_what(tmp_path: Path) -> None:
    snapshot = population(tmp_path / "population", GIVEN, [PLAIN], date(2026, 3, 1))
    decisions = decided(tmp_path / "decisions", GIVEN, snapshot).decisions
    raw = json.loads((tmp_path / "decisions" / "manifest.json").read_text(encoding="utf-8"))
    assert raw["format"] == "makegood-decisions/1"
    assert raw["programme_sha256"] == GIVEN.sha256
    assert raw["population_sha256"] == snapshot.content_sha256
    assert raw["engine"] == "duckdb"
    assert raw["population_folder"] == "../population"
    assert raw["made_at"] == "2026-04-01T09:00:00+00:00"
    assert decisions.programme_copy.read_text(encoding="utf-8") == GIVEN.text


def _stat(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}


def test_opening_what_is_no_decisions(tmp_path: Path) -> None:
    for text in (None, "", "[]", "{}", '{"format": "makegood-decisions/1"}'):
        if text is not None:
            (tmp_path / "manifest.json").write_text(text)
        with pytest.raises(MakegoodError, match="no decisions here") as error:
            open_decisions(tmp_path)
        assert error.value.findings[0].code == "MG601"


def test_a_kept_result_reads_back_as_it_was(tmp_path: Path, snapshot: Snapshot) -> None:
    outcome = decided(tmp_path / "decisions", GIVEN, snapshot)
    assert isinstance(outcome.decisions, Decisions)
    assert open_decisions(tmp_path / "decisions").as_json() == outcome.decisions.as_json()
