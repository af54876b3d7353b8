"""A database for a file of tests, with the reference programme in force and its lines served."""

from collections.abc import Iterator

import pytest

from tests.dues.kt import BEFORE, opened
from tests.redress.claims.relief import at
from tests.store_fixture import Database, Server


@pytest.fixture(scope="module")
def lasting(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with server.cloned(tmp_path_factory.mktemp("lasting")) as made:
        yield made


@pytest.fixture(scope="module")
def kt(lasting: Database, tmp_path_factory: pytest.TempPathFactory) -> Database:
    with at(BEFORE):
        opened(tmp_path_factory.mktemp("kt"))
    return lasting
