"""Rows of the serving copy, with all that must be of one instant with them, by one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
# The customer itself is its line where it is the name of no line that is somebody else's. Whether
# lines are named is not asked of the table once more: for that alone it might be read from its top.
_OF_CUSTOMER = """
WITH named AS MATERIALIZED (SELECT line_id FROM serving_holder WHERE customer_id = {customer})
SELECT line_id FROM named UNION ALL SELECT {customer}
WHERE NOT EXISTS (SELECT FROM named)
  AND NOT EXISTS (SELECT 1 FROM serving_holder WHERE line_id = {customer})
"""
_NAMED, _FOUND = "%(customer)s::text", "(SELECT customer_id FROM whose)"
_OF_NAMED = _OF_CUSTOMER.format(customer=_NAMED)
_OF_FOUND = _OF_CUSTOMER.format(customer=_FOUND)


@dataclass(frozen=True, slots=True)
class Whose:
    """A statement that finds a customer, for one that reads their lines at the same time.

    ``statement`` gives one row or none, with these ``columns``; ``customer_id`` is one of them.
    """

    statement: str
    columns: tuple[str, ...]
    values: Mapping[str, object]

    def customer_of(self, row: Row) -> str:
        """The customer of such a row; empty where there is none."""
        found = row[self.columns.index("customer_id")]
        return str(found) if found is not None else ""


@dataclass(frozen=True, slots=True)
class Found:
    """What one statement saw: the programme in force, the copy's generation, and the rows.

    ``snapshots`` is the last snapshot that was registered, ``served`` all programmes of which a
    copy is loaded, ``lines`` the lines that were asked for, in order, ``told`` what was asked
    besides, ``whose`` the row that found the customer, of nothing where there is none. ``rows``
    are line, customer, first holder and then the facts in the order of ``fact_names``.
    """

    programme: Programme
    current: Current
    snapshots: int
    served: tuple[str, ...]
    lines: tuple[str, ...]
    told: Row
    whose: Row
    rows: list[Row]


def fact_names(current: Current) -> list[str]:
    """The facts of a row in the order of the columns."""
    return [*current.columns, *(f"base.{name}" for name in current.bases)]


def rows_of_lines(programme_name: str, line_ids: Sequence[str]) -> Found:
    """The rows of these lines. Raises MakegoodError MG632, MG830."""
    if len(line_ids) == 1:
        return _read(programme_name, _Wanted(_THIS), {"line": line_ids[0]})
    return _read(programme_name, _Wanted(_THESE), {"lines": list(line_ids)})


def rows_of_customer(
    programme_name: str, customer: str | Whose, besides: tuple[str, ...] = ()
) -> Found:
    """The rows of all lines of a customer, named or found. Raises MakegoodError MG632, MG830.

    ``besides`` are expressions of SQL about ``asked``, the table of the lines' names, ``who``, the
    table of the customer's, and ``%(programme)s``: what rooms above want to know of the same
    instant.
    """
    if isinstance(customer, str):
        wanted = _Wanted(_OF_NAMED, besides, _NAMED)
        return _read(programme_name, wanted, {"customer": customer})
    wanted = _Wanted(_OF_FOUND, besides, _FOUND, customer.statement, customer.columns)
    return _read(programme_name, wanted, customer.values)


def _read(name: str, wanted: _Wanted, values: Mapping[str, object]) -> Found:
    values = {**values, "programme": name}
    for tried in range(_TRIES):
        # What was read before answers as long as its generation does, which the statement tells.
        current = (None if tried else _remembered.get(name)) or current_of(name)
        if current is None:
            programme_in_force(name)
            raise not_served(name)
        try:
            with apart(), prepared_cursor() as cursor:
                # Binary, as a row has dates and numbers: read by the driver's own C.
                found = cursor.execute(_query(current, wanted), values, binary=True).fetchall()
        except errors.UndefinedTable:
            # Another generation took its place in this moment, or a restore left the tables out.
            continue
        if found and found[0][1] == current.generation:
            version, _, snapshots, served, asked = found[0][:5]
            if version is None:
                raise nothing_in_force(name)
            programme = loaded(name, version)
            _remembered[name] = current
            told = 5 + len(wanted.besides)
            first = told + len(wanted.columns)
            return Found(
                programme,
                current,
                int(snapshots or 0),
                tuple(sorted(served)),
                tuple(sorted(line for line in asked if line is not None)),
                found[0][5:told],
                found[0][told:first],
                [row[first:] for row in found if row[first] is not None],
            )
    _remembered.pop(name, None)
    programme_in_force(name)
    current = current_of(name)
    raise not_served(name, str(current.folder) if current else "")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is asked of a copy: of which lines, what besides, of whom, and by what they are found.

    ``customer`` is an expression; empty where lines are named, and nothing is asked besides.
    """

    lines: str
    besides: tuple[str, ...] = ()
    customer: str = ""
    whose: str = ""
    columns: tuple[str, ...] = ()


def _query(current: Current, wanted: _Wanted) -> str:
    """What answers for lines; known by the table that it reads, whose columns never change."""
    key = current.table_name, wanted
    found = _queries.get(key)
    if found is None:
        if len(_queries) >= _KEPT:
            _queries.clear()
        found = _queries[key] = _written(current, wanted)
    return found


def _written(current: Current, wanted: _Wanted) -> str:
    # Version and generation are read by the same statement, even where no line is found. Whose a
    # line is, is looked up line by line, for which the limit stands: any other join might be
    # planned for more than are ever asked.
    chosen = "".join(f', t."{name}"' for name in fact_names(current)).replace("%", "%%")
    table = sql.Identifier("serving", current.table_name).as_string(None)
    finding = f"whose AS MATERIALIZED ({wanted.whose}), " if wanted.whose else ""
    finding += f"who AS (SELECT {wanted.customer} AS customer_id), " if wanted.customer else ""
    more = [*wanted.besides, *(f"w.{name}" for name in wanted.columns)]
    return (
        f"WITH {finding}asked AS MATERIALIZED ({wanted.lines})"
        f" SELECT ({NEWEST.format(programme='c.programme')}), c.generation,"
        " (SELECT max(snapshot_id) FROM serving_snapshot),"
        " ARRAY(SELECT programme FROM serving_current), ARRAY(SELECT line_id FROM asked),"
        f"{''.join(f' {each},' for each in more)} t.line_id,"
        " coalesce(h.customer_id, t.line_id),"
        f" coalesce(h.first_customer_id, h.customer_id, t.line_id){chosen}"
        " FROM serving_current AS c"
        f"{' LEFT JOIN whose AS w ON TRUE' if wanted.whose else ''}"
        f" LEFT JOIN {table} AS t ON t.line_id = ANY(ARRAY(SELECT line_id FROM asked))"
        " LEFT JOIN LATERAL (SELECT customer_id, first_customer_id FROM serving_holder"
        " WHERE serving_holder.line_id = t.line_id LIMIT 1) AS h ON TRUE"
        " WHERE c.programme = %(programme)s"
    )


_remembered: dict[str, Current] = {}
_queries: dict[tuple[str, _Wanted], str] = {}
