"""A programme as one SELECT over a snapshot: codes, whole amounts, masks of missing facts."""

from __future__ import annotations

from makegood.decisions.outcome import (
    AUTOMATIC,
    EXCLUDED_FIRST,
    NOT_IN_SCOPE,
    UNDETERMINED,
    WITH_DOCUMENT,
)
from makegood.decisions.trees import (
    MeasureTrees,
    ProgrammeTrees,
    amount_column,
    missing_column,
)
from makegood.rules import (
    TRUE,
    Dialect,
    Fact,
    SqlWriter,
    mask_sql,
    may_be_null,
)


def decisions_sql(trees: ProgrammeTrees, dialect: Dialect, source: str) -> str:
    """The SELECT. ``source`` is a relation of ``line_id``, the facts, and ``base.<name>``.

    In three steps, so that amounts are reckoned for granted lines only and each once: the codes,
    the amounts, and what an unknown amount or fact makes of both.
    """
    writer = SqlWriter(dialect)
    codes = [f"{_first_code(tree, writer)} AS {_inner(tree, 'code')}" for tree in trees.measures]
    amounts = [
        f"CASE WHEN {_granted(tree)} THEN {writer.write(tree.amount)} END"
        f" AS {_inner(tree, 'amount')}"
        for tree in trees.measures
        if tree.amount is not None
    ]
    columns = [column for tree in trees.measures for column in _final(tree, trees, writer)]
    first = f"SELECT *, {', '.join(codes)} FROM {source}"
    second = f"SELECT *, {', '.join(amounts)} FROM ({first}) AS coded" if amounts else first
    final = ",\n  ".join(["line_id", *columns])
    text = f"SELECT\n  {final}\nFROM ({second}) AS reckoned"
    return text if dialect.name == "duckdb" else text.replace('"', "`")


def _inner(tree: MeasureTrees, what: str) -> str:
    return f'"{what}:{tree.name}"'


def _first_code(tree: MeasureTrees, writer: SqlWriter) -> str:
    """The code before the amount is known."""
    cases = []
    if tree.scope != TRUE:
        cases.append(f"WHEN NOT {writer.write(tree.scope)} THEN {NOT_IN_SCOPE}")
    for index, exclusion in enumerate(tree.exclusions):
        cases.append(f"WHEN {writer.write(exclusion)} THEN {EXCLUDED_FIRST + index}")
    unknown = [
        f"{writer.write(condition)} IS NULL"
        for condition in (tree.scope, *tree.exclusions)
        if may_be_null(condition)
    ]
    if unknown:
        cases.append(f"WHEN {' OR '.join(unknown)} THEN {UNDETERMINED}")
    way = writer.write(tree.way)
    if may_be_null(tree.way):
        way = f"coalesce({way}, {UNDETERMINED})"
    return f"CASE {' '.join(cases)} ELSE {way} END" if cases else way


def _granted(tree: MeasureTrees) -> str:
    return f"{_inner(tree, 'code')} BETWEEN {AUTOMATIC} AND {WITH_DOCUMENT}"


def _final(tree: MeasureTrees, trees: ProgrammeTrees, writer: SqlWriter) -> list[str]:
    code, columns = _inner(tree, "code"), []
    undetermined = f"{code} = {UNDETERMINED}"
    if tree.amount is not None and may_be_null(tree.amount):
        lost = f"{_granted(tree)} AND {_inner(tree, 'amount')} IS NULL"
        undetermined = f"({undetermined} OR ({lost}))"
        code = f"CASE WHEN {lost} THEN {UNDETERMINED} ELSE {code} END"
    columns.append(f'CAST({code} AS TINYINT) AS "{tree.name}"')
    if tree.amount is not None:
        amount = _inner(tree, "amount")
        columns.append(f'CAST({amount} AS BIGINT) AS "{amount_column(tree.name)}"')
    if tree.missing_facts():
        masks = [mask_sql(node, writer, trees.bit) for node in tree.all()]
        mask = " | ".join(f"({m})" for m in masks if m != "0")
        case = f"CASE WHEN {undetermined} THEN CAST({mask} AS BIGINT) END"
        columns.append(f'{case} AS "{missing_column(tree.name)}"')
    return columns


def source_columns(facts: tuple[Fact, ...]) -> list[str]:
    """The facts that are columns of the snapshot itself."""
    return [f'"{fact.name}"' for fact in facts if "." not in fact.name]


