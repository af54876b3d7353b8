"""``prorate``: the one division of the language, with its rounding named."""

from __future__ import annotations

from collections.abc import Sequence

from makegood.kernel import Rounding, did_you_mean, divide
from makegood.rules.dialects import Dialect
from makegood.rules.facts import WHOLE_MAX, Kind
from makegood.rules.functions.base import Function, require
from makegood.rules.problems import Problem
from makegood.rules.tree import Constant, Node, Type

_WHOLE = (Kind.INTEGER, Kind.MONEY)


def rounding_named(word: str, span: tuple[int, int]) -> Rounding:
    """The rounding of this name, or MG209."""
    try:
        return Rounding(word)
    except ValueError:
        known = [rounding.value for rounding in Rounding]
        raise Problem(
            "MG209",
            f"'{word}' is no rounding",
            did_you_mean(word, known) or f"one of {', '.join(known)}",
            *span,
        ) from None


def _check(arguments: Sequence[Node], option: object) -> Type:
    amount, part, whole = arguments
    require(amount, _WHOLE, "the amount")
    require(part, _WHOLE, "the part")
    require(whole, _WHOLE, "the whole")
    unlike = part.type.kind is not whole.type.kind
    if unlike and not (isinstance(part, Constant) or isinstance(whole, Constant)):
        raise Problem("MG204", "part and whole must both be numbers or both money", "", *part.at)
    if whole.type.low < 1:
        raise Problem(
            "MG211",
            f"the whole may be {whole.type.low}, and nothing can be divided by that",
            "bound it: greatest(1, …), or give the fact a 'min'",
            *whole.at,
        )
    for node, role in ((amount, "amount"), (part, "part")):
        if node.type.low < 0:
            raise Problem(
                "MG211",
                f"the {role} may be negative ({node.type.low:,}); a share is of what is not",
                "bound it: greatest(0, …)",
                *node.at,
            )
    product = amount.type.high * part.type.high
    if 2 * product + whole.type.high > WHOLE_MAX:
        raise Problem(
            "MG210",
            f"amount times part may reach {product:,}, more than 64 bits hold",
            "give the facts in it a narrower 'max'",
            amount.at[0],
            part.at[1],
        )
    rounding = option if isinstance(option, Rounding) else Rounding.DOWN
    low = divide(amount.type.low * part.type.low, whole.type.high, rounding)
    high = divide(product, whole.type.low, rounding)
    return Type(amount.type.kind, low=low, high=high)


def _sql(dialect: Dialect, a: Sequence[str], option: object) -> str:
    product, whole = f"({a[0]} * {a[1]})", a[2]
    match option:
        case Rounding.UP:
            return dialect.quotient.format(f"({product} + {whole} - 1)", whole)
        case Rounding.HALF_UP:
            half = dialect.quotient.format(whole, 2)
            return dialect.quotient.format(f"({product} + {half})", whole)
        case Rounding.HALF_EVEN:
            quotient = dialect.quotient.format(product, whole)
            twice = f"2 * ({product} % {whole})"
            tie = f"{twice} = {whole} AND {quotient} % 2 = 1"
            return f"({quotient} + CASE WHEN {twice} > {whole} OR ({tie}) THEN 1 ELSE 0 END)"
        case _:
            return dialect.quotient.format(product, whole)


def _python(a: Sequence[str], option: object) -> str:
    match option:
        case Rounding.UP:
            return f"(-(-({a[0]} * {a[1]}) // {a[2]}))"
        case Rounding.HALF_UP | Rounding.HALF_EVEN:
            name = "HALF_UP" if option is Rounding.HALF_UP else "HALF_EVEN"
            return f"divide({a[0]} * {a[1]}, {a[2]}, {name})"
        case _:
            return f"({a[0]} * {a[1]} // {a[2]})"


PRORATE = Function(
    "prorate",
    ("amount", "part", "whole"),
    _check,
    _sql,
    _python,
    option="rounding",
    means="amount × part ÷ whole, rounded as named: down, up, half_up or half_even",
)
