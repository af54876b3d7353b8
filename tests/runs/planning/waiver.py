"""The pay-outs and enrolments of the programme with a waiver to apply for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from makegood.programmes import load_text
from makegood.runs import RunKind, due
from tests.redress.claims.relief import TEXT
from tests.runs.planning.gift import at, items

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.runs import Due
    from makegood.runs.rows import RunRow

PAY_DAY = at(1, 22, 9)


def calendar_entry(kind: RunKind, due_at: datetime) -> Due:
    """The entry of a kind that is due at a moment."""
    found = [each for each in due(load_text(TEXT), at(4, 30)) if each.kind is kind]
    return next(each for each in found if each.due_at == due_at)


def pay_out() -> Due:
    """The first pay-out of the calendar."""
    return calendar_entry(RunKind.PAY_OUT, PAY_DAY)


def paid_by(settings: Settings, run: RunRow) -> dict[str, int]:
    """By line the amount of its item."""
    return {line: amount for line, (amount, _) in items(settings, run).items()}
