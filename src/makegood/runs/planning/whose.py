"""What was got and added, line by line, person by person: whose a top-up is.

Two claims of a line may be of two persons, or approved on different facts. Each of them lacks what
it lacks by itself: nothing that one of them got too much is set off against the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from makegood.runs.planning.done import Done

# One person's claims by the same facts go together, to the account of the last that has any.
_BROUGHT = """
CREATE TEMP TABLE brought AS
SELECT line_id, facts, customer_id, max(place) AS place,
       max_by(account_id, {{'place': place, 'account_id': account_id}}) AS account_id,
       sum(got)::BIGINT AS got,
       CASE WHEN bool_or(due IS NULL) THEN NULL ELSE sum(due) END::BIGINT AS due,
       bool_or(by_persons) AS by_persons
FROM ({items}) GROUP BY line_id, facts, customer_id
"""
_NOTHING_ADDED = """
CREATE TEMP VIEW compared AS
SELECT line_id, customer_id, account_id, facts, got, due, by_persons FROM brought
"""
# What was added belongs to what the same person got by the same facts; else, as what was upheld,
# which no facts decided, to what they got last. What adds to nothing of theirs is not counted. The
# hash of the facts settles what came with one run.
_ADDED = "CREATE TEMP TABLE added AS {items}"
_COMPARED = """
CREATE TEMP TABLE compared AS
WITH elsewhere AS (
    SELECT line_id, facts, customer_id, sum(got) AS got, bool_or(by_persons) AS by_persons
    FROM added WHERE NOT EXISTS (
        SELECT 1 FROM brought WHERE brought.line_id = added.line_id
        AND brought.facts = added.facts
        AND brought.customer_id IS NOT DISTINCT FROM added.customer_id
    ) GROUP BY line_id, facts, customer_id
), placed AS (
    SELECT added.line_id, added.customer_id, any_value(added.got) AS got,
           bool_or(added.by_persons) AS by_persons,
           max({{'place': brought.place, 'rank': [{ranks}][brought.facts + 1],
                 'facts': brought.facts}}).facts AS facts
    FROM elsewhere AS added JOIN brought ON brought.line_id = added.line_id
         AND brought.customer_id IS NOT DISTINCT FROM added.customer_id
    GROUP BY added.line_id, added.facts, added.customer_id
)
SELECT line_id, customer_id, any_value(account_id) AS account_id, facts, sum(got)::BIGINT AS got,
       CASE WHEN bool_or(due IS NULL) THEN NULL ELSE sum(due) END::BIGINT AS due,
       bool_or(by_persons) AS by_persons
FROM (
    SELECT line_id, customer_id, account_id, facts, got, due, by_persons, TRUE AS is_first
    FROM brought UNION ALL
    SELECT line_id, customer_id, NULL, facts, got, 0, by_persons, FALSE FROM added UNION ALL
    SELECT line_id, customer_id, NULL, facts, got, 0, by_persons, FALSE FROM placed
) GROUP BY line_id, facts, customer_id HAVING bool_or(is_first)
"""


def compare(
    connection: duckdb.DuckDBPyConnection, done: Done, brought: str, added: str | None
) -> None:
    """Make ``compared`` of what brought something first, and of what was added to it.

    Both are SELECTs of line_id, customer_id, account_id, place, facts (a place in ``done.facts``;
    of what was added -1 where it is none), got, due and by_persons.
    """
    connection.execute(_BROUGHT.format(items=brought))
    if added is None:
        connection.execute(_NOTHING_ADDED)
        return
    in_order = sorted(done.facts)
    ranks = ", ".join(str(in_order.index(facts)) for facts in done.facts) or "0"
    connection.execute(_ADDED.format(items=added))
    connection.execute(_COMPARED.format(ranks=ranks))
