"""Rows of the serving copy, with all that must be of one instant with them, by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import errors, sql

from makegood.publication import NEWEST
from makegood.redress.serving.current import Current, current_of
from makegood.redress.serving.loading import loaded, programme_in_force
from makegood.redress.serving.problems import not_served, nothing_in_force
from makegood.trust.statements import Row, apart, prepared_cursor

if TYPE_CHECKING:
    from makegood.programmes import Programme

_TRIES = 5
_KEPT = 16
_THIS = "SELECT %(line)s::text AS line_id"
_THESE = "SELECT unnest(%(lines)s::text[]) AS line_id"
# The customer itself is its line where it is the name of no line that is somebody else's.
_OF_CUSTOMER = """
SELECT line_id FROM serving_holder WHERE customer_id = %(customer)s
UNION ALL SELECT %(customer)s
WHERE NOT EXISTS (SELECT 1 FROM serving_holder WHERE customer_id = %(customer)s)
  AND NOT EXISTS (SELECT 1 FROM serving_holder WHERE line_id = %(customer)s)
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What one statement saw: the programme in force, the copy's generation, and the rows.

    ``snapshots`` is the last snapshot that was registered, ``served`` all programmes of which a
    copy is loaded, ``lines`` the lines that were asked for, in order, ``told`` what was asked
    besides. ``rows`` are line, customer and then the facts in the order of ``fact_names``.
    """

    programme: Programme
    current: Current
    snapshots: int
    served: tuple[str, ...]
    lines: tuple[str, ...]
    told: Row
    rows: list[Row]


def fact_names(current: Current) -> list[str]:
    """The facts of a row in the order of the columns."""
    return [*current.columns, *(f"base.{name}" for name in current.bases)]


def rows_of_lines(programme_name: str, line_ids: Sequence[str]) -> Found:
    """The rows of these lines. Raises MakegoodError MG632, MG830."""
    if len(line_ids) == 1:
        return _read(programme_name, _THIS, {"line": line_ids[0]})
    return _read(programme_name, _THESE, {"lines": list(line_ids)})


def rows_of_customer(programme_name: str, customer_id: str, besides: tuple[str, ...] = ()) -> Found:
    """The rows of all lines of a customer. Raises MakegoodError MG632, MG830.

    ``besides`` are expressions of SQL about ``asked``, the table of the lines' names, and
    ``%(programme)s``: what rooms above want to know of the same instant.
    """
    return _read(programme_name, _OF_CUSTOMER, {"customer": customer_id}, besides)


def _read(name: str, lines: str, values: dict[str, object], besides: tuple[str, ...] = ()) -> Found:
    values = {**values, "programme": name}
    for tried in range(_TRIES):
        # What was read before answers as long as its generation does, which the statement tells.
        current = (None if tried else _remembered.get(name)) or current_of(name)
        if current is None:
            programme_in_force(name)
            raise not_served(name)
        try:
            with apart(), prepared_cursor() as cursor:
                found = cursor.execute(_query(current, lines, besides), values).fetchall()
        except errors.UndefinedTable:
            # Another generation took its place in this moment, or a restore left the tables out.
            continue
        if found and found[0][1] == current.generation:
            version, _, snapshots, served, asked = found[0][:5]
            if version is None:
                raise nothing_in_force(name)
            programme = loaded(name, version)
            _remembered[name] = current
            first = 5 + len(besides)
            return Found(
                programme,
                current,
                int(snapshots or 0),
                tuple(served),
                tuple(asked or ()),
                found[0][5:first],
                [row[first:] for row in found if row[first] is not None],
            )
    _remembered.pop(name, None)
    programme_in_force(name)
    current = current_of(name)
    raise not_served(name, str(current.folder) if current else "")


def _query(current: Current, lines: str, besides: tuple[str, ...]) -> str:
    """What answers for lines; known by the table that it reads, whose columns never change."""
    key = current.table_name, lines, besides
    found = _queries.get(key)
    if found is None:
        if len(_queries) >= _KEPT:
            _queries.clear()
        found = _queries[key] = _written(current, lines, besides)
    return found


def _written(current: Current, lines: str, besides: tuple[str, ...]) -> str:
    # Version and generation are read by the same statement, even where no line is found. Whose a
    # line is, is looked up line by line: a join might be planned for more than are ever asked.
    chosen = "".join(f', t."{name}"' for name in fact_names(current)).replace("%", "%%")
    table = sql.Identifier("serving", current.table_name).as_string(None)
    return (
        f"WITH asked AS MATERIALIZED ({lines})"
        f" SELECT ({NEWEST.format(programme='c.programme')}), c.generation,"
        " (SELECT max(snapshot_id) FROM serving_snapshot),"
        " (SELECT array_agg(programme ORDER BY programme) FROM serving_current),"
        ' (SELECT array_agg(line_id ORDER BY line_id COLLATE "C") FROM asked),'
        f"{''.join(f' {each},' for each in besides)} t.line_id,"
        " coalesce((SELECT customer_id FROM serving_holder AS h WHERE h.line_id = t.line_id),"
        f" t.line_id){chosen} FROM serving_current AS c"
        f" LEFT JOIN {table} AS t ON t.line_id = ANY(ARRAY(SELECT line_id FROM asked))"
        " WHERE c.programme = %(programme)s"
    )


_remembered: dict[str, Current] = {}
_queries: dict[tuple[str, str, tuple[str, ...]], str] = {}
