"""Strategies for well-typed expressions, written as an author writes them.

Each strategy gives the text of an expression of one kind. What might not fit 64 bits is bounded the
way the language asks an author to bound it, so that whatever is drawn must also be read.
"""

from collections.abc import Callable

from hypothesis import strategies as st

from makegood.kernel import Rounding
from makegood.rules import Kind
from tests.rules.vocabulary import BRANDS, DATES, FACTS, STATES, TABLES

Text = st.SearchStrategy[str]
ENUMS = {"brand": BRANDS, "state": STATES}


def _facts(kind: Kind) -> list[str]:
    return [name for name, fact in FACTS.items() if fact.kind is kind]


def _word(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _joined(template: str, *parts: Text) -> Text:
    return st.tuples(*parts).map(lambda texts: template.format(*texts))


def _several(form: str, item: Text, low: int = 1, high: int = 3) -> Text:
    return st.lists(item, min_size=low, max_size=high).map(lambda x: form.format(", ".join(x)))


class Writer:
    """Texts of every kind down to a depth. ``formulas`` are more names, by kind."""

    def __init__(self, formulas: dict[Kind, list[str]] | None = None) -> None:
        self._formulas = formulas or {}
        self._known: dict[tuple[str, int], Text] = {}

    def of(self, kind: Kind, depth: int) -> Text:
        """Texts of a kind."""
        makers: dict[Kind, Callable[[int], Text]] = {
            Kind.BOOLEAN: self.condition,
            Kind.INTEGER: self.number,
            Kind.MONEY: self.money,
            Kind.DATE: self.day,
            Kind.ENUM: lambda depth: self.enum("brand", depth),
        }
        return makers[kind](depth)

    def _remembered(self, key: str, depth: int, make: Callable[[], Text]) -> Text:
        found = self._known.get((key, depth))
        if found is None:
            found = self._known[key, depth] = make()
        return found

    def _names(self, kind: Kind) -> Text:
        return st.sampled_from(_facts(kind) + self._formulas.get(kind, []))

    def condition(self, depth: int) -> Text:
        """Yes or no."""
        return self._remembered("condition", depth, lambda: self._condition(depth))

    def _condition(self, depth: int) -> Text:
        names = self._names(Kind.BOOLEAN)
        if depth <= 0:
            empty = st.sampled_from(sorted(FACTS)).map(lambda name: f"{name} IS NULL")
            return st.one_of(names, empty, st.sampled_from(["TRUE", "FALSE"]))
        below = depth - 1
        part = self.condition(below)
        ordered = st.sampled_from(["=", "<>", "!=", "<", "<=", ">", ">="])
        alike = st.sampled_from(["=", "<>"])
        made = [
            part,
            _joined("NOT {}", st.one_of(names, part.map("({})".format))),
            _joined("({} AND {})", part, part),
            _joined("({} OR {})", part, part),
            _joined("({} AND {} OR {} AND NOT ({}))", part, part, part, part),
            _joined("{} IS NOT NULL", st.sampled_from(sorted(FACTS))),
            _joined("CASE WHEN {} THEN {} ELSE {} END", part, part, part),
            _joined("coalesce({}, {})", names, part),
        ]
        for kind in (Kind.INTEGER, Kind.MONEY, Kind.DATE):
            value = self.of(kind, below)
            made.append(_joined("{} {} {}", value, ordered, value))
            made.append(_joined("{} BETWEEN {} AND {}", value, value, value).map(self._in_order))
            made.append(_joined("{} NOT BETWEEN {} AND {}", value, value, value).map(self._in_order))
            literal = self.literal(kind)
            listed = st.lists(literal, min_size=1, max_size=4, unique=True).map(", ".join)
            made.append(_joined("{} IN ({})", value, listed))
        for name, values in ENUMS.items():
            value, words = self.enum(name, below), [_word(v) for v in values]
            listed = st.lists(st.sampled_from(words), min_size=1, unique=True).map(", ".join)
            made.append(_joined("{} {} {}", value, alike, st.sampled_from(words)))
            made.append(_joined("{} {} {}", value, alike, value))
            made.append(_joined("{} IN ({})", value, listed))
            made.append(_joined("{} NOT IN ({})", value, listed))
        return st.one_of(made)

    @staticmethod
    def _in_order(text: str) -> str:
        return text

    def literal(self, kind: Kind) -> Text:
        """A literal of an ordered kind."""
        if kind is Kind.DATE:
            low, high = FACTS["day_never"].low, FACTS["day_never"].high
            from makegood.kernel import day_of

            return st.integers(low, high).map(lambda n: f"DATE '{day_of(n)}'")
        if kind is Kind.MONEY:
            return st.sampled_from([0, 1, 2, 3, 999, 600_000, 2_000_000]).map(str)
        return st.integers(-60, 450).map(str)

    def number(self, depth: int) -> Text:
        """A whole number."""
        return self._remembered("number", depth, lambda: self._number(depth))

    def _number(self, depth: int) -> Text:
        plain = st.one_of(self._names(Kind.INTEGER), self.literal(Kind.INTEGER))
        if depth <= 0:
            return plain
        below = depth - 1
        part, day = self.number(below), self.day(below)
        few = part.map("greatest(0, least(400, {}))".format)
        return st.one_of(
            plain,
            _joined("({} {} {})", part, st.sampled_from("+-"), part),
            _joined("({} - {} + {})", part, part, part),
            _joined("{} * {}", few, few),
            _joined("(-{})", part.map("({})".format)),
            _joined("days({}, {})", day, day),
            _joined("months({}, {})", day, day),
            _joined("age({}, {})", day, day),
            _joined("bands({}, {})", part, st.sampled_from(sorted(TABLES))),
            _joined("prorate({}, {}, {}, {})", few, few, self._whole(part), self._rounding()),
            self._any_kind(Kind.INTEGER, part, below),
        )

    def money(self, depth: int) -> Text:
        """Money; a literal counts as money beside a money fact."""
        return self._remembered("money", depth, lambda: self._money(depth))

    def _money(self, depth: int) -> Text:
        plain = self._names(Kind.MONEY)
        if depth <= 0:
            return plain
        below = depth - 1
        part, number = self.money(below), self.number(below)
        some = part.map("greatest(0, least({}, 2000000))".format)
        few = number.map("greatest(0, least(400, {}))".format)
        whole = self._whole(number)
        return st.one_of(
            plain,
            _joined("({} {} {})", part, st.sampled_from("+-"), part),
            _joined("{} + {}", part, self.literal(Kind.MONEY)).map("({})".format),
            _joined("{} * {}", few, some),
            _joined("prorate({}, {}, {}, {})", some, few, whole, self._rounding()),
            _joined(
                "prorate({}, {}, {}, {})",
                some, some, part.map("greatest(1, {})".format), self._rounding(),
            ),
            self._any_kind(Kind.MONEY, part, below),
        )

    def day(self, depth: int) -> Text:
        """A date."""
        return self._remembered("day", depth, lambda: self._day(depth))

    def _day(self, depth: int) -> Text:
        named = st.sampled_from(sorted(DATES))
        plain = st.one_of(self._names(Kind.DATE), named, self.literal(Kind.DATE))
        if depth <= 0:
            return plain
        below = depth - 1
        part = self.day(below)
        count = self.number(below).map("least(90, greatest(-90, {}))".format)
        near = part.map(
            "least(DATE '2060-01-01', greatest(DATE '1970-03-31', {}))".format
        )
        return st.one_of(
            plain,
            _joined("plus_days({}, {})", near, count),
            _joined("plus_months({}, {})", near, count),
            self._any_kind(Kind.DATE, part, below),
        )

    def enum(self, name: str, depth: int) -> Text:
        """A value of an enum fact."""
        return self._remembered(f"enum {name}", depth, lambda: self._enum(name, depth))

    def _enum(self, name: str, depth: int) -> Text:
        plain = st.sampled_from([fact for fact in _facts(Kind.ENUM) if fact.startswith(name)])
        if name == "brand":
            plain = st.one_of(plain, st.sampled_from(self._formulas.get(Kind.ENUM, []) or ["brand_never"]))
        if depth <= 0:
            return plain
        part = self.enum(name, depth - 1)
        word = st.sampled_from([_word(value) for value in ENUMS[name]])
        condition = self.condition(depth - 1)
        return st.one_of(
            plain,
            _joined("CASE WHEN {} THEN {} ELSE {} END", condition, part, word),
            _joined("CASE WHEN {} THEN {} WHEN {} THEN {} ELSE {} END",
                    condition, word, condition, part, part),
            _joined("coalesce({}, {})", part, word),
            _joined("coalesce({}, {})", part, part),
        )

    def _any_kind(self, kind: Kind, part: Text, below: int) -> Text:
        condition = self.condition(below)
        listed = st.lists(part, min_size=1, max_size=3).map(", ".join)
        literal = self.literal(kind)
        return st.one_of(
            _joined("CASE WHEN {} THEN {} ELSE {} END", condition, part, part),
            _joined("CASE WHEN {} THEN {} WHEN {} THEN {} ELSE {} END",
                    condition, part, condition, literal, part),
            _joined("coalesce({})", listed),
            _joined("coalesce({}, {})", part, literal),
            _joined("{}({})", st.sampled_from(["least", "greatest"]), listed),
            _joined("{}({}, {})", st.sampled_from(["least", "greatest"]), part, literal),
        )

    def _whole(self, number: Text) -> Text:
        return st.one_of(
            number.map("greatest(1, {})".format), st.integers(1, 400).map(str)
        )

    def _rounding(self) -> Text:
        return st.sampled_from([rounding.value for rounding in Rounding])
