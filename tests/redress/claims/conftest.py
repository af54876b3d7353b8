"""What most tests of claims begin with."""

import pytest

from tests.redress.claims.relief import IN_TIME, at, opened


@pytest.fixture
def relief(tmp_path):
    """The programme is in force, and applications are in time; ``database`` is asked for first."""
    with at(IN_TIME):
        opened(tmp_path)
        yield
