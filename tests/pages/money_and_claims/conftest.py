"""A programme in the middle of its work, made once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from makegood.store import Store
from tests.pages.money_and_claims.relief_world import World
from tests.staff_people import MovedClock
from tests.store_fixture import Database, Server, pointed_at

_made: dict[Path, World] = {}


@pytest.fixture(scope="package")
def lasting(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with server.cloned(tmp_path_factory.mktemp("lasting")) as made:
        yield made


@pytest.fixture
def database(lasting: Database) -> Iterator[Database]:
    """It outlives tests of other folders, which point elsewhere in between."""
    with pointed_at(Store(lasting.program, lasting.owner, is_embedded=False)):
        yield lasting


@pytest.fixture
def world(
    database: Database,
    hand: MovedClock,  # noqa: ARG001 - the program is set up by then
    tmp_path_factory: pytest.TempPathFactory,
) -> World:
    from django.conf import settings

    if database.home not in _made:
        _made[database.home] = World(settings.INSTALLATION, tmp_path_factory.mktemp("world"))
    return _made[database.home]
