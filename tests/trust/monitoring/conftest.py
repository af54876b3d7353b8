"""A log with entries in it, and the settings that say where events go."""

import pytest
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
def settings_for(database):
    """The settings with these addresses for events."""

    def made(*addresses, **changes):
        return database.settings.model_copy(update={"events": addresses, **changes})

    return made
