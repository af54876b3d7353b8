"""From the calendar to runs: what is due, whom it is for, and whether both engines agree."""

from makegood.runs.planning.agenda import agenda, held_back, known_decisions
from makegood.runs.planning.check import check_run
from makegood.runs.planning.dates import undated
from makegood.runs.planning.deciding import Decided, decisions_for, newest_decisions
from makegood.runs.planning.demanding import demands, due_anew, is_over
from makegood.runs.planning.deviating import (
    DEVIATIONS_SCHEMA,
    Deviating,
    deviating_of,
    deviating_words,
)
from makegood.runs.planning.done import month_of
from makegood.runs.planning.due import Due, due, last_due
from makegood.runs.planning.follow_up import plan_follow_up
from makegood.runs.planning.forecast import Expected, expected
from makegood.runs.planning.leftovers import remove_left_over
from makegood.runs.planning.not_topped_up import NotToppedUp, not_topped_up
from makegood.runs.planning.plan import plan_run
from makegood.runs.planning.problems import BeingPlanned
from makegood.runs.planning.promising import release_unclaimed
from makegood.runs.planning.times import time_of_day
from makegood.runs.planning.timetable import (
    CalendarEntry,
    Stage,
    draft_timetable,
    timetable,
)
from makegood.runs.planning.top_ups import Difference, TopUp, top_ups
from makegood.runs.planning.upheld import upheld_due
from makegood.runs.planning.upholding import uphold_agreed

__all__ = [
    "DEVIATIONS_SCHEMA",
    "BeingPlanned",
    "CalendarEntry",
    "Decided",
    "Deviating",
    "Difference",
    "Due",
    "Expected",
    "NotToppedUp",
    "Stage",
    "TopUp",
    "agenda",
    "check_run",
    "decisions_for",
    "demands",
    "deviating_of",
    "deviating_words",
    "draft_timetable",
    "due",
    "due_anew",
    "expected",
    "held_back",
    "is_over",
    "known_decisions",
    "last_due",
    "month_of",
    "newest_decisions",
    "not_topped_up",
    "plan_follow_up",
    "plan_run",
    "release_unclaimed",
    "remove_left_over",
    "time_of_day",
    "timetable",
    "top_ups",
    "undated",
    "upheld_due",
    "uphold_agreed",
]
