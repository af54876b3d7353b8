"""A data folder of a test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.homes import short_home


@pytest.fixture
def home() -> Iterator[Path]:
    with short_home() as made:
        yield made
