"""A log with entries in it, and the settings that say where events go."""

import logging

import pytest
import structlog
from django.db import transaction

from makegood.trust.audit import Record, append_many, integrate_all


@pytest.fixture
def write(database):  # noqa: ARG001 - entries go into this database
    """Writes so many entries and gives them their places."""

    def written(count=1, kind="personal_data.revealed", **fields):
        fields = {"actor": "staff:bora", "person": "C0001", "source": "198.51.100.7", **fields}
        with transaction.atomic():
            append_many(
                Record(kind=kind, **{"subject": f"customer:C{number:04}", **fields})
                for number in range(count)
            )
        integrate_all()

    return written


@pytest.fixture
def own_log():
    """The test may set the program's log up anew; those after it have theirs back."""
    root = logging.getLogger()
    handlers, level, structured = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:], root.level = handlers, level
    structlog.configure(**structured)
    logging.captureWarnings(capture=False)


@pytest.fixture
def settings_for(database):
    """The settings with these addresses for events."""

    def made(*addresses, **changes):
        return database.settings.model_copy(update={"events": addresses, **changes})

    return made
