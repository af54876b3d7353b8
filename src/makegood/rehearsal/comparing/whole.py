"""All comparisons in order, and what the report tells beside them."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from makegood.rehearsal.comparing.coupons import compare_coupons
from makegood.rehearsal.comparing.events import compare_events
from makegood.rehearsal.comparing.found import Found
from makegood.rehearsal.comparing.invariants import check_invariants
from makegood.rehearsal.comparing.occasions import compare_occasions
from makegood.rehearsal.comparing.passes import compare_passes
from makegood.rehearsal.comparing.refunds import compare_refunds
from makegood.rehearsal.story import Outcome, RunTold

if TYPE_CHECKING:
    from makegood.rehearsal.playing import Play
    from makegood.rehearsal.schedule import Schedule
    from makegood.runs import RunRow

_TOLD = ("objected", "upheld", "not_upheld", "approved", "turned_down", "exception")
_COMPARED = (
    compare_occasions,
    compare_refunds,
    compare_passes,
    compare_coupons,
    compare_events,
    check_invariants,
)


def compared(play: Play, schedule: Schedule, faults: str) -> Outcome:
    """Everything that was played, compared and told."""
    found = Found(play, play.all_runs(), play.now.date())
    for number, compare in enumerate(_COMPARED):
        play.progress("compared", number, len(_COMPARED))
        compare(found)
    play.progress("compared", len(_COMPARED), len(_COMPARED))
    outcome = Outcome(
        lines=play.world.lines,
        seed=play.seed,
        faults=faults,
        story=play.story,
        began=schedule.first,
        ended=found.ended,
        runs=[_told(run) for run in sorted(found.runs, key=lambda run: (run.due_at, run.kind))],
        checks=found.checks,
        differences=found.differences,
        difference_count=found.difference_count,
        versions=play.versions,
        troubles=play.troubles,
    )
    _money(found, outcome)
    _messages(found, outcome)
    _survived(found, outcome)
    _acts(found, outcome)
    _deviations(found, outcome)
    outcome.content_sha256 = _content(found, outcome)
    return outcome


def _told(run: RunRow) -> RunTold:
    return RunTold(
        run.kind.value,
        run.measure,
        run.period,
        run.due_at,
        run.state.value,
        run.decided,
        run.items,
        run.done,
        run.failed,
        run.returned,
        0 if run.state == "cancelled" else run.unknown,
        run.total,
        run.done_total,
    )


def _money(found: Found, outcome: Outcome) -> None:
    from makegood.ledger import OWED, balances, movements

    for payment in found.play.outside.payments():
        if payment.state not in ("paid", "returned") or not payment.at:
            continue
        day = found.moment(datetime.fromisoformat(payment.at)).date()
        count, amount = outcome.paid.get(day, (0, 0))
        outcome.paid[day] = (count + 1, amount + payment.amount)
        if payment.state == "returned":
            count, amount = outcome.returned.get(day, (0, 0))
            outcome.returned[day] = (count + 1, amount + payment.amount)
    name = found.play.programme.identifier
    owed = 0
    changed: Counter[date] = Counter()
    for day, balance in movements(name):
        if balance.account in OWED:
            changed[day] += balance.amount
    for day in sorted(changed):
        owed += changed[day]
        outcome.liability[day] = owed
    for balance in balances(name):
        outcome.balances.setdefault(balance.measure, {})[balance.account] = balance.amount


def _messages(found: Found, outcome: Outcome) -> None:
    for run in found.runs:
        if run.kind in ("notice", "reminder") and run.items and run.state != "cancelled":
            outcome.messages[found.moment(run.due_at).date(), run.kind.value] += run.items


def _survived(found: Found, outcome: Outcome) -> None:
    """What the outside did wrong, as far as runs and books tell it."""
    survived = found.play.story.survived
    survived["rejected"] = sum(run.failed for run in outcome.runs if run.kind != "passes")
    survived["returned"] = sum(run.returned for run in outcome.runs)
    for name, count in found.play.outside.faults_done().items():
        survived[name] = count


def _acts(found: Found, outcome: Outcome) -> None:
    """How often what is out of the ordinary was done, and what came of it."""
    story, steering = found.play.story, found.play.steering
    outcome.acts.update({name: story.count(name) for name in _TOLD})
    given = Counter(
        deed.detail
        for deeds in story.deeds.values()
        for deed in deeds
        if deed.what in ("account", "corrected")
    )
    outcome.acts.update({name: given[name] for name in ("guardian", "guardian_bare")})
    outcome.acts["held"] = steering.paused
    outcome.acts["cancelled"] = len(steering.cancelled)
    outcome.acts["ran_empty"] = sum(
        shortage.empty_on is not None for shortage in story.shortages.values()
    )
    outcome.acts["waited_for_code"] = sum(
        run.failed for run in outcome.runs if run.kind == "passes"
    )


def _deviations(found: Found, outcome: Outcome) -> None:
    """Of how many lines what is due in the end is not what was shown, and of how many less."""
    from makegood.redress.quotes import deviations

    programme = found.play.programme
    for name in programme.measures:
        deviating = deviations(programme.identifier, name)
        if deviating:
            less = sum(each.quoted_more for each in deviating)
            outcome.deviations[name] = (len(deviating), less)


def _content(found: Found, outcome: Outcome) -> str:
    """A hash of the story and the final figures: the same for the same seed."""
    digest = sha256()
    for (measure, line_id), deeds in sorted(found.play.story.deeds.items()):
        for deed in deeds:
            digest.update(f"{measure}|{line_id}|{deed.at}|{deed.what}|{deed.detail}\n".encode())
    for run in outcome.runs:
        told = (run.kind, run.measure, run.period, run.items, run.total, run.done, run.done_total)
        digest.update(f"{told}\n".encode())
    return digest.hexdigest()
