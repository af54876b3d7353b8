"""A hand on Ctrl-C while an extract is imported: the command ends at once and leaves nothing."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import duckdb
import pytest

from makegood.population.importing.engine import engine_in
from tests.cli.operating import started
from tests.population.telco import MAPPING

ROWS = 1_500_000
HEADER = (
    "customerID,SeniorCitizen,tenure,InternetService,Contract,PaymentMethod,MonthlyCharges,"
    "TotalCharges,Churn\n"
)


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows enough for an import to take seconds."""
    path = tmp_path_factory.mktemp("long") / "customers.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for first in range(0, ROWS, 10_000):
            file.writelines(
                f"L{number:08d},0,{number % 60},DSL,One year,Mailed check,19.85,{number % 997},No\n"
                for number in range(first, first + 10_000)
            )
    return path


@pytest.mark.parametrize("seconds", [0.0, 0.3, 0.8])
def test_stopped_by_hand(tmp_path: Path, extract: Path, seconds: float) -> None:
    out = tmp_path / "out"
    words = ("--map", MAPPING, "--programme", MAPPING.with_name("programme.yaml"))
    more = ("--as-of", "2026-01-01", "--out", out / "s", "--quiet")
    process = started("population", "import", extract, *words, *more)
    deadline = time.monotonic() + 60
    # The engine's own folder: from here on it is the engine that is stopped.
    while not list(out.glob(".s.partial-*/work")) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    said, err = process.communicate(timeout=60)
    assert process.returncode == 130, err.decode()
    assert said == b""
    assert b"Traceback" not in err
    assert b"MG" not in err
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    "error",
    [
        duckdb.InterruptException("Interrupted!"),
        RuntimeError("Query interrupted"),
        OSError("INTERRUPT Error: Interrupted!"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_way_the_engine_tells_of_a_stop(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(KeyboardInterrupt), engine_in(tmp_path):
        raise error
    assert list(tmp_path.iterdir()) == []
