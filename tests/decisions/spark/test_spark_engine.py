"""Spark gives what DuckDB gives: the same content hash, and so every decision of every line."""

from pathlib import Path

import pytest
from pyarrow import parquet

pytest.importorskip("pyspark", reason="the extra 'spark' is not installed: make test-spark")

from pyspark.sql import SparkSession

from makegood.decisions import Decisions, decide
from makegood.population import Snapshot
from tests.decisions.spark.populations import (
    CLOCK,
    LATER,
    PART_ROWS,
    empty,
    kt_2025,
    made,
    on_the_edge,
)

# Spark leaves its sockets and its Java process to the end of this one.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

KT = kt_2025()


@pytest.fixture(scope="module", autouse=True)
def spark():
    """One Spark for all tests, with defaults that the engine must not rely on."""
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.ansi.enabled", "false")
        .config("spark.sql.session.timeZone", "America/Toronto")
        .getOrCreate()
    )
    yield session
    session.stop()


def both(population: Snapshot, bases: list[Snapshot], out: Path) -> tuple[Decisions, Decisions]:
    made = {
        engine: decide(KT, population, bases, out / engine, clock=CLOCK, engine=engine).decisions
        for engine in ("duckdb", "spark")
    }
    return made["duckdb"], made["spark"]


def test_20_000_made_up_lines_have_the_same_decisions(tmp_path):
    duckdb, spark = both(made(KT, tmp_path / "population"), [], tmp_path)
    assert spark.content_sha256 == duckdb.content_sha256
    assert spark.measures == duckdb.measures
    assert spark.rows == 20_000
    assert (spark.engine, duckdb.engine) == ("spark", "duckdb")
    assert spark.key != duckdb.key


def test_leap_days_window_bounds_and_missing_facts_agree_part_by_part(tmp_path):
    population = on_the_edge(KT, tmp_path / "population")
    duckdb, spark = both(population, [], tmp_path)
    assert len(population.parts) > 1
    assert population.parts[0].rows == PART_ROWS
    assert [p.content_sha256 for p in spark.parts] == [p.content_sha256 for p in duckdb.parts]
    assert spark.measures == duckdb.measures
    assert len(spark.measures["penalty_waiver"].lacking) > 2
    for one, other in zip(spark.part_paths(), duckdb.part_paths(), strict=True):
        assert one.name == other.name
        lines, same = parquet.read_table(one), parquet.read_table(other)
        assert lines.schema.names == same.schema.names
        assert lines.schema.types == same.schema.types
        assert lines.columns == same.columns


def test_a_base_of_another_day_is_joined(tmp_path):
    frozen = made(KT, tmp_path / "frozen", lines=15_000)
    later = made(KT, tmp_path / "later", as_of=LATER)
    duckdb, spark = both(later, [frozen], tmp_path)
    assert [base.source for base in spark.bases] == ["given"]
    assert spark.content_sha256 == duckdb.content_sha256
    assert spark.measures == duckdb.measures


def test_a_base_that_nobody_gave_leaves_lines_undetermined(tmp_path):
    duckdb, spark = both(made(KT, tmp_path / "later", as_of=LATER), [], tmp_path)
    assert [base.source for base in spark.bases] == ["absent"]
    assert spark.measures["data"].lacking[0].facts == ("base.customers",)
    assert spark.content_sha256 == duckdb.content_sha256


def test_a_population_without_lines_has_decisions_without_lines(tmp_path):
    duckdb, spark = both(empty(KT, tmp_path / "population"), [], tmp_path)
    assert spark.rows == 0
    assert spark.content_sha256 == duckdb.content_sha256


def test_a_folder_may_have_any_name_and_nothing_of_spark_remains(tmp_path):
    folder = tmp_path / "2026 [1월] {a,b}*" / "status=closed"
    folder.mkdir(parents=True)
    duckdb, spark = both(made(KT, folder / "population", lines=500), [], folder)
    assert spark.content_sha256 == duckdb.content_sha256
    names = {path.name for path in spark.folder.iterdir()}
    assert names == {"manifest.json", "programme.yaml", "part-00000.parquet"}
