"""Whether anything of a rehearsal still waits."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from makegood.rehearsal.desk import waits_for_retry

if TYPE_CHECKING:
    from makegood.rehearsal.playing import Play

_OVER = frozenset({"closed", "cancelled", "stopped"})


def is_open(play: Play) -> bool:
    """Whether a run has not come to its end, or failed items wait to be tried again."""
    from makegood.runs import messages_waiting

    is_open = any(run.state not in _OVER for run in play.all_runs())
    waits = messages_waiting(play.programme.identifier)
    return is_open or bool(waits or waits_for_retry(play))


def is_busy(play: Play, day: date) -> bool:
    """Whether something waits for this day: a run, claims to be paid, choices to be granted."""
    from makegood.redress.choices import chosen
    from makegood.redress.claims import payable

    name = play.programme.identifier
    for measure in play.programme.measures.values():
        refund = measure.section.refund
        if refund and refund.to == "bank_account" and payable(name, measure.name, day).num_rows:
            return True
        if measure.section.choice and chosen(name, measure.name).num_rows:
            return True
    return is_open(play)
