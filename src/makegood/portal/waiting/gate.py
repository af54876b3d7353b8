"""The gate in an operator's hand: raised, lowered, closed, or left to settings and measuring."""

from __future__ import annotations

from django.db import connection

from makegood.kernel import Finding, MakegoodError

INSIDE_MAX_MOST, ADMISSIONS_MOST = 1_000_000, 1_000_000
_SET = """
UPDATE waiting_gate SET set_inside_max = %s, set_admissions_a_minute = %s WHERE gate_id = 1
"""


def set_gate(inside_max: int | None, admissions_a_minute: int | None) -> None:
    """Put limits in force for all processes within a second or two; None: as the settings say.

    ``inside_max`` 0 closes the gate: nobody new comes in, who is inside goes on, and all others
    keep their places. The gate's leave is the caller's to ask for. Raises MakegoodError MG690
    where a number is out of bounds.
    """
    if inside_max is not None and not 0 <= inside_max <= INSIDE_MAX_MOST:
        raise _out_of_bounds("inside", f"0 to {INSIDE_MAX_MOST:,}; 0 lets nobody in")
    if admissions_a_minute is not None and not 1 <= admissions_a_minute <= ADMISSIONS_MOST:
        raise _out_of_bounds("to enter in a minute", f"1 to {ADMISSIONS_MOST:,}")
    with connection.cursor() as cursor:
        cursor.execute(_SET, [inside_max, admissions_a_minute])


def _out_of_bounds(what: str, bounds: str) -> MakegoodError:
    message = f"so many {what} cannot be set"
    return MakegoodError(Finding("MG690", message, f"give a whole number: {bounds}"))
