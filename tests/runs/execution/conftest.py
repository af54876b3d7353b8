"""A database for a file of tests, emptied before each, and an afternoon to carry out runs."""

from collections.abc import Iterator

import pytest

from makegood.configuration import Settings
from tests.store_fixture import Database, Server
from tests.trust.access.visitors import AFTERNOON, at

_EMPTY = """
SET session_replication_role = replica;
TRUNCATE runs_run, runs_shard, runs_applied, runs_exception, runs_trouble, ledger_transfer,
         ledger_sum, ledger_horizon, proposal,
         policy_version, audit_entry, audit_pending, claims_claim, claims_event, claims_payment
         CASCADE
"""


@pytest.fixture(scope="module")
def lasting(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with server.cloned(tmp_path_factory.mktemp("lasting")) as made:
        yield made


@pytest.fixture
def settings(lasting: Database, tmp_path) -> Iterator[Settings]:
    with lasting.superuser.connect(autocommit=True) as connection:
        connection.execute(_EMPTY)
    with at(AFTERNOON):
        yield lasting.settings.model_copy(update={"home": tmp_path})
