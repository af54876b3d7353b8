"""What is called what on the pages of runs, and what happens next with one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from makegood.operations.frame import language
from makegood.programmes import moment_text, month_text
from makegood.runs import (
    RULES,
    STATE_WORDS,
    RunRow,
    RunState,
    RunView,
    ShardRow,
    ShardState,
    may_go_on,
    month_of,
)
from makegood.trust.proposals import State

_ONCE = frozenset({"once", "start", "end"})
_MONTH = re.compile(r"\d{4}-\d{2}")
_INSTANT = re.compile(r"(?:notice|reminder) (\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?: \w+)?")
"""Periods of grants, and of messages, which may name the way they go besides; makegood.runs."""
_TONES = {
    RunState.PLANNED: "",
    RunState.CHECKED: "warn",
    RunState.RELEASED: "live",
    RunState.SENDING: "live",
    RunState.SENT: "live",
    RunState.CLOSED: "good",
    RunState.STOPPED: "bad",
    RunState.CANCELLED: "bad",
}


def kind_words(run: RunRow) -> str:
    """What it brings."""
    return RULES[run.kind].words[language()]


def period_words(period: str, *, is_dated: bool = False) -> str:
    """Of which month or instant a run is, in the programme's time; empty for what comes once.

    No instant is told where ``is_dated``: it stands beside the name.
    """
    if month := period if _MONTH.fullmatch(period) else month_of(period):
        return month_text(month, language())
    if found := _INSTANT.fullmatch(period):
        moment = datetime.fromisoformat(found[1])
        return "" if is_dated else moment_text(moment, language(), firm=True)
    return "" if period in _ONCE else period


def state_words(run: RunRow) -> str:
    """Where it stands."""
    words = STATE_WORDS[run.state][language()]
    return f"{words}, {_('paused')}" if run.paused_at else words


def state_tone(run: RunRow) -> str:
    """The colour of its tag."""
    return "warn" if run.paused_at and run.state is not RunState.CLOSED else _TONES[run.state]


def shard_words(shard: ShardRow) -> str:
    """Where a shard stands."""
    if shard.doubtful_at:
        return _("doubtful: the other side is asked")
    return {
        ShardState.PENDING: _("to leave"),
        ShardState.SENDING: _("being sent"),
        ShardState.SENT: _("sent, waits for answers"),
        ShardState.ANSWERED: _("answered"),
    }[shard.state]


def outcome_words(outcome: str) -> str:
    """What became of an item."""
    return {
        "done": _("done"),
        "failed": _("failed"),
        "returned": _("returned"),
        "contradictory": _("contradictory"),
        "unknown": _("no answer"),
    }.get(outcome, outcome)


def channel_words(channel: str) -> str:
    """Which way it goes."""
    return {
        "bank": _("bank"),
        "billing": _("billing"),
        "provisioning": _("provisioning"),
        "insurer": _("insurer"),
        "vouchers": _("vouchers"),
        "sms": _("text messages"),
        "mail": _("mail"),
    }.get(channel, channel)


def left_out_words(reason: str, because: Mapping[str, str]) -> str:
    """Why a line has no item; docs/runs.md lists the reasons.

    ``because`` has the programme's own words for its exclusions, by their names.
    """
    kind, _colon, detail = reason.partition(":")
    if kind == "excluded":
        return f"{_('excluded by the programme')}: {because.get(detail, detail)}"
    if kind == "already":
        return f"{_('an earlier run brought it')}: {detail[:8]}"
    return {
        "not_in_scope": _("not for this line"),
        "undetermined": _("facts are missing"),
        "automatic": _("need not apply"),
        "on_application": _("nobody applied, or the day of payment has not come"),
        "with_document": _("only with a document, in the late window"),
        "applied": _("applied already"),
        "not_chosen": _("nothing was chosen, or it is in another run"),
        "not_started": _("was never started"),
        "nothing_to_add": _("nothing is to be added"),
        "no_amount": _("the amount is 0"),
        "line_missing": _("the facts lack the line"),
    }.get(reason, reason)


def next_words(view: RunView) -> str:
    """What happens next; empty where nothing does."""
    run = view.run
    if run.paused_at is not None and run.state not in {RunState.CLOSED, RunState.CANCELLED}:
        return _("It is paused: nothing leaves until somebody lets it go on.")
    match run.state:
        case RunState.PLANNED:
            return _("The other engine makes it once more, item by item.")
        case RunState.CHECKED:
            return _checked_words(view)
        case RunState.RELEASED:
            return _("It is sent as soon as its time has come.")
        case RunState.SENDING:
            waiting = sum(shard.state is ShardState.PENDING for shard in view.shards)
            return _("Shards that are still to leave: %(count)s") % {"count": f"{waiting:,}"}
        case RunState.SENT:
            return _sent_words(view)
        case RunState.STOPPED:
            return _stopped_words(view)
        case RunState.CANCELLED:
            return ""
        case RunState.CLOSED:
            left = sum(each.not_taken for each in view.failures)
            if not left:
                return ""
            return _("Items that may be tried again: %(count)s") % {"count": f"{left:,}"}


def _sent_words(view: RunView) -> str:
    wrong = view.contradictory
    waiting = max(0, view.run.unknown - wrong)
    words = []
    if wrong:
        told = _("Items that contradict themselves, of which somebody finds out: %(count)s")
        words.append(told % {"count": f"{wrong:,}"})
    if waiting or not wrong:
        told = _("Items that wait for an answer: %(count)s")
        words.append(told % {"count": f"{waiting:,}"})
    return " · ".join(words)


def _stopped_words(view: RunView) -> str:
    words = _("Nothing more leaves. Somebody finds out what is wrong.")
    if may_go_on(view.run):
        words += " " + _("Once it is put right, somebody lets it go on.")
    return words


def _checked_words(view: RunView) -> str:
    if not view.run.needs_release:
        return _("It is released by itself.")
    if view.release_state == State.OPEN.value:
        return _("Another person has to approve its release.")
    if view.release_state == State.APPROVED.value:
        return _("Its release is approved. The next round of work releases it.")
    return _("Somebody proposes its release, another person approves it.")
