"""Who of all decided lines a kind of run is for, and why the others are left out.

Every code of a decision either makes an item, or is left out with a reason, or depends on whether
something *waits* for the line: a claim, a choice, a start that was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from makegood.runs.kinds import RunKind

if TYPE_CHECKING:
    from makegood.decisions import Meaning
    from makegood.programmes import Measure

NO_AMOUNT = "no_amount"
LINE_MISSING = "line_missing"
"""Why what waits for a line is left out where the facts have no such line."""
ALREADY = "already:"
APPLIED = "applied"

WITH_MONEY = frozenset({RunKind.PAY_OUT, RunKind.BILL, RunKind.TOP_UP})
"""The kinds whose items have an amount: without one there is nothing to pay."""


MISSING, MISSING_AGREED = -1, -2
"""Codes of a line that the facts lack, which no decision has; the second: a claim is agreed on."""

OF_MISSING = frozenset(
    {RunKind.PAY_OUT, RunKind.COVER, RunKind.GRANT, RunKind.UPLIFT_START, RunKind.PASSES}
)
"""Kinds that leave out what waits for a line which the facts lack.

Of bills and reminders only who applied waits, and whoever is not decided gets neither.
"""


class If(Enum):
    """When a line of a code becomes an item."""

    ALWAYS = "always"
    NEVER = "never"
    WAITING = "waiting"
    NOT_WAITING = "not waiting"


@dataclass(frozen=True, slots=True)
class Choice:
    """What becomes of the lines of a code; ``reason`` is why they are left out where they are."""

    when: If
    reason: str = ""


_GRANTED_WITHOUT: Mapping[RunKind, str] = {
    RunKind.PASSES: "not_chosen",
    RunKind.UPLIFT_END: "not_started",
    RunKind.TOP_UP: "nothing_to_add",
}
"""Why a granted line is left out where something must wait for it and nothing does."""


def choices(kind: RunKind, measure: Measure) -> dict[int, Choice]:
    """What becomes of every code that decisions of a measure can have."""
    from makegood.decisions import meanings

    found = {code: _choice(kind, meaning) for code, meaning in meanings(measure).items()}
    missing = Choice(If.NEVER, LINE_MISSING)
    return {**found, MISSING: missing, MISSING_AGREED: Choice(If.WAITING, LINE_MISSING)}


def _choice(kind: RunKind, meaning: Meaning) -> Choice:
    from makegood.decisions import Disposition, Way

    granted = meaning.disposition is Disposition.GRANTED
    own = (meaning.way.value if meaning.way else "") if granted else _reason(meaning)
    match kind:
        case RunKind.NOTICE:
            return Choice(If.ALWAYS) if granted else Choice(If.NEVER, own)
        case RunKind.REMINDER if granted and meaning.way is Way.ON_APPLICATION:
            return Choice(If.NOT_WAITING, APPLIED)
        case RunKind.REMINDER:
            return Choice(If.NEVER, own)
        case RunKind.PASSES:
            # A line that left has no use for what it chose.
            return Choice(If.WAITING, "not_chosen") if granted else Choice(If.NEVER, own)
        case RunKind.PAY_OUT:
            # A claim decides: it may have been approved as an exception.
            automatic = granted and meaning.way is Way.AUTOMATIC
            return Choice(If.WAITING, Way.ON_APPLICATION.value if automatic else own)
        case RunKind.BILL:
            # A claim of a line that need not apply is paid as a claim, and not twice.
            automatic = granted and meaning.way is Way.AUTOMATIC
            return Choice(If.NOT_WAITING, APPLIED) if automatic else Choice(If.NEVER, own)
        case RunKind.TOP_UP | RunKind.UPLIFT_END:
            return Choice(If.WAITING, _GRANTED_WITHOUT[kind] if granted else own)
        case _ if granted and meaning.way is Way.AUTOMATIC:
            return Choice(If.ALWAYS)
        case _:
            # What is still to come is not for a line that has left since it applied. Where the
            # facts leave it open, two persons may have decided.
            open_to_claims = granted or meaning.disposition is Disposition.UNDETERMINED
            return Choice(If.WAITING, own) if open_to_claims else Choice(If.NEVER, own)


def _reason(meaning: Meaning) -> str:
    """``not_in_scope``, ``undetermined``, ``excluded:<name>``."""
    return meaning.label


def reason_sql(found: Mapping[int, Choice], code: str, waits: str) -> str:
    """Why a line is left out, as an expression of DuckDB; NULL where it is an item."""
    from makegood.rules import sql_text

    branches = []
    for number, choice in found.items():
        reason = sql_text(choice.reason)
        match choice.when:
            case If.ALWAYS:
                then = "NULL"
            case If.NEVER:
                then = reason
            case If.WAITING:
                then = f"CASE WHEN {waits} THEN NULL ELSE {reason} END"
            case If.NOT_WAITING:
                then = f"CASE WHEN {waits} THEN {reason} END"
        branches.append(f"WHEN {number} THEN {then}")
    return f"CASE {code} {' '.join(branches)} ELSE 'undetermined' END"
