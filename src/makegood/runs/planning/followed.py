"""A follow-up is held against the run that it follows: its items are what failed or came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from makegood.runs.planning.earlier import item_files
from makegood.runs.planning.problems import differs
from makegood.runs.rows import run_of, select

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.runs.rows import RunRow


def expect_followed(settings: Settings, run: RunRow) -> None:
    """Raises MakegoodError MG868 for an item that is not one of the run before, tried once more."""
    if run.follows is None:
        return
    # A claim has an amount of its own, which two persons may have made better since.
    taken = {
        row[0]: (row[1] + 1, row[2])
        for row in select(
            "SELECT item_key, was.attempt, coalesce(begun.amount, was.amount)"
            " FROM runs_exception AS was LEFT JOIN claims_payment AS begun"
            " ON begun.run_id = was.taken_by AND begun.key = was.item_key"
            " WHERE was.run_id = %s AND was.taken_by = %s",
            [run_of(run.follows).run_id, run.run_id],
        )
    }
    seen = 0
    for path in item_files(settings, run):
        table = pq.read_table(path, columns=["line_id", "key", "attempt", "amount"])
        for line, key, attempt, amount in zip(
            *(column.to_pylist() for column in table.columns), strict=True
        ):
            seen += 1
            if taken.get(key) != (attempt, amount):
                raise differs(line, "it is not what failed or was returned")
    if seen != len(taken):
        raise differs("", f"{len(taken):,} items failed or were returned, {seen:,} follow")
