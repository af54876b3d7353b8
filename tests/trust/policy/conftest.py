import pytest

from makegood.trust.policy import PolicySet
from tests.trust.policy.asked import FOLDER


@pytest.fixture(scope="session")
def policies() -> PolicySet:
    """The policies of the repository."""
    return PolicySet.load(FOLDER)
