"""What is due for a line, as cards: the same words for the customer, the agent and the shop."""

from makegood.dues.announced import AnnouncedMeasure, Announcement, Deadline, Said
from makegood.dues.announcing import announcement
from makegood.dues.forms import Blanks, Form
from makegood.dues.gathering import dues_of
from makegood.dues.penalties import ExpectedPenalty, PenaltyQuestion, ReckoningStep
from makegood.dues.quoting import keep_quotes
from makegood.dues.reckoning import penalty_on, penalty_question
from makegood.dues.values import (
    Arrival,
    ArrivalState,
    Card,
    CardAct,
    ChoiceStanding,
    ClaimStanding,
    CouponStanding,
    Dues,
    LineDues,
    OptionStanding,
    Status,
    Step,
    Tone,
)
from makegood.dues.writing import cards_html

__all__ = [
    "AnnouncedMeasure",
    "Announcement",
    "Arrival",
    "ArrivalState",
    "Blanks",
    "Card",
    "CardAct",
    "ChoiceStanding",
    "ClaimStanding",
    "CouponStanding",
    "Deadline",
    "Dues",
    "ExpectedPenalty",
    "Form",
    "LineDues",
    "OptionStanding",
    "PenaltyQuestion",
    "ReckoningStep",
    "Said",
    "Status",
    "Step",
    "Tone",
    "announcement",
    "cards_html",
    "dues_of",
    "keep_quotes",
    "penalty_on",
    "penalty_question",
]
