"""The policies in force in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from makegood.trust.policy import PolicySet

_in_force: list[PolicySet] = []
_lock = Lock()


def policies() -> PolicySet:
    """The policies of the settings' folder, read once.

    Raises MakegoodError MG760 or MG761 and further where they cannot be used.
    """
    with _lock:
        if not _in_force:
            from django.conf import settings

            _in_force.append(PolicySet.load(settings.INSTALLATION.policies))
        return _in_force[-1]


@contextmanager
def use_policies(others: PolicySet) -> Iterator[None]:
    """Other policies, as long as this holds."""
    _in_force.append(others)
    try:
        yield
    finally:
        _in_force.remove(others)
