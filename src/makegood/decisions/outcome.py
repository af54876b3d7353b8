"""The codes of decisions: one small number per line and measure, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from makegood.programmes import Measure

NOT_IN_SCOPE: Final = 0
AUTOMATIC: Final = 1
ON_APPLICATION: Final = 2
WITH_DOCUMENT: Final = 3
UNDETERMINED: Final = 4
EXCLUDED_FIRST: Final = 10

GRANTED: Final = (AUTOMATIC, ON_APPLICATION, WITH_DOCUMENT)


class Disposition(StrEnum):
    """What a decision says. Closed: there are no others."""

    GRANTED = "granted"
    EXCLUDED = "excluded"
    NOT_IN_SCOPE = "not_in_scope"
    UNDETERMINED = "undetermined"


class Way(StrEnum):
    """How a granted line comes to it."""

    AUTOMATIC = "automatic"
    ON_APPLICATION = "on_application"
    WITH_DOCUMENT = "with_document"


_WAYS = {
    AUTOMATIC: Way.AUTOMATIC,
    ON_APPLICATION: Way.ON_APPLICATION,
    WITH_DOCUMENT: Way.WITH_DOCUMENT,
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """A code's disposition, with the way for granted and the exclusion's name for excluded."""

    code: int
    disposition: Disposition
    way: Way | None = None
    reason: str = ""

    @property
    def label(self) -> str:
        """``granted:automatic``, ``excluded:mvno``, ``not_in_scope``, ``undetermined``."""
        detail = self.way.value if self.way else self.reason
        return f"{self.disposition.value}:{detail}" if detail else self.disposition.value


def meanings(measure: Measure) -> dict[int, Meaning]:
    """Every code that a measure's decisions can have, with its meaning."""
    found = {
        NOT_IN_SCOPE: Meaning(NOT_IN_SCOPE, Disposition.NOT_IN_SCOPE),
        UNDETERMINED: Meaning(UNDETERMINED, Disposition.UNDETERMINED),
    }
    for code, way in _WAYS.items():
        found[code] = Meaning(code, Disposition.GRANTED, way)
    for index, exclusion in enumerate(measure.exclusions):
        code = EXCLUDED_FIRST + index
        found[code] = Meaning(code, Disposition.EXCLUDED, None, exclusion.name)
    return dict(sorted(found.items()))
