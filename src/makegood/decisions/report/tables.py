"""The report's tables, in words: rows of cells ready to be laid out."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.decisions.manifest import Count, Decisions, MeasureCounts
from makegood.decisions.outcome import Disposition
from makegood.decisions.report.amounts import Amounts
from makegood.decisions.report.days import Days, Step
from makegood.decisions.report.words import Words
from makegood.programmes import Measure, Programme


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its head, the colour of its swatch if it has one, its cells, a link if it has one."""

    head: str
    cells: tuple[str, ...]
    swatch: str = ""
    link: str = ""
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the caption, the names of its columns, its rows."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def anchor(measure: str) -> str:
    """The link to a measure's section; no other part of the page has such a name."""
    return f"#measure-{measure}"


def overview(decisions: Decisions, programme: Programme, words: Words) -> Table:
    """Every measure in a row."""
    columns = ["measure", *(d.value for d in _ORDER)]
    money = any(m.amount is not None for m in decisions.measures.values())
    rows = []
    for measure in decisions.measures.values():
        cells = [words.number(measure.of(d)) for d in _ORDER]
        if money:
            cells.append("" if measure.amount is None else words.money(measure.amount))
        title = programme.measures[measure.name].section.title[words.language]
        rows.append(Row(title, tuple(cells), link=anchor(measure.name)))
    if money:
        columns.append("due")
        total = sum(m.amount or 0 for m in decisions.measures.values())
        blank = ("",) * len(_ORDER)
        if sum(m.amount is not None for m in decisions.measures.values()) > 1:
            rows.append(Row(words.say("total"), (*blank, words.money(total)), total=True))
    return _table(words, words.say("overview"), columns, rows)


_ORDER = (
    Disposition.GRANTED,
    Disposition.EXCLUDED,
    Disposition.UNDETERMINED,
    Disposition.NOT_IN_SCOPE,
)


@dataclass(frozen=True, slots=True)
class Budget:
    """Money set aside, for a measure or the whole programme, and what is due of it."""

    title: str
    link: str
    aside: int
    due: int


def budgets_of(decisions: Decisions, programme: Programme, words: Words) -> list[Budget]:
    """Every budget of the programme for which money is decided."""
    found = []
    for measure in decisions.measures.values():
        section = programme.measures[measure.name].section
        if section.budget is not None and measure.amount is not None:
            title = section.title[words.language]
            found.append(Budget(title, anchor(measure.name), section.budget, measure.amount))
    whole = programme.section.budget
    if whole is not None:
        due = sum(m.amount or 0 for m in decisions.measures.values())
        found.append(Budget(words.say("whole_programme"), "", whole, due))
    return found


def budgets_table(budgets: list[Budget], words: Words) -> Table:
    """What is set aside beside what is due."""
    rows = []
    for one in budgets:
        over = one.due > one.aside
        used = words.say("budget_over") if over else words.share(one.due, one.aside)
        money = [words.money(amount) for amount in (one.aside, one.due, one.aside - one.due)]
        rows.append(Row(one.title, (money[0], money[1], used, money[2]), link=one.link))
    columns = ["measure", "budget", "due", "used", "left"]
    return _table(words, words.say("budget"), columns, rows)


def dispositions(
    counts: MeasureCounts, measure: Measure, fills: dict[str, str], words: Words
) -> Table:
    """Every disposition and reason of a measure, with lines, share and amount."""
    columns = ["decision", "lines", "share"]
    if counts.amount is not None:
        columns.append("amount")
    rows = []
    for count in sorted(counts.counts, key=_rank):
        if not count.lines and count.disposition is Disposition.GRANTED:
            continue
        cells = [words.number(count.lines), words.share(count.lines, counts.lines)]
        if counts.amount is not None:
            cells.append("" if count.amount is None else words.money(count.amount))
        rows.append(Row(decision_words(count, measure, words), tuple(cells), fills[_colour(count)]))
    cells = [words.number(counts.lines), words.share(counts.lines, counts.lines)]
    if counts.amount is not None:
        cells.append(words.money(counts.amount))
    rows.append(Row(words.say("total"), tuple(cells), total=True))
    return _table(words, words.say("dispositions"), columns, rows)


def decision_words(count: Count, measure: Measure, words: Words) -> str:
    """A disposition in words, with its way or its reason."""
    if count.way is not None:
        return words.say(count.way.value)
    if count.reason:
        because = {e.name: e.because[words.language] for e in measure.exclusions}[count.reason]
        return words.say("excluded_because", because=because)
    return words.say(count.disposition.value)


def _rank(count: Count) -> tuple[int, int]:
    return _ORDER.index(count.disposition), count.code


def _colour(count: Count) -> str:
    return count.way.value if count.way else count.disposition.value


def lacking(counts: MeasureCounts, words: Words) -> Table | None:
    """Which facts are missing, for how many lines; None where nothing is."""
    if not counts.lacking:
        return None
    rows = [
        Row(", ".join(words.fact(name) for name in lack.facts), (words.number(lack.lines),))
        for lack in counts.lacking
    ]
    return _table(words, words.say("lacking"), ["facts", "lines"], rows)


def amounts_table(amounts: Amounts, words: Words) -> Table:
    """Lines and sums by class of amount."""
    rows = []
    for one in amounts.classes:
        high = words.money(one.high)
        cells = (high, words.number(one.lines), words.share(one.lines, amounts.lines))
        if one.high == 1:
            cells = ("", *cells[1:])
        rows.append(Row(words.money(one.low), (*cells, words.money(one.total))))
    sums = ("", words.number(amounts.lines), words.share(1, 1), words.money(amounts.total))
    rows.append(Row(words.say("total"), sums, total=True))
    columns = ["from", "below", "lines", "share", "amount"]
    table = _table(words, words.say("amounts_chart"), columns, rows)
    share = words.say("col_share_granted")
    return Table(table.caption, (*table.columns[:3], share, table.columns[4]), table.rows)


def days_table(days: Days, words: Words, *, money: bool) -> Table:
    """Lines and sums by day, week or month."""
    columns = [days.step.value, "lines", *(["amount"] if money else [])]
    rows = []
    for one in days.stretches:
        name = words.month(one.first) if days.step is Step.MONTH else words.day(one.first)
        sums = (words.money(one.amount),) if money else ()
        rows.append(Row(name, (words.number(one.lines), *sums)))
    return _table(
        words, words.say(f"by_{days.step.value}", fact=words.fact(days.fact)), columns, rows
    )


def _table(words: Words, caption: str, columns: list[str], rows: list[Row]) -> Table:
    return Table(caption, tuple(words.say(f"col_{name}") for name in columns), tuple(rows))
