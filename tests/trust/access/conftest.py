"""Every test of access runs on a Tuesday afternoon, with a database of its own."""

import pytest

from makegood.trust.vault import store_account, store_person
from tests.trust.access.visitors import AFTERNOON, JIYEON, MINSU, MINSU_ACCOUNT, at


@pytest.fixture(autouse=True)
def afternoon():
    with at(AFTERNOON):
        yield


@pytest.fixture
def vault(database, monkeypatch):
    """Two customers in the vault: one with an account, both with one telephone."""
    monkeypatch.setenv("MAKEGOOD_HOME", str(database.home))
    for person in (MINSU, JIYEON):
        store_person(person, actor="console:tester")
    store_account(MINSU_ACCOUNT, actor="console:tester")
    return database
