"""A customer chooses, and may choose otherwise until it is granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import psycopg
from django.db import connection, transaction

from makegood.redress.choices.eligible import (
    expect_open,
    expect_through,
    granted_standing,
    measure_named,
)
from makegood.redress.choices.problems import no_such, not_open, nothing_to_choose
from makegood.redress.serving import customer_of, programme_in_force
from makegood.trust.access import Visitor, permit
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

_COLUMNS = "programme, measure, line_id, option, pool, customer_id, state, times, chosen_at"
# Any number at once: the row's lock orders them, and a row in a run stays as it is.
_CHOOSE = f"""
INSERT INTO choices_choice AS c
    (programme, measure, line_id, option, pool, customer_id, state, times, chosen_at, through,
     item_key, code)
VALUES (%s, %s, %s, %s, %s, %s, 'chosen', 1, %s, %s, '', '')
ON CONFLICT (programme, measure, line_id) DO UPDATE SET
    option = EXCLUDED.option, pool = EXCLUDED.pool, customer_id = EXCLUDED.customer_id,
    times = c.times + 1, chosen_at = EXCLUDED.chosen_at, through = EXCLUDED.through
WHERE c.state = 'chosen'
RETURNING {_COLUMNS}
"""
_ONE = f"""
SELECT {_COLUMNS} FROM choices_choice WHERE programme = %s AND measure = %s AND line_id = %s
"""
_COUNTS = """
SELECT option, state, count(*) FROM choices_choice WHERE programme = %s AND measure = %s
GROUP BY option, state ORDER BY option, state
"""


class ChoiceState(StrEnum):
    """Where a choice stands."""

    CHOSEN = "chosen"
    GRANTING = "granting"
    """In a run that has begun; it is as it was chosen, until the run's answer."""
    GRANTED = "granted"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a line chose. ``times`` counts how often, the first time included."""

    programme: str
    measure: str
    line_id: str
    option: str
    pool: str
    customer_id: str
    state: ChoiceState
    times: int
    chosen_at: datetime

    @property
    def is_new(self) -> bool:
        """Whether it was chosen for the first time."""
        return self.times == 1


def choose(
    visitor: Visitor,
    programme: str,
    measure: str,
    line_id: str,
    option: str,
    through: str,
    *,
    purpose: str = Purpose.CUSTOMER_REQUEST,
    case: str = "",
) -> Choice:
    """Choose one of a measure's options for a line; choosing again changes it until granted.

    One choice for each line and measure, whatever the channel and however often at once. Raises
    Refused MG770, MakegoodError MG837 where there is nothing of these names to choose, MG838 where
    choosing is closed, the channel is none, the measure is not granted to the line, or its choice
    is being granted already; and as ``decision_of``.
    """
    found = programme_in_force(programme)
    section = measure_named(found, measure)
    selection = section.section.choice
    if selection is None:
        raise nothing_to_choose(f"'{measure}' is no choice", "take one of kind choice")
    if option not in selection.options:
        raise no_such("option", option, list(selection.options))
    expect_open(found, selection.choose_from, selection.choose_until)
    expect_through(section, through)
    pool = selection.options[option].pool
    with transaction.atomic():
        customer = customer_of(line_id)
        permit(
            visitor,
            Act.APPLY,
            Resource(ResourceKind.CUSTOMER, customer),
            purpose=purpose,
            case=case,
            kind="choice.made",
            details={
                "programme": programme,
                "measure": measure,
                "line": line_id,
                "option": option,
                "through": through,
            },
        )
        granted_standing(programme, measure, line_id)
        values = [programme, measure, line_id, option, pool, customer, now(), through]
        with psycopg.Cursor(connection.connection) as cursor:
            row = cursor.execute(_CHOOSE, values).fetchone()
        if row is None:
            hint = "what was chosen before is on its way, or granted; it stays"
            raise not_open("this choice can no longer be changed", hint)
    return _choice(row)


def choice_of(programme: str, measure: str, line_id: str) -> Choice | None:
    """What a line chose of a measure; None where it has not chosen."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE, [programme, measure, line_id])
        row = cursor.fetchone()
    return _choice(row) if row else None


def counts_of(programme: str, measure: str) -> list[tuple[str, str, int]]:
    """How many lines chose each option, by option and state."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [programme, measure])
        return [(str(row[0]), str(row[1]), int(row[2])) for row in cursor.fetchall()]


def _choice(row: tuple[Any, ...]) -> Choice:
    programme, measure, line_id, option, pool, customer_id, state, times, chosen_at = row
    return Choice(
        programme,
        measure,
        line_id,
        option,
        pool,
        customer_id,
        ChoiceState(state),
        times,
        chosen_at,
    )
