"""Whether applications are taken now, and which way: to the minute, in the programme's time zone.

The window is open from the very beginning of its first minute, and closed from the very beginning
of the minute that ends it: *from 09:00 to 22:00* takes 09:00:00 and 21:59:59, and not 22:00:00.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from makegood.kernel import Finding, MakegoodError
from makegood.programmes import Measure, Programme, moment_text, phrase


class OutsideWindow(MakegoodError):
    """Applications are not taken now (MG842). ``texts`` says it, by the programme's languages."""

    def __init__(self, texts: Mapping[str, str], languages: list[str]) -> None:
        self.texts = dict(texts)
        leading = "en" if "en" in self.texts else languages[0]
        others = " ".join(self.texts[name] for name in languages if name != leading)
        super().__init__(Finding("MG842", self.texts[leading], others))


def expect_open(programme: Programme, measure: Measure, at: datetime, *, may_be_late: bool) -> bool:
    """Whether an application made now is late. Raises OutsideWindow (MG842) where none is taken.

    ``may_be_late`` where the measure has a late way for this line. A measure without a window of
    its own takes applications at any time.
    """
    claim = measure.section.claim
    if claim is None:
        return False
    zone = ZoneInfo(programme.section.time_zone)
    if at < claim.since.replace(tzinfo=zone):
        raise _outside(programme, measure, "too_early")
    if claim.until is None or at < claim.until.replace(tzinfo=zone):
        return False
    if may_be_late:
        return True
    raise _outside(programme, measure, "too_late")


def _outside(programme: Programme, measure: Measure, key: str) -> OutsideWindow:
    languages = programme.languages
    return OutsideWindow(
        {language: _text(measure, language, key) for language in languages}, languages
    )


def _text(measure: Measure, language: str, key: str) -> str:
    section = measure.section
    claim = section.claim
    if claim is None:
        raise ValueError("a measure without a window is always open")
    said = {
        "measure": section.title[language],
        "opens": moment_text(claim.since, language),
        "closes": moment_text(claim.until, language) if claim.until else "",
    }
    if key == "too_late" and section.late is not None:
        late = section.late
        return phrase(
            language,
            "claim.too_late_but_late",
            because=late.because[language],
            document=late.document[language],
            **said,
        )
    return phrase(language, f"claim.{key}", **said)
