"""Spark starts of its own, or says why it does not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from makegood.decisions import decide
from tests.decisions.spark.populations import CLOCK, FOLDER, kt_2025, made

MAKEGOOD = Path(sys.executable).with_name("makegood")


def decided_by_spark(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line with ``--engine spark``, for 500 lines."""
    made(kt_2025(), folder / "population", lines=500)
    command = (MAKEGOOD, "decide", FOLDER / "programme.yaml")
    places = ("--population", folder / "population", "--out", folder / "spark")
    return subprocess.run(
        [str(word) for word in (*command, *places, "--engine", "spark")],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, **environment},
    )


def test_it_starts_by_itself_and_says_nothing_of_its_own(tmp_path):
    pytest.importorskip("pyspark", reason="the extra 'spark' is not installed: make test-spark")
    done = decided_by_spark(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "log4j" not in done.stderr
    assert "log level" not in done.stderr
    population = made(kt_2025(), tmp_path / "population", lines=500)
    spark = decide(kt_2025(), population, [], tmp_path / "spark", clock=CLOCK, engine="spark")
    assert not spark.written, "the same again was decided again"
    duckdb = decide(kt_2025(), population, [], tmp_path / "duckdb", clock=CLOCK).decisions
    assert spark.decisions.content_sha256 == duckdb.content_sha256


def test_without_java_it_says_what_to_install(tmp_path):
    pytest.importorskip("pyspark", reason="the extra 'spark' is not installed: make test-spark")
    done = decided_by_spark(tmp_path, JAVA_HOME="", PATH=str(tmp_path))
    assert done.returncode != 0
    assert "MG608" in done.stderr
    assert "install Java 17" in done.stderr
    assert not (tmp_path / "spark").exists()


def test_a_master_that_is_none_is_a_finding(tmp_path):
    pytest.importorskip("pyspark", reason="the extra 'spark' is not installed: make test-spark")
    done = decided_by_spark(tmp_path, MAKEGOOD_SPARK_MASTER="nonsense")
    assert done.returncode != 0
    assert "MG608" in done.stderr
    assert "MAKEGOOD_SPARK_MASTER" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "spark").exists()


def test_without_the_extra_it_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "makegood.decisions.spark_engine", None)
    monkeypatch.delattr("makegood.decisions.spark_engine", raising=False)
    population = made(kt_2025(), tmp_path / "population", lines=10)
    with pytest.raises(Exception, match=r"(?s)MG608.*makegood\[spark\]"):
        decide(kt_2025(), population, [], tmp_path / "spark", clock=CLOCK, engine="spark")
