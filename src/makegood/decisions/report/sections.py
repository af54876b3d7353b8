"""A measure's section of the report: its charts and tables."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from makegood import drawing
from makegood.decisions.manifest import MeasureCounts
from makegood.decisions.outcome import Disposition
from makegood.decisions.report import tables
from makegood.decisions.report.amounts import Amounts
from makegood.decisions.report.charts.columns import amounts_chart, days_chart
from makegood.decisions.report.charts.funnel import funnel
from makegood.decisions.report.days import Days
from makegood.decisions.report.figures import Figures
from makegood.decisions.report.tables import Table
from makegood.decisions.report.words import Words
from makegood.drawing import Bar, Columns, bars
from makegood.programmes import Measure

FILLS = {
    "automatic": drawing.AUTOMATIC,
    "on_application": drawing.ON_APPLICATION,
    "with_document": drawing.WITH_DOCUMENT,
    "excluded": drawing.EXCLUDED,
    "undetermined": drawing.UNDETERMINED,
    "not_in_scope": drawing.NOT_IN_SCOPE,
}
"""The colour of every disposition, granted by its way; the same in every chart and table."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its heading and a note."""

    heading: str
    picture: Markup
    note: str = ""


@dataclass(frozen=True, slots=True)
class Stat:
    """A number with its name and a note."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """A part with charts, numbers, sentences, and the table behind them."""

    heading: str
    charts: tuple[Chart, ...] = ()
    stats: tuple[Stat, ...] = ()
    sentences: tuple[str, ...] = ()
    table_name: str = ""
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """All that is told of a measure."""

    name: str
    kind: str
    title: str
    promise: str
    stats: tuple[Stat, ...]
    funnel: Chart
    reasons: Chart | None
    dispositions: Table
    spreads: tuple[Spread, ...]
    lacking: Table | None


def section_of(
    counts: MeasureCounts, measure: Measure, figures: Figures, words: Words, *, by_day: bool
) -> Section:
    """The section of a measure; ``by_day`` is whether the population was given."""
    language = words.language
    amounts = figures.amounts.get(measure.name)
    spreads = [] if amounts is None else [_amounts(amounts, words)]
    if measure.section.by_day and by_day:
        spreads.append(_days(figures.days[measure.name], words, money=amounts is not None))
    elif measure.section.by_day:
        heading = words.say("by_day", fact=words.fact(measure.section.by_day))
        spreads.append(Spread(heading, sentences=(words.say("days_absent"),)))
    return Section(
        name=measure.name,
        kind=words.say(f"kind_{measure.kind}"),
        title=measure.section.title[language],
        promise=measure.section.promise[language],
        stats=tuple(_stats(counts, words)),
        funnel=_funnel(counts, measure, words),
        reasons=_reasons(counts, measure, words),
        dispositions=tables.dispositions(counts, measure, FILLS, words),
        spreads=tuple(spreads),
        lacking=tables.lacking(counts, words),
    )


def _stats(counts: MeasureCounts, words: Words) -> list[Stat]:
    order = (Disposition.GRANTED, Disposition.EXCLUDED, Disposition.UNDETERMINED)
    stats = [
        Stat(
            words.say(f"col_{d.value}"),
            words.number(counts.of(d)),
            words.say("share_of_all", share=words.share(counts.of(d), counts.lines)),
        )
        for d in order
    ]
    if counts.amount is not None:
        stats.insert(0, Stat(words.say("col_due"), words.money(counts.amount)))
    return stats


def _funnel(counts: MeasureCounts, measure: Measure, words: Words) -> Chart:
    notes = [words.say("funnel_note")]
    if counts.of(Disposition.UNDETERMINED):
        notes.append(words.say("funnel_open"))
    heading = words.say("funnel")
    description = f"{measure.section.title[words.language]}: {heading}"
    return Chart(heading, funnel(counts, words, description), " ".join(notes))


def _reasons(counts: MeasureCounts, measure: Measure, words: Words) -> Chart | None:
    """The reasons as bars, the most frequent first; None for a measure without exclusions."""
    excluded = [c for c in counts.counts if c.disposition is Disposition.EXCLUDED]
    if not excluded:
        return None
    heading = words.say("reasons")
    if not counts.of(Disposition.EXCLUDED):
        return Chart(heading, Markup(), words.say("no_reasons"))
    because = {e.name: e.because[words.language] for e in measure.exclusions}
    whole = max(c.lines for c in excluded)
    rows = [
        Bar(because[c.reason], words.number(c.lines), ((c.lines, drawing.EXCLUDED),))
        for c in sorted(excluded, key=lambda c: (-c.lines, c.code))
    ]
    description = f"{measure.section.title[words.language]}: {heading}"
    return Chart(heading, bars(rows, whole, description))


def _amounts(amounts: Amounts, words: Words) -> Spread:
    heading = words.say("amounts")
    if not amounts.lines:
        return Spread(heading, sentences=(words.say("amounts_none"),))
    sentences = []
    if amounts.unpaid_lines:
        sentences.append(words.say("amounts_zero", lines=words.lines(amounts.unpaid_lines)))
    if not amounts.paid_lines:
        return Spread(heading, sentences=tuple(sentences))
    stats = [Stat(words.say("amount_paid_lines"), words.number(amounts.paid_lines))]
    charts = []
    if amounts.least == amounts.greatest:
        sentences.append(words.say("amounts_same", amount=words.money(amounts.least)))
    else:
        stats += [
            Stat(words.say("mean"), words.money(amounts.mean)),
            Stat(words.say("median"), words.money(amounts.median)),
            Stat(words.say("least"), words.money(amounts.least)),
            Stat(words.say("greatest"), words.money(amounts.greatest)),
        ]
        name = words.say("amounts_chart")
        note = words.say("amounts_note", currency=words.currency)
        charts.append(Chart(name, amounts_chart(amounts, words, f"{heading}: {name}"), note))
    return Spread(
        heading,
        tuple(charts),
        tuple(stats),
        tuple(sentences),
        words.say("amounts_data"),
        tables.amounts_table(amounts, words),
    )


def _days(days: Days, words: Words, *, money: bool) -> Spread:
    heading = words.say(f"by_{days.step.value}", fact=words.fact(days.fact))
    if not days.stretches:
        return Spread(heading, sentences=(words.say("days_none"),))
    name, heads = words.say("days_lines"), [one.lines for one in days.stretches]
    style = Columns(f"{heading}: {name}", drawing.AUTOMATIC, words.short)
    charts = [Chart(name, days_chart(days, heads, words, style))]
    if money:
        name, sums = words.say("days_amount"), [one.amount for one in days.stretches]
        style = Columns(f"{heading}: {name}", drawing.MONEY, words.money_short)
        note = words.say("days_amount_note", currency=words.currency)
        charts.append(Chart(name, days_chart(days, sums, words, style), note))
    sentences = []
    if days.without:
        sentences.append(words.say("days_without", lines=words.lines(days.without)))
    table = tables.days_table(days, words, money=money)
    return Spread(heading, tuple(charts), (), tuple(sentences), words.say("days_data"), table)
