"""Runs: what was decided reaches the customer exactly once."""

from makegood.runs.arriving import STAMP, Arrivals, Arrived, arrivals_of
from makegood.runs.asking import Asked, ask_about_unanswered
from makegood.runs.books import verify_ledger
from makegood.runs.bringing import Brought, bring_answers
from makegood.runs.channels import Channels
from makegood.runs.closing import close_finished
from makegood.runs.events import (
    MessageCount,
    TellDone,
    delivered_counts,
    messages_waiting,
    send_code,
    show_messages,
    tell_events,
)
from makegood.runs.found_out import take_over_found_out
from makegood.runs.kinds import RULES, Rules, RunKind
from makegood.runs.line_index import index_runs
from makegood.runs.planning import (
    BeingPlanned,
    Decided,
    Due,
    Expected,
    TopUp,
    agenda,
    check_run,
    decisions_for,
    demands,
    due,
    expected,
    held_back,
    known_decisions,
    last_due,
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
from makegood.runs.resolving import propose_end, resolve_item
from makegood.runs.rows import RunRow, ShardRow, run_named, run_of
from makegood.runs.sending import SendDone, due_shards, send_due, send_shard
from makegood.runs.states import STATE_WORDS, RunState, ShardState
from makegood.runs.steering import cancel, pause, resume, retry
from makegood.runs.studying import carry_out_study
from makegood.runs.taking_in import TakenIn, take_in
from makegood.runs.telling import channel_findings
from makegood.runs.to_do import Attention, attention
from makegood.runs.viewing import Failures, RunView, list_runs, open_runs, show_run
from makegood.runs.waiting_items import (
    ItemStanding,
    failed_items,
    left_out_of,
    open_items,
)
from makegood.runs.working import WorkDone, finish, prepare, tell, work, work_once, worker_name

__all__ = [
    "RULES",
    "STAMP",
    "STATE_WORDS",
    "Arrivals",
    "Arrived",
    "Asked",
    "Attention",
    "BeingPlanned",
    "Brought",
    "Channels",
    "Decided",
    "Due",
    "Expected",
    "Failures",
    "ItemStanding",
    "MessageCount",
    "Rules",
    "RunKind",
    "RunRow",
    "RunState",
    "RunView",
    "SendDone",
    "ShardRow",
    "ShardState",
    "TakenIn",
    "TellDone",
    "TopUp",
    "WorkDone",
    "agenda",
    "arrivals_of",
    "ask_about_unanswered",
    "attention",
    "bring_answers",
    "cancel",
    "carry_out_study",
    "channel_findings",
    "check_run",
    "close_finished",
    "contents_of",
    "decisions_for",
    "delivered_counts",
    "demands",
    "due",
    "due_shards",
    "expected",
    "failed_items",
    "finish",
    "held_back",
    "index_runs",
    "known_decisions",
    "last_due",
    "left_out_of",
    "list_runs",
    "messages_waiting",
    "newest_decisions",
    "open_items",
    "open_runs",
    "pause",
    "plan_follow_up",
    "plan_run",
    "prepare",
    "propose_end",
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
    "send_code",
    "send_due",
    "send_shard",
    "show_messages",
    "show_run",
    "take_in",
    "take_over_found_out",
    "tell",
    "tell_events",
    "top_ups",
    "verify_ledger",
    "work",
    "work_once",
    "worker_name",
]
