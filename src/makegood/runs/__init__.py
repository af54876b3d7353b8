"""Runs: what was decided reaches the customer exactly once."""

from makegood.runs.kinds import RULES, RunKind, Rules
from makegood.runs.planning import (
    Due,
    TopUp,
    check_run,
    decisions_for,
    demands,
    due,
    plan_follow_up,
    plan_run,
    release_unclaimed,
    remove_left_over,
    top_ups,
)
from makegood.runs.rows import RunRow, ShardRow
from makegood.runs.states import STATE_WORDS, RunState, ShardState

__all__ = [
    "RULES",
    "STATE_WORDS",
    "Due",
    "Rules",
    "RunKind",
    "RunRow",
    "RunState",
    "ShardRow",
    "ShardState",
    "TopUp",
    "check_run",
    "decisions_for",
    "demands",
    "due",
    "plan_follow_up",
    "plan_run",
    "release_unclaimed",
    "remove_left_over",
    "top_ups",
]
