"""Runs: what was decided reaches the customer exactly once."""

from makegood.runs.asking import Asked, ask_about_unanswered
from makegood.runs.books import verify_ledger
from makegood.runs.channels import Channels
from makegood.runs.closing import close_finished
from makegood.runs.kinds import RULES, Rules, RunKind
from makegood.runs.planning import (
    BeingPlanned,
    Decided,
    Due,
    Expected,
    TopUp,
    check_run,
    decisions_for,
    demands,
    due,
    expected,
    newest_decisions,
    plan_follow_up,
    plan_run,
    release_unclaimed,
    remove_left_over,
    run_for,
    runs_by_due,
    top_ups,
)
from makegood.runs.releasing import contents_of, propose_release, release, release_ready
from makegood.runs.resolving import resolve_item
from makegood.runs.rows import RunRow, ShardRow, run_named, run_of
from makegood.runs.sending import SendDone, due_shards, send_due, send_shard
from makegood.runs.states import STATE_WORDS, RunState, ShardState
from makegood.runs.steering import cancel, pause, resume, retry
from makegood.runs.taking_in import TakenIn, take_in
from makegood.runs.telling import channel_findings
from makegood.runs.viewing import Failures, RunView, list_runs, show_run
from makegood.runs.working import WorkDone, finish, prepare, work, work_once, worker_name

__all__ = [
    "RULES",
    "STATE_WORDS",
    "Asked",
    "BeingPlanned",
    "Channels",
    "Decided",
    "Due",
    "Expected",
    "Failures",
    "Rules",
    "RunKind",
    "RunRow",
    "RunState",
    "RunView",
    "SendDone",
    "ShardRow",
    "ShardState",
    "TakenIn",
    "TopUp",
    "WorkDone",
    "ask_about_unanswered",
    "cancel",
    "channel_findings",
    "check_run",
    "close_finished",
    "contents_of",
    "decisions_for",
    "demands",
    "due",
    "due_shards",
    "expected",
    "finish",
    "list_runs",
    "newest_decisions",
    "pause",
    "plan_follow_up",
    "plan_run",
    "prepare",
    "propose_release",
    "release",
    "release_ready",
    "release_unclaimed",
    "remove_left_over",
    "resolve_item",
    "resume",
    "retry",
    "run_for",
    "run_named",
    "run_of",
    "runs_by_due",
    "send_due",
    "send_shard",
    "show_run",
    "take_in",
    "top_ups",
    "verify_ledger",
    "work",
    "work_once",
    "worker_name",
]
