"""What the vault's tests share: a database, and the data folder whose master key it uses."""

from collections.abc import Callable
from pathlib import Path

import pytest

from makegood.kernel import MakegoodError
from makegood.trust.vault import make_contacts
from tests.store_fixture import Database

ACTOR = "console:tester"


@pytest.fixture
def vault(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database whose data folder is also this process's, so that both use one master key."""
    monkeypatch.setenv("MAKEGOOD_HOME", str(database.home))
    return database


@pytest.fixture(scope="session")
def contacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two thousand made-up people."""
    file = tmp_path_factory.mktemp("contacts") / "contacts.csv"
    make_contacts(file, people_count=2_000, seed=11)
    return file


def refused(code: str, act: Callable[[], object], *, says_not: str = "\0") -> str:
    """What is said where an act is refused with this code."""
    with pytest.raises(MakegoodError) as caught:
        act()
    assert [finding.code for finding in caught.value.findings] == [code]
    assert says_not not in str(caught.value)
    return str(caught.value)
