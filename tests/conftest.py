"""What tests of every room share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store_fixture import Database, Server

# A worker of pytest-xdist names a width, which a console would keep from its making on.
os.environ.pop("COLUMNS", None)
# Lines of tests are registered once and runs are planned months later: any facts will do.
os.environ["MAKEGOOD_FACTS_DAYS_MAX"] = "0"


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def server(run_folder: Path) -> Iterator[Server]:
    """One embedded PostgreSQL for the whole run, with a migrated template in it."""
    os.environ["MAKEGOOD_HOME"] = str(run_folder / "home")
    made = Server(run_folder)
    with made.used():
        yield made


@pytest.fixture
def database(server: Server, tmp_path: Path) -> Iterator[Database]:
    """A fresh database, and Django's connection on it as the program's role."""
    with server.cloned(tmp_path / "home") as made:
        yield made
