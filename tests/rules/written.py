"""Well-typed expressions, written as an author writes them: a grammar that Hypothesis draws from.

What might not fit 64 bits is bounded the way the language asks an author to bound it, so that
whatever is drawn must also be read.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import assume
from hypothesis import strategies as st

from makegood.kernel import Rounding, day_of
from makegood.rules import Kind, Names, Node, read_expression
from tests.rules.vocabulary import BRANDS, DATES, FACTS, NAMES, STATES, TABLES

DEEPEST = 3


def _names(kind: Kind, start: str = "") -> tuple[str, ...]:
    return tuple(n for n, fact in FACTS.items() if fact.kind is kind and n.startswith(start))


def _words(values: Sequence[str]) -> tuple[str, ...]:
    doubled = [value.replace("'", "''") for value in values]
    return tuple(f"'{value}'" for value in doubled)


_LOW, _HIGH = FACTS["day_never"].low, FACTS["day_never"].high

LEAVES: dict[str, tuple[str, ...]] = {
    "condition": (*_names(Kind.BOOLEAN), "TRUE", "FALSE", "{fact} IS NULL", "{fact} IS NOT NULL"),
    "number": (*_names(Kind.INTEGER), "0", "1", "{integer}"),
    "money": _names(Kind.MONEY),
    "day": (*_names(Kind.DATE), *DATES, "{date}"),
    "brand": _names(Kind.ENUM, "brand"),
    "state": _names(Kind.ENUM, "state"),
    "fact": tuple(FACTS),
    "won": ("0", "1", "3", "999", "600000", "2000000"),
    "brand_word": _words(BRANDS),
    "state_word": _words(STATES),
    "alike": ("=", "<>", "!="),
    "ordered": ("=", "<>", "<", "<=", ">", ">="),
    "sign": ("+", "-"),
    "extreme": ("least", "greatest"),
    "rounding": tuple(rounding.value for rounding in Rounding),
    "table": tuple(TABLES),
}


def _any(symbol: str, literal: str) -> tuple[str, ...]:
    """The forms that every kind of value has."""
    last = f"WHEN {{condition}} THEN {{{literal}}} ELSE {{{symbol}}} END"
    return (
        f"CASE WHEN {{condition}} THEN {{{symbol}}} ELSE {{{symbol}}} END",
        f"CASE WHEN {{condition}} THEN {{{symbol}}} {last}",
        f"coalesce({{{symbol}}}, {{{symbol}}}, {{{symbol}}})",
        f"coalesce({{{symbol}}}, {{{literal}}})",
    )


def _ordered(symbol: str, literal: str) -> tuple[str, ...]:
    """The forms that every kind with an order has."""
    return (
        f"{{extreme}}({{{symbol}}}, {{{symbol}}}, {{{symbol}}})",
        f"{{extreme}}({{{symbol}}}, {{{literal}}})",
        *_any(symbol, literal),
    )


def _conditions_over(symbol: str, literal: str) -> tuple[str, ...]:
    value = f"{{{symbol}}}"
    return (
        f"{value} {{ordered}} {value}",
        f"{value} BETWEEN {value} AND {value}",
        f"{value} NOT BETWEEN {value} AND {value}",
        f"{value} IN ({{{literal}}})",
        f"{value} NOT IN ({{{literal}}}, {{{literal}}})",
    )


_FEW = "greatest(0, least(400, {number}))"
_SOME = "greatest(0, least({money}, 2000000))"
_WHOLE = "greatest(1, {number})"
_NEAR = "least(DATE '2060-01-01', greatest(DATE '1970-03-31', {day}))"
_STEPS = "least(90, greatest(-90, {number}))"

FORMS: dict[str, tuple[str, ...]] = {
    "condition": (
        "NOT ({condition})",
        "({condition} AND {condition})",
        "({condition} OR {condition})",
        "({condition} AND {condition} OR {condition} AND NOT ({condition}))",
        "({condition}) {alike} ({condition})",
        "coalesce({condition}, {condition})",
        "CASE WHEN {condition} THEN {condition} ELSE {condition} END",
        *_conditions_over("number", "integer"),
        *_conditions_over("money", "won"),
        *_conditions_over("day", "date"),
        "{brand} {alike} {brand_word}",
        "{brand} {alike} {brand}",
        "{brand} IN ({brand_word})",
        "{state} {alike} {state_word}",
        "{state} NOT IN ({state_word})",
    ),
    "number": (
        "({number} {sign} {number})",
        "(-({number}))",
        f"{_FEW} * {_FEW}",
        "days({day}, {day})",
        "months({day}, {day})",
        "age({day}, {day})",
        "bands({number}, {table})",
        f"prorate({_FEW}, {_FEW}, {_WHOLE}, {{rounding}})",
        *_ordered("number", "integer"),
    ),
    "money": (
        "({money} {sign} {money})",
        "({money} {sign} {won})",
        f"{_FEW} * {_SOME}",
        f"prorate({_SOME}, {_FEW}, {_WHOLE}, {{rounding}})",
        f"prorate({_SOME}, {_SOME}, greatest(1, {{money}}), {{rounding}})",
        *_ordered("money", "won"),
    ),
    "day": (
        f"plus_days({_NEAR}, {_STEPS})",
        f"plus_months({_NEAR}, {_STEPS})",
        *_ordered("day", "date"),
    ),
    "brand": _any("brand", "brand_word"),
    "state": _any("state", "state_word"),
}

SYMBOL_OF = {
    Kind.BOOLEAN: "condition",
    Kind.INTEGER: "number",
    Kind.MONEY: "money",
    Kind.DATE: "day",
    Kind.ENUM: "brand",
}
_PLACE = re.compile(r"\{(\w+)\}")


@st.composite
def texts(
    draw: st.DrawFn,
    kind: Kind,
    depth: int = DEEPEST,
    formulas: Mapping[Kind, Sequence[str]] | None = None,
) -> str:
    """The text of an expression of a kind; ``formulas`` are further names, by their kind."""
    further = {SYMBOL_OF[kind]: tuple(names) for kind, names in (formulas or {}).items()}

    def expand(symbol: str, depth: int) -> str:
        if symbol == "integer":
            return str(draw(st.integers(-60, 450)))
        if symbol == "date":
            return f"DATE '{day_of(draw(st.integers(_LOW, _HIGH)))}'"
        forms = LEAVES[symbol] + further.get(symbol, ())
        if depth > 0:
            forms = FORMS.get(symbol, ()) + forms
        chosen = draw(st.sampled_from(forms))
        return _PLACE.sub(lambda place: expand(place[1], depth - 1), chosen)

    return expand(SYMBOL_OF[kind], depth)


@st.composite
def trees(draw: st.DrawFn, *kinds: Kind) -> tuple[str, Node]:
    """A readable expression of one of the kinds, over up to three formulas, with its tree."""
    formulas: dict[str, Node] = {}
    by_kind: dict[Kind, list[str]] = {}
    story = []
    for kind in [*draw(st.lists(st.sampled_from(Kind), max_size=3)), draw(st.sampled_from(kinds))]:
        text = draw(texts(kind, formulas=by_kind))
        tree = _read(text, replace(NAMES, formulas=formulas))
        name = f"formula_{len(formulas)}"
        formulas[name] = tree
        by_kind.setdefault(kind, []).append(name)
        story.append(f"{name}: {text}")
    return "\n".join(story), tree


def _read(text: str, names: Names) -> Node:
    tree, problems = read_expression(text, names)
    refused = {problem.code for problem in problems}
    # A range that ends before it begins, a value twice in a list: an author's slips.
    assume(not refused or not refused <= {"MG107", "MG301"})
    assert tree is not None, f"{text}\n{problems}"
    return tree
