"""What tests of voucher pools share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from makegood.channels.vouchers import Imported
from tests.channels.vouchers.codes import brought_in, codes_file
from tests.store_fixture import Database
from tests.trust.access.visitors import AFTERNOON, at


@pytest.fixture(autouse=True)
def afternoon(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MAKEGOOD_HOME", str(database.home))
    with at(AFTERNOON):
        yield


@pytest.fixture
def pool(tmp_path: Path) -> Imported:
    """A pool with 50 codes."""
    return brought_in(codes_file(tmp_path / "codes.csv", 50))
