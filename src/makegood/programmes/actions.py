"""A dated entry of a programme's calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from makegood.programmes.formats import date_text, moment_text, month_text


class ActionKind(StrEnum):
    """What happens. Closed: there are no others."""

    LOOK_UP_OPENS = "look_up_opens"
    NOTICE = "notice"
    BASE_FROZEN = "base_frozen"
    CLAIM_OPENS = "claim_opens"
    CLAIM_CLOSES = "claim_closes"
    REMINDER = "reminder"
    PAY_OUT = "pay_out"
    PAID_WITHIN = "paid_within"
    BILL = "bill"
    LAST_BILL = "last_bill"
    GRANT = "grant"
    UPLIFT_STARTS = "uplift_starts"
    UPLIFT_ENDS = "uplift_ends"
    CHOICE_OPENS = "choice_opens"
    CHOICE_CLOSES = "choice_closes"
    PASSES_GIVEN = "passes_given"
    OFFERS_OPEN = "offers_open"
    OFFER_OPENS = "offer_opens"
    OFFER_ENDS = "offer_ends"
    COVER_ENROLS = "cover_enrols"
    COVER_STARTS = "cover_starts"
    COVER_ENDS = "cover_ends"


AT_THE_END = (
    ActionKind.BASE_FROZEN,
    ActionKind.UPLIFT_ENDS,
    ActionKind.OFFER_ENDS,
    ActionKind.COVER_ENDS,
)


@dataclass(frozen=True, slots=True)
class Action:
    """A dated entry. ``at`` is an instant in the programme's zone, or a whole day.

    ``words`` say in each language what happens; ``measure`` is empty for the whole programme.
    """

    at: datetime | date
    kind: ActionKind
    measure: str
    words: Mapping[str, str]

    @property
    def day(self) -> date:
        """The day it falls on."""
        return self.at.date() if isinstance(self.at, datetime) else self.at

    def at_text(self, language: str) -> str:
        """Its day, with the time of day where it has one, in words; of a bill the month."""
        if self.kind in (ActionKind.BILL, ActionKind.LAST_BILL):
            return month_text(f"{self.day:%Y-%m}", language)
        if isinstance(self.at, datetime):
            return moment_text(self.at, language)
        return date_text(self.at, language)
