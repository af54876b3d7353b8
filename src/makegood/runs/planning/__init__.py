"""From the calendar to runs: what is due, whom it is for, and whether both engines agree."""

from makegood.runs.planning.agenda import agenda, held_back, known_decisions
from makegood.runs.planning.check import check_run
from makegood.runs.planning.deciding import Decided, decisions_for, newest_decisions
from makegood.runs.planning.demanding import demands, is_over
from makegood.runs.planning.due import Due, due, last_due
from makegood.runs.planning.follow_up import plan_follow_up
from makegood.runs.planning.forecast import Expected, expected, run_for, runs_by_due
from makegood.runs.planning.leftovers import remove_left_over
from makegood.runs.planning.plan import plan_run
from makegood.runs.planning.problems import BeingPlanned
from makegood.runs.planning.promising import release_unclaimed
from makegood.runs.planning.top_ups import TopUp, top_ups

__all__ = [
    "BeingPlanned",
    "Decided",
    "Due",
    "Expected",
    "TopUp",
    "agenda",
    "check_run",
    "decisions_for",
    "demands",
    "due",
    "expected",
    "held_back",
    "is_over",
    "known_decisions",
    "last_due",
    "newest_decisions",
    "plan_follow_up",
    "plan_run",
    "release_unclaimed",
    "remove_left_over",
    "run_for",
    "runs_by_due",
    "top_ups",
]
