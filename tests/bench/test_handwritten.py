"""The bench's hand-written query answers what makegood answers, on facts of every combination."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from bench.peers import handwritten
from makegood.decisions import decide
from makegood.kernel import FixedClock
from makegood.population import make_population
from makegood.programmes import load_programme

KT = Path(__file__).parents[2] / "programmes" / "kt-2025" / "programme.yaml"
CLOCK = FixedClock(datetime(2026, 1, 14, tzinfo=UTC))
LINES = 20_000


def test_the_handwritten_query_gives_the_same_columns_with_the_same_answers(tmp_path: Path):
    programme = load_programme(KT)
    snapshot = make_population(
        programme.facts,
        programme=programme.identifier,
        programme_sha256=programme.sha256,
        shape=None,
        lines=LINES,
        seed=7,
        as_of=date(2026, 1, 13),
        out=tmp_path / "population",
        clock=CLOCK,
    ).snapshot
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    theirs.mkdir()
    decide(programme, snapshot, (), ours, clock=CLOCK)
    handwritten.decide(snapshot.part_paths(), theirs, "one file")

    mine, hand = f"FROM '{ours}/*.parquet'", f"FROM '{theirs}/*.parquet'"
    with duckdb.connect() as connection:
        columns = [connection.execute(f"DESCRIBE {each}").fetchall() for each in (mine, hand)]
        alike = connection.execute(f"({mine}) INTERSECT ALL ({hand})").fetchall()
        codes = connection.execute(f"SELECT DISTINCT penalty_waiver {hand}").fetchall()

    assert columns[0] == columns[1]
    assert len(alike) == LINES
    assert {code for (code,) in codes} == {0, 2, 3, 4, 10, 11, 12, 13}
