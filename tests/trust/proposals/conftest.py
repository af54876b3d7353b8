from collections.abc import Iterator

import pytest

from makegood.trust import clock
from tests.trust.proposals.hands import Hand


@pytest.fixture
def hand() -> Iterator[Hand]:
    """The process's clock, moved by hand."""
    made = Hand()
    with clock.use(made):
        yield made
