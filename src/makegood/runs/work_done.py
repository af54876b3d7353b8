"""What a round of work did, and what went wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from makegood.runs.faults import Fault
from makegood.runs.troubles import Step, report


@dataclass(slots=True)
class WorkDone:
    """What was done: runs, claims, shards, sources of answers; ``troubles`` is what went wrong.

    ``events`` are those that messages were made for, ``told`` the batches of messages that left.
    ``upheld`` are promises of quotes that two persons agreed on, to be brought by runs.

    ``findings`` are what channels want looked at, answers about nothing, and how runs of money that
    were checked deviate from what customers were shown; nothing waits for it. ``news`` is what is
    to be told of the troubles: each once when it begins and once when it is over (``troubles``).
    ``faults`` are those of the troubles of all rounds that are mistakes of this program.
    """

    planned: int = 0
    checked: int = 0
    released: int = 0
    claims: int = 0
    upheld: int = 0
    sent: int = 0
    postponed: int = 0
    doubtful: int = 0
    sources: int = 0
    answers: int = 0
    asked: int = 0
    closed: int = 0
    unclaimed: int = 0
    events: int = 0
    told: int = 0
    troubles: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    news: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    by_step: dict[Step, list[str]] = field(default_factory=dict)
    is_broken: bool = False

    @property
    def steps(self) -> int:
        """How much was done: 0 of a round after which there is nothing more to do."""
        return sum(
            (
                *(self.planned, self.checked, self.released, self.claims, self.upheld, self.sent),
                *(self.sources, self.asked, self.closed, self.unclaimed, self.events, self.told),
            )
        )

    def add(self, other: WorkDone) -> None:
        """What another round did is added; the newest troubles are those that count."""
        for name in self.__slots__:
            if name not in {"troubles", "findings", "news", "faults", "by_step", "is_broken"}:
                setattr(self, name, getattr(self, name) + getattr(other, name))
        self.troubles, self.is_broken = other.troubles, other.is_broken
        self.findings = told_once([*self.findings, *other.findings])
        self.news += other.news
        # What was put off after a fault is not seen by the next round.
        self.faults = list(dict.fromkeys([*self.faults, *other.faults]))

    def hear(self, step: Step, troubles: Iterable[str] = ()) -> None:
        """A step was tried, and this went wrong in it."""
        words = list(troubles)
        self.troubles += words
        self.faults += [each for each in words if isinstance(each, Fault)]
        self.by_step.setdefault(step, []).extend(words)

    def hears(self, step: Step) -> Callable[[str], None]:
        """Who is told what goes wrong in a step."""
        return lambda words: self.hear(step, [words])

    def tell(self) -> None:
        """Tell what is new about the steps that were tried since this was called last."""
        self.news += report(self.by_step)
        self.by_step = {}


def told_once(troubles: Iterable[str]) -> list[str]:
    """The same trouble of many shards once."""
    return list(dict.fromkeys(troubles))
