"""Spark gives the same values as Python over generated rules and facts, where it is installed."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given

from makegood.rules import SPARK, Fact, Kind, SqlWriter, mask_sql
from tests.rules.effort import examples
from tests.rules.engines import BITS, Python, plain, rows_of, table_of
from tests.rules.written import trees

pytest.importorskip("pyspark")

ROWS = rows_of(count=80, seed=2026)
LENGTH_MAX = 20_000


def bit(fact: Fact) -> int:
    return BITS[fact.name]


@pytest.fixture(scope="module")
def spark(tmp_path_factory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .config("spark.sql.ansi.enabled", "true")
        # Interpreted: compiling Java for each of many queries takes longer than all of them.
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .getOrCreate()
    )
    session.createDataFrame(table_of(ROWS)).cache().createOrReplaceTempView("lines")
    yield session
    session.stop()


@examples(15)
@given(drawn=trees(*Kind))
def test_spark_and_python_give_the_same_values(spark, drawn):
    text, tree = drawn
    writer, python = SqlWriter(SPARK), Python()
    # Spark is slow to plan what is long; the other engine's test looks at those.
    assume(len(mask_sql(tree, writer, bit)) < LENGTH_MAX)
    found = spark.sql(
        f"SELECT {writer.write(tree)} AS value, {mask_sql(tree, writer, bit)} AS mask"
        " FROM lines ORDER BY `row`"
    ).collect()
    for row, (value, mask) in zip(ROWS, found, strict=True):
        expected = python.evaluate(tree, row)
        assert (plain(value), type(plain(value))) == (expected, type(expected)), f"{text}\n{row}"
        assert bool(mask) is (expected is None), f"{text}\n{row}"
