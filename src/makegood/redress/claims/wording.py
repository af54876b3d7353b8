"""Why a claim was refused, in words: those of the programme's exclusion, or the platform's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from makegood.programmes import phrase
from makegood.redress.claims.values import Reason

if TYPE_CHECKING:
    from makegood.programmes import Programme

_EXCLUDED = "excluded:"


def reason_words(programme: Programme, measure: str, reason: str, language: str) -> str:
    """The words of a claim's reason, without a full stop.

    A reason that the programme in force no longer names is told as that of a person. ``language``
    is one of the programme's.
    """
    found = programme.measures.get(measure)
    if reason.startswith(_EXCLUDED) and found:
        name = reason.removeprefix(_EXCLUDED)
        for exclusion in found.exclusions:
            if exclusion.name == name:
                return exclusion.because[language].rstrip(".。")
    known = Reason(reason) if reason in set(Reason) else Reason.BY_A_PERSON
    return phrase(language, f"refusal.{known.value}")
