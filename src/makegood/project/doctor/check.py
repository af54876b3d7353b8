"""The answer of one look at an installation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from makegood.kernel import MakegoodError


class State(StrEnum):
    """How it stands: ``wrong`` must be mended, ``doubtful`` should be looked at."""

    FINE = "fine"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what was looked at, how it stands, in words, and what to do if it is not fine."""

    name: str
    state: State
    words: str
    hint: str = ""

    def as_json(self) -> dict[str, str]:
        """The line as plain values, for ``--json``."""
        return {
            "check": self.name,
            "state": self.state.value,
            "message": self.words,
            "hint": self.hint,
        }


def fine(name: str, words: str) -> Check:
    """Nothing to do."""
    return Check(name, State.FINE, words)


def doubtful(name: str, words: str, hint: str) -> Check:
    """Somebody should look."""
    return Check(name, State.DOUBTFUL, words, hint)


def wrong(name: str, words: str, hint: str) -> Check:
    """Something does not work, or is not safe."""
    return Check(name, State.WRONG, words, hint)


def raised(name: str, error: MakegoodError) -> Check:
    """What a room says about itself."""
    finding = error.findings[0]
    return wrong(name, finding.message, finding.hint)
