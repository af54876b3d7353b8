"""The accounts of customers, as the bank has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from makegood.rehearsal.draws import Draws
from makegood.rehearsal.outside import Outside
from makegood.rehearsal.world import World

_BANKS = ("004", "011", "020", "081", "088", "090")


@dataclass(slots=True)
class Accounts:
    """The accounts of customers, as the bank has them; made when somebody first needs one."""

    world: World
    contacts: Path
    outside: Outside
    draws: Draws
    _names: dict[str, str] = field(default_factory=dict)

    def know(self, lines: Iterable[str]) -> None:
        """Open the accounts of who holds these lines."""
        wanted = {self.world.customer_of(line) for line in lines} - self._names.keys()
        if not wanted:
            return
        people = self.world.people(self.contacts, wanted)
        self._names.update({one: people[one]["name"] for one in wanted})
        self.outside.open_accounts(
            [(*self.number(one, turn), self._names[one]) for one in wanted for turn in (0, 1)]
        )

    def number(self, customer_id: str, turn: int = 0) -> tuple[str, str]:
        """Bank code and number of an account of theirs: the first, or another one."""
        bank = _BANKS[self.draws.below(len(_BANKS), "bank", customer_id, turn)]
        return bank, f"{turn + 1}1{int(customer_id[1:]):010d}"

    def holder(self, customer_id: str) -> str:
        """Whose account it is."""
        return self._names[customer_id]

    def guardian(self, customer_id: str) -> tuple[str, str, str]:
        """Bank code, number and holder of the account of who acts for them, in another name."""
        bank, number = "011", f"55{int(customer_id[1:]):010d}"
        holder = f"Guardian {customer_id[-4:]}"
        self.outside.open_accounts([(bank, number, holder)])
        return bank, number, holder
