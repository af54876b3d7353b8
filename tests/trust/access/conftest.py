"""Every test of access runs on a Tuesday afternoon, with a database of its own."""

import pytest

from tests.trust.access.visitors import AFTERNOON, at


@pytest.fixture(autouse=True)
def afternoon():
    with at(AFTERNOON):
        yield
