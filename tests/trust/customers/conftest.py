"""Customers' sign-in, with a clock in hand and codes that are caught on their way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.staff_people import MovedClock, customers, installed, moved_clock
from tests.store_fixture import Database

if TYPE_CHECKING:
    from makegood.trust.customers import CodeToSend


@dataclass
class Post:
    """What would go to telephones."""

    sent: list[CodeToSend] = field(default_factory=list)

    def __call__(self, code: CodeToSend) -> None:
        self.sent.append(code)

    def newest(self) -> str:
        """The newest code, once everything that was handed over is done."""
        from makegood.trust.customers import wait_until_handed_over

        assert wait_until_handed_over()
        return self.sent[-1].code

    def count(self) -> int:
        from makegood.trust.customers import wait_until_handed_over

        assert wait_until_handed_over()
        return len(self.sent)


@pytest.fixture(autouse=True)
def hand(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[MovedClock]:
    """The clock, moved by hand; two customers are in the vault."""
    from makegood.trust.customers import wait_until_handed_over

    with installed(database, monkeypatch), moved_clock() as moved:
        customers()
        yield moved
        assert wait_until_handed_over()


@pytest.fixture
def post() -> Post:
    return Post()
