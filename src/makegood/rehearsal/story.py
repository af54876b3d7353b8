"""What happened in a rehearsal: what customers and staff did, and what was survived."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from makegood.rehearsal.pools import Shortage

Tell = Callable[[datetime, str], None]
"""Told what happens, with the local moment at which it does."""


_CODE = re.compile(r"\bMG\d{3}\b")
_KIND_MAX = 60


def kind_of_trouble(words: str) -> str:
    """What kind of trouble it is: its code, or how its words begin where it has none."""
    found = _CODE.search(words)
    return found[0] if found else words.partition("\n")[0][:_KIND_MAX]


def nobody_listens(at: datetime, words: str) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a customer, or staff for them, did: ``what`` is a word of the rehearsal's own.

    ``at`` is local to the programme; ``detail`` says more: the channel, the option, the account.
    """

    at: datetime
    measure: str
    line_id: str
    what: str
    detail: str = ""


@dataclass(slots=True)
class Story:
    """Everything that was done, line by line and day by day.

    ``shortages`` are the pools of codes that were filled with too few. ``planned`` is how much was
    to go wrong of what ``survived`` counts.
    """

    deeds: dict[tuple[str, str], list[Deed]] = field(default_factory=dict)
    by_day: Counter[tuple[date, str, str, str]] = field(default_factory=Counter)
    survived: Counter[str] = field(default_factory=Counter)
    planned: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    shortages: dict[str, Shortage] = field(default_factory=dict)
    amended_at: datetime | None = None

    def tell(self, deed: Deed) -> None:
        """Keep a deed."""
        self.deeds.setdefault((deed.measure, deed.line_id), []).append(deed)
        self.by_day[deed.at.date(), deed.measure, deed.what, deed.detail] += 1

    def of(self, measure: str, line_id: str) -> list[Deed]:
        """The deeds about one measure of one line, in order."""
        return self.deeds.get((measure, line_id), [])

    def did(self, measure: str, line_id: str, what: str) -> bool:
        """Whether this was done about a measure of a line."""
        return any(deed.what == what for deed in self.of(measure, line_id))

    def count(self, what: str) -> int:
        """How often something was done."""
        return sum(count for key, count in self.by_day.items() if key[2] == what)

    def lines_with(self, measure: str) -> set[str]:
        """The lines about whose measure anything was done."""
        return {line_id for name, line_id in self.deeds if name == measure}


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the outside, or the program, has something else than the oracle says.

    A mistake of the program that work told is one, too: of no line, and ``found`` is how often.
    """

    line_id: str
    measure: str
    what: str
    expected: str
    found: str

    def text(self, seed: int) -> str:
        """In a line, with the seed that makes it happen again."""
        if not self.line_id:
            return f"seed {seed}: {self.what} ({self.found})"
        of = f" {self.measure}" if self.measure else ""
        return (
            f"seed {seed}: line {self.line_id}{of}: {self.what}: "
            f"the oracle says {self.expected}, found {self.found}"
        )


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must hold at the end: how many things it looked at, and whether it does."""

    name: str
    looked_at: int
    holds: bool
    finding: str = ""


@dataclass(frozen=True, slots=True)
class RunTold:
    """A run as the report tells it."""

    kind: str
    measure: str
    period: str
    due_at: datetime
    state: str
    decided: int
    items: int
    done: int
    failed: int
    returned: int
    unknown: int
    total: int
    done_total: int

    @property
    def is_cancelled(self) -> bool:
        """Whether it was given up before anything left: then nothing of it is waited for."""
        return self.state == "cancelled"


@dataclass(slots=True)
class Outcome:
    """What a rehearsal came to. ``liability`` is what is owed at the end of each day of change.

    ``acts`` is how often what is out of the ordinary was done. ``deviations`` are, by measure, how
    many lines are due something else in the end than was shown, and how many of them less.

    ``troubles`` is how often the play's own work told what went wrong, by kind; they alone fail
    nothing. Workers that are killed tell theirs in their log. Mistakes of the program are none of
    them, but differences.
    """

    lines: int
    seed: int
    faults: str
    story: Story
    began: date
    ended: date
    runs: list[RunTold] = field(default_factory=list)
    paid: dict[date, tuple[int, int]] = field(default_factory=dict)
    returned: dict[date, tuple[int, int]] = field(default_factory=dict)
    liability: dict[date, int] = field(default_factory=dict)
    balances: dict[str, dict[str, int]] = field(default_factory=dict)
    messages: Counter[tuple[date, str]] = field(default_factory=Counter)
    checks: list[Check] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    difference_count: int = 0
    versions: list[tuple[datetime, str]] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    deviations: dict[str, tuple[int, int]] = field(default_factory=dict)
    content_sha256: str = ""

    @property
    def holds(self) -> bool:
        """Whether everything came out as the oracle says, and every check holds."""
        return self.difference_count == 0 and all(check.holds for check in self.checks)
