"""Compiles a bound mapping to one query of the engine.

No text of the mapping becomes part of the query but as a quoted literal; columns go by position.
The query has layers: texts as they are to be read, then values, then the first problem of a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from makegood.kernel import day_of
from makegood.population.importing.binding import Bound, BoundFact
from makegood.population.importing.mapping import Arm, Scalar, text_of
from makegood.population.importing.reasons import Reason, problem_of
from makegood.population.importing.rows import PROBLEM, ROW, column_name
from makegood.population.importing.sql_values import DECIMAL, literal, plain_number, value_of
from makegood.population.layout import LINE_ID, LINE_ID_CHARACTERS_MAX
from makegood.rules import Kind, Missing

SOURCE = "source_rows"
_UNKNOWN = "chr(1)"
"""The text of a value that no recoding knows: no reading can read it."""


def value_name(position: int) -> str:
    """The engine's column that holds a fact's value."""
    return f"v{position}"


def query_of(bound: Bound, as_of: date, minor_digits: int) -> str:
    """The query from ``SOURCE`` to row number, line id, problem and values, kept rows first.

    Kept rows come in order of line, then of row; an enum's value is its position.
    """
    facts = bound.facts
    names = {name: f"t{position}" for position, name in enumerate(bound.used)}
    clean = [
        f"{_clean(column_name(position), bound)} AS t{position}" for position in range(len(names))
    ]
    texts = [f"{_text(fact, names, as_of)} AS x{i}" for i, fact in enumerate(facts)]
    values = [
        f"{_value(fact, names, f'x{i}', as_of, minor_digits)} AS {value_name(i)}"
        for i, fact in enumerate(facts)
    ]
    cells = ", ".join(value_name(i) for i in range(len(facts)))
    x_cells = ", ".join(f"x{i}" for i in range(len(facts)))
    return (
        f"SELECT {ROW}, {LINE_ID}, {PROBLEM}, {cells} FROM ("
        f"SELECT {ROW}, {_fit_id()} AS {LINE_ID}, {_problem(facts)} AS {PROBLEM}, {cells} FROM ("
        f"SELECT {ROW}, {PROBLEM}, t0, {x_cells}, {', '.join(values)} FROM ("
        f"SELECT {ROW}, {PROBLEM}, {', '.join(names.values())}, {', '.join(texts)} FROM ("
        f"SELECT {ROW}, {PROBLEM}, {', '.join(clean)} FROM {SOURCE})))) "
        f"ORDER BY {PROBLEM} <> 0, {LINE_ID}, {ROW}"
    )


def _clean(column: str, bound: Bound) -> str:
    """A source's text without spaces around it, NULL where it is empty."""
    source = bound.mapping.source
    text = f"trim({column})" if source.trim else column
    words = ["", *source.empty]
    return f"CASE WHEN {text} IN ({', '.join(map(literal, words))}) THEN NULL ELSE {text} END"


def _text(bound: BoundFact, names: dict[str, str], as_of: date) -> str:
    branches = [(_condition(arm, names), _arm_text(arm, names, as_of)) for arm in bound.arms]
    return _cases(branches)


def _cases(branches: Sequence[tuple[str, str]]) -> str:
    if branches[0][0] == "TRUE":
        return branches[0][1]
    return f"CASE {' '.join(f'WHEN {when} THEN {then}' for when, then in branches)} END"


def _condition(arm: Arm, names: dict[str, str]) -> str:
    """Each column named has one of the texts given for it; an empty one matches empty."""
    wanted: list[str] = []
    for column, given in arm.condition.items():
        texts = [text_of(value) for value in (given if isinstance(given, list) else [given])]
        options = [f"{names[column]} = {literal(text)}" for text in texts if text is not None]
        options += [f"{names[column]} IS NULL"] if None in texts else []
        wanted.append(f"({' OR '.join(options) or 'FALSE'})")
    return " AND ".join(wanted) or "TRUE"


def _arm_text(arm: Arm, names: dict[str, str], as_of: date) -> str:
    if arm.as_of:
        return literal(as_of.isoformat())
    if arm.column is None:
        return _nullable(arm.constant)
    text = names[arm.column]
    empties = ", ".join(map(literal, arm.empty))
    recoded = text
    if arm.recode:
        steps = " ".join(f"WHEN {literal(k)} THEN {_nullable(v)}" for k, v in arm.recode.items())
        given = "otherwise" in arm.model_fields_set
        recoded = f"CASE {text} {steps} ELSE {_nullable(arm.otherwise) if given else _UNKNOWN} END"
    absent = f"{text} IS NULL" + (f" OR {text} IN ({empties})" if empties else "")
    if arm.recode or empties or arm.default is not None:
        text = f"CASE WHEN {absent} THEN {_nullable(arm.default)} ELSE {recoded} END"
    return plain_number(arm, text, _UNKNOWN)


def _nullable(value: Scalar) -> str:
    text = text_of(value)
    return "CAST(NULL AS VARCHAR)" if text is None else literal(text)


def _value(
    bound: BoundFact, names: dict[str, str], text: str, as_of: date, minor_digits: int
) -> str:
    """A fact's value: of each arm its own reading of the text, NULL where it cannot be read."""
    branches = [
        (_condition(arm, names), value_of(arm, bound.fact, text, as_of, minor_digits))
        for arm in bound.arms
    ]
    if len({then for _, then in branches}) == 1:
        return branches[0][1]
    return _cases(branches)


def _fit_id() -> str:
    form = f"[^[:cntrl:]]{{1,{LINE_ID_CHARACTERS_MAX}}}"
    return f"CASE WHEN regexp_full_match(t0, {literal(form)}) THEN t0 END"


def _problem(facts: Sequence[BoundFact]) -> str:
    """The first thing wrong with a row, 0 where nothing is."""
    checks = [
        f"WHEN {PROBLEM} <> 0 THEN {PROBLEM}",
        f"WHEN {_fit_id()} IS NULL THEN {problem_of(Reason.LINE_ID)}",
    ]
    for position, bound in enumerate(facts):
        checks += _checks(position, bound, f"x{position}", value_name(position))
    return f"CASE {' '.join(checks)} ELSE 0 END"


def _checks(position: int, bound: BoundFact, text: str, value: str) -> list[str]:
    fact, checks = bound.fact, []

    def add(condition: str, reason: Reason) -> None:
        checks.append(f"WHEN {condition} THEN {problem_of(reason, position)}")

    if fact.missing is Missing.NEVER:
        add(f"{text} IS NULL", Reason.EMPTY)
    unread = f"{value} IS NULL AND {text} IS NOT NULL"
    add(f"{unread} AND {text} = {_UNKNOWN}", Reason.VALUE)
    match fact.kind:
        case Kind.BOOLEAN | Kind.ENUM:
            add(unread, Reason.VALUE)
        case Kind.INTEGER:
            add(unread, Reason.NUMBER)
        case Kind.MONEY:
            add(f"{unread} AND regexp_full_match({text}, {literal(DECIMAL)})", Reason.DECIMALS)
            add(unread, Reason.NUMBER)
        case Kind.DATE:
            months = any(arm.months_before_as_of for arm in bound.arms)
            add(unread, Reason.NUMBER if months else Reason.DATE)
    if fact.kind in (Kind.INTEGER, Kind.MONEY):
        add(f"{value} NOT BETWEEN {fact.low} AND {fact.high}", Reason.BOUNDS)
    if fact.kind is Kind.DATE:
        low, high = (literal(day_of(edge).isoformat()) for edge in (fact.low, fact.high))
        add(f"{value} NOT BETWEEN DATE {low} AND DATE {high}", Reason.BOUNDS)
    return checks
