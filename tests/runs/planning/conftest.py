"""A database for a file of tests, emptied before each."""

from collections.abc import Iterator

import pytest

from makegood.configuration import Settings
from tests.store_fixture import Database, Server

_TABLES = """
SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') FROM pg_tables
WHERE schemaname = 'public' AND tablename ~ ('^(runs|ledger|serving|claims|choices|quotes|'
      'publication|proposal|audit_entry|audit_pending|vouchers|vault_person|vault_account)')
"""


@pytest.fixture(scope="module")
def lasting(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with server.cloned(tmp_path_factory.mktemp("lasting")) as made:
        yield made


@pytest.fixture
def settings(lasting: Database, tmp_path) -> Settings:
    with lasting.superuser.connect(autocommit=True) as connection:
        row = connection.execute(_TABLES).fetchone()
        assert row
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"TRUNCATE {row[0]} CASCADE")
    return lasting.settings.model_copy(update={"home": tmp_path / "home"})
