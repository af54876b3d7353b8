"""What is due for a line, as cards: the same words for the customer, the agent and the shop."""

from makegood.dues.announced import AnnouncedMeasure, Announcement, Deadline, Said
from makegood.dues.announcing import announcement
from makegood.dues.forms import Blanks, Form
from makegood.dues.gathering import dues_ahead, dues_of
from makegood.dues.lone import lone_claim
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
    LoneClaim,
    OptionStanding,
    Status,
    Step,
    Tone,
)
from makegood.dues.writing import cards_html, lone_claims_html

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
    "LoneClaim",
    "OptionStanding",
    "PenaltyQuestion",
    "ReckoningStep",
    "Said",
    "Status",
    "Step",
    "Tone",
    "announcement",
    "cards_html",
    "dues_ahead",
    "dues_of",
    "keep_quotes",
    "lone_claim",
    "lone_claims_html",
    "penalty_on",
    "penalty_question",
]
