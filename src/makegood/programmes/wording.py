"""Conditions and amounts in words, made mechanically from their typed trees."""

from __future__ import annotations

from makegood.kernel import Rounding, day_of
from makegood.programmes.formats import date_text, fact_text, number_text
from makegood.programmes.phrases import phrase, template
from makegood.programmes.programme import Programme
from makegood.rules import (
    FALSE,
    AllOf,
    AnyOf,
    Arithmetic,
    Bands,
    Call,
    Choice,
    Comparison,
    Constant,
    FactName,
    FormulaName,
    IsEmpty,
    Kind,
    Membership,
    Negation,
    Node,
)

_MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DAY_WORDS = {">=": "from", "<=": "until", "<": "before", ">": "after", "=": "is"}
_NUMBER_WORDS = {">=": "at_least", "<=": "at_most", "<": "below", ">": "above", "=": "is"}
_SIGNS = {"+": "+", "-": "−", "*": "×"}
_ORDINALS = ("first", "second", "third")


class Wording:
    """Writes the trees of one programme in one language."""

    def __init__(self, programme: Programme, language: str) -> None:
        self._programme = programme
        self._language = language

    def condition(self, node: Node) -> str:
        """A condition: ``kind of line: mobile phone and status: in use``."""
        match node:
            case AllOf():
                return self._joined("all", self.conditions(node))
            case AnyOf():
                return self._joined("any", [self._part(item) for item in node.items])
            case Negation():
                return self._negation(node)
            case Comparison():
                return self._comparison(node)
            case Membership():
                return self._membership(node, "one_of")
            case IsEmpty():
                return self._phrase("not_given", left=self.value(node.value))
            case Choice() if node.otherwise == FALSE and len(node.branches) == 1:
                return " ".join(self._part(part) for part in node.branches[0])
            case _:
                yes = phrase(self._language, "value.yes")
                return self._phrase("is", left=self.value(node), right=yes)

    def conditions(self, node: Node) -> list[str]:
        """What must all hold, one by one."""
        if not isinstance(node, AllOf):
            return [self.condition(node)]
        texts, items = [], _written(node)
        while items:
            item = items.pop(0)
            if items and _one_range(item, items[0]):
                texts.append(self._range(item, items.pop(0)))
            else:
                texts.append(self._part(item))
        return texts

    def value(self, node: Node, beside: Node | None = None) -> str:
        """A value; a constant is written as the fact ``beside`` it would be."""
        match node:
            case Constant():
                return self._constant(node, beside)
            case FactName():
                return self._programme.section.facts[node.fact.name].label[self._language]
            case FormulaName():
                label = self._label(node)
                return label or self.value(node.body, beside)
            case Arithmetic():
                return f"{self.value(node.left)} {_SIGNS[node.operator]} {self.value(node.right)}"
            case Call():
                return self._call(node)
            case Choice():
                text = self.value(node.otherwise)
                for condition, value in reversed(node.branches):
                    said = {"condition": self.condition(condition), "value": self.value(value)}
                    text = self._phrase("if", **said, otherwise=text)
                return text
            case _:
                return self.condition(node)

    def amount(self, node: Node) -> str:
        """An amount: a formula by its label, with what it is made of where that is short."""
        if not isinstance(node, FormulaName) or isinstance(node.body, Choice):
            return self.value(node)
        label, formula = self._label(node), self.value(node.body)
        if not label:
            return formula
        return phrase(self._language, "describe.amount_of", label=label, formula=formula)

    def joined(self, texts: list[str], last: str = "or") -> str:
        """Several things: ``a, b or c``."""
        if len(texts) == 1:
            return texts[0]
        comma = template(self._language, "condition.list")
        return comma.join(texts[:-1]) + template(self._language, f"condition.{last}") + texts[-1]

    def _phrase(self, key: str, **values: str) -> str:
        return phrase(self._language, f"condition.{key}", **values)

    def _joined(self, word: str, parts: list[str]) -> str:
        return template(self._language, f"condition.{word}").join(parts)

    def _part(self, item: Node) -> str:
        text = self.condition(item)
        deep = isinstance(item, AllOf | AnyOf) and len(_written(item)) > 1
        return self._phrase("group", condition=text) if deep else text

    def _range(self, low: Node, high: Node) -> str:
        assert isinstance(low, Comparison)  # noqa: S101 - _one_range has looked
        assert isinstance(high, Comparison)  # noqa: S101
        word = "between_days" if low.left.type.kind is Kind.DATE else "between"
        ends = {"low": self.value(low.right, low.left), "high": self.value(high.right, high.left)}
        return self._phrase(word, left=self.value(low.left), **ends)

    def _negation(self, node: Negation) -> str:
        inner = node.item
        if isinstance(inner, AllOf) and len(_written(inner)) == 1:
            inner = _written(inner)[0]
        match inner:
            case Comparison() if inner.operator == "=":
                left, right = _constant_last(inner)
                said = {"left": self.value(left), "right": self.value(right, left)}
                return self._phrase("is_not", **said)
            case Membership():
                return self._membership(inner, "none_of")
            case IsEmpty():
                return self._phrase("given", left=self.value(inner.value))
            case FactName() | FormulaName():
                no = phrase(self._language, "value.no")
                return self._phrase("is", left=self.value(inner), right=no)
            case _:
                return self._phrase("not", condition=self._part(inner))

    def _comparison(self, node: Comparison) -> str:
        left, right = _constant_last(node)
        operator = node.operator if left is node.left else _MIRRORED[node.operator]
        words = _DAY_WORDS if left.type.kind is Kind.DATE else _NUMBER_WORDS
        if isinstance(right, Constant) and right.type.kind is Kind.DATE:
            operator, right = _inclusive(operator, right)
        said = {"left": self.value(left), "right": self.value(right, left)}
        return self._phrase(words[operator], **said)

    def _membership(self, node: Membership, word: str) -> str:
        items = [self.value(item, node.value) for item in node.items]
        return self._phrase(word, left=self.value(node.value), right=self.joined(items))

    def _constant(self, node: Constant, beside: Node | None) -> str:
        if isinstance(beside, FactName):
            return fact_text(self._programme, beside.fact.name, node.value, self._language)
        match node.value:
            case bool():
                return phrase(self._language, "value.yes" if node.value else "value.no")
            case str():
                return node.value
        if node.type.kind is Kind.DATE:
            return date_text(day_of(node.value), self._language)
        if node.type.kind is Kind.MONEY:
            return self._programme.currency.text(node.value, self._language)
        return number_text(node.value, self._language)

    def _call(self, node: Call) -> str:
        texts = [self._argument(node, argument) for argument in node.arguments]
        said = dict(zip(_ORDINALS, texts, strict=False))
        if isinstance(node.option, Rounding):
            said["rounding"] = phrase(self._language, f"rounding.{node.option.value}")
        if isinstance(node.option, Bands):
            label = self._programme.section.tables[node.option.name].label
            said["table"] = label[self._language] if label else node.option.name
        said["list"] = template(self._language, "condition.list").join(texts)
        return phrase(self._language, f"function.{node.function.name}", **said)

    def _argument(self, node: Call, argument: Node) -> str:
        """An argument; one that is reckoned itself is held together where it is multiplied."""
        text = self.value(argument)
        is_apart = node.function.name == "prorate" and isinstance(argument, Arithmetic)
        return self._phrase("group", condition=text) if is_apart else text

    def _label(self, node: FormulaName) -> str:
        label = self._programme.section.formulas[node.name].label
        return label[self._language] if label else ""


def worded_value(programme: Programme, node: Node, language: str) -> str:
    """A value of a programme in words: ``device subsidy received × days left ÷ 550``."""
    return Wording(programme, language).value(node)


def _written(node: AllOf | AnyOf) -> list[Node]:
    """The items that the author wrote: without the guards against none, which share their place."""
    compared = {item.at for item in node.items if isinstance(item, Comparison | Membership)}
    return [i for i in node.items if not (isinstance(i, Negation) and i.at in compared)]


def _one_range(low: Node, high: Node) -> bool:
    """Whether two conditions came from one BETWEEN."""
    return (
        isinstance(low, Comparison)
        and isinstance(high, Comparison)
        and (low.operator, high.operator) == (">=", "<=")
        and low.at == high.at
    )


def _constant_last(node: Comparison) -> tuple[Node, Node]:
    if isinstance(node.left, Constant) and not isinstance(node.right, Constant):
        return node.right, node.left
    return node.left, node.right


def _inclusive(operator: str, day: Constant) -> tuple[str, Constant]:
    """A day after or before another as the first or last day that counts."""
    if operator not in ("<", ">") or not isinstance(day.value, int):
        return operator, day
    shift = 1 if operator == ">" else -1
    return f"{operator}=", Constant(day.type, day.value + shift, at=day.at)
