"""What lines got before a top-up, part by part, without any engine: as ``whose`` reckons it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial


@dataclass(slots=True)
class Part:
    """What one customer got of a line by one snapshot; amounts as of the items.

    ``facts`` is the snapshot's hash, ``place`` that of the last run that brought any of it.
    ``settled`` is what is due as it was brought, ``times`` how often the decision is due beside it.
    ``is_open`` where it cannot be said what is due.
    """

    facts: str
    customer_id: str | None
    place: int = 0
    account: tuple[int, str] = (-1, "")
    got: int = 0
    settled: int = 0
    times: int = 0
    is_open: bool = False

    @property
    def account_id(self) -> str | None:
        """The account that it went to last; None where it went to none."""
        return self.account[1] or None

    def bring(self, place: int, account_id: str | None, value: int) -> None:
        """An item of a run brought something first."""
        self.place = max(self.place, place)
        self.got += value
        if account_id is not None:
            self.account = max(self.account, (place, account_id))


class Parts:
    """The parts of some lines."""

    def __init__(self) -> None:
        self._by_line: dict[str, list[Part]] = {}
        self._added: dict[tuple[str, str, str | None], int] = {}

    def part(self, line: str, facts: str, customer_id: str | None) -> Part:
        """That of a customer by a snapshot, made where there was none."""
        found = self.find(line, facts, customer_id)
        if found is None:
            found = Part(facts, customer_id)
            self._by_line.setdefault(line, []).append(found)
        return found

    def find(self, line: str, facts: str, customer_id: str | None) -> Part | None:
        """The same; None where there is none."""
        for each in self._of(line):
            if each.facts == facts and each.customer_id == customer_id:
                return each
        return None

    def _of(self, line: str) -> Iterator[Part]:
        yield from self._by_line.get(line, ())

    def add(self, line: str, facts: str, customer_id: str | None, value: int) -> None:
        """A top-up added something; ``facts`` is empty where none decided it."""
        whose = (line, facts, customer_id)
        self._added[whose] = self._added.get(whose, 0) + value

    def settle(self) -> None:
        """What was added counts where it belongs, once all that lines got first is known."""
        for (line, facts, customer_id), value in self._added.items():
            theirs = [each for each in self._of(line) if each.customer_id == customer_id]
            whose = max(theirs, key=partial(_nearness, facts), default=None)
            if whose is not None:
                whose.got += value
        self._added = {}


def _nearness(facts: str, part: Part) -> tuple[bool, int, str]:
    """What was added belongs to the part of its own facts; else to the last."""
    return part.facts == facts, part.place, part.facts
