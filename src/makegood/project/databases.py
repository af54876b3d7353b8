"""The databases as Django knows them: ``default`` as the program, ``owner`` for migrations."""

from __future__ import annotations

from typing import Any

from makegood.store import Address, Store

_NOWHERE: dict[str, Any] = {"ENGINE": "makegood.project.postgresql", "NAME": "makegood"}

# Filled before Django is set up; the settings hand this very dictionary to Django.
DATABASES: dict[str, dict[str, Any]] = {"default": dict(_NOWHERE), "owner": dict(_NOWHERE)}


def use(store: Store) -> None:
    """Let Django reach this store; also later, when another one is opened in the same process."""
    _put("default", store.program)
    _put("owner", store.owner or store.program)


def _put(alias: str, address: Address) -> None:
    from django.conf import settings
    from django.db import connections

    values = {
        "ENGINE": "makegood.project.postgresql",
        "NAME": address.database,
        "USER": address.role,
        "PASSWORD": address.password,
        "HOST": address.host,
        "PORT": str(address.port),
        "OPTIONS": dict(address.options),
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 60,
    }
    DATABASES[alias].update(values)
    if settings.configured:
        connections[alias].close()
        connections[alias].settings_dict.update(values)
