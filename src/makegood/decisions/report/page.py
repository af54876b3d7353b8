"""The whole page: what stands at its top, the measures' sections, and how it was reckoned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from makegood.decisions.bases import BaseOrigin
from makegood.decisions.manifest import BaseUsed, Decisions
from makegood.decisions.outcome import Disposition
from makegood.decisions.report import tables
from makegood.decisions.report.figures import Figures
from makegood.decisions.report.sections import FILLS, Chart, Section, Spread, Stat, section_of
from makegood.decisions.report.tables import Table
from makegood.decisions.report.words import Words
from makegood.drawing import MONEY, Bar, bars
from makegood.kernel import Progress
from makegood.population import Snapshot
from makegood.programmes import Programme

_SHORT = 12


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the template lays out."""

    language: str
    title: str
    operator: str
    summary: str
    decided: tuple[Stat, ...]
    synthetic: bool
    figures: tuple[Stat, ...]
    overview: Chart
    legend: tuple[tuple[str, str], ...]
    measures: Table
    budgets: Spread | None
    sections: tuple[Section, ...]
    reckoned: tuple[str, ...]
    hashes: tuple[Stat, ...]


def page_of(
    decisions: Decisions,
    programme: Programme,
    snapshot: Snapshot | None,
    figures: Figures,
    words: Words,
    progress: Progress,
) -> Page:
    """The page in one language."""
    language, section = words.language, programme.section
    sections = []
    for number, counts in enumerate(decisions.measures.values()):
        progress("draw", number, len(decisions.measures))
        measure = programme.measures[counts.name]
        by_day = snapshot is not None
        sections.append(section_of(counts, measure, figures, words, by_day=by_day))
    progress("draw", len(decisions.measures), len(decisions.measures))
    return Page(
        language=language,
        title=section.title[language],
        operator=section.operator[language],
        summary=section.summary[language],
        decided=tuple(_decided(decisions, programme, words)),
        synthetic=snapshot is not None and snapshot.source.get("kind") == "synthetic",
        figures=tuple(_figures(decisions, figures, words)),
        overview=_overview(decisions, programme, words),
        legend=tuple(_legend(decisions, words)),
        measures=tables.overview(decisions, programme, words),
        budgets=_budgets(tables.budgets_of(decisions, programme, words), words),
        sections=tuple(sections),
        reckoned=tuple(_reckoned(decisions, programme, words)),
        hashes=tuple(_hashes(decisions, words)),
    )


def _decided(decisions: Decisions, programme: Programme, words: Words) -> Iterator[Stat]:
    version = words.say("version", sha256=decisions.programme_sha256[:_SHORT])
    yield Stat(words.say("programme"), decisions.programme, version)
    as_of, lines = words.day(decisions.as_of), words.lines(decisions.rows)
    yield Stat(words.say("population"), words.say("population_as_of", lines=lines, day=as_of))
    zone = programme.section.time_zone
    yield Stat(words.say("made_at"), words.moment(decisions.made_at), zone)
    engine = _ENGINES.get(decisions.engine, decisions.engine)
    yield Stat(words.say("engine"), f"{engine} {decisions.engine_version}")
    yield Stat(words.say("content"), decisions.content_sha256[:_SHORT])
    yield Stat(words.say("closed"), f"✓ {words.say('closed_text', lines=lines)}")


_ENGINES = {"duckdb": "DuckDB", "spark": "Apache Spark"}


def _figures(decisions: Decisions, figures: Figures, words: Words) -> Iterator[Stat]:
    amounts = [m.amount for m in decisions.measures.values() if m.amount is not None]
    if amounts:
        count = len(amounts)
        over = words.say("measure") if count == 1 else words.say("measures", count=count)
        yield Stat(
            words.say("due"), words.money(sum(amounts)), words.say("due_note", measures=over)
        )
        paid = words.say("with_money_note", paid=words.number(figures.lines_paid))
        yield Stat(words.say("with_money"), words.number(figures.lines_with_money), paid)
    share = words.say("share_of_all", share=words.share(figures.lines_granted, decisions.rows))
    yield Stat(words.say("granted_any"), words.number(figures.lines_granted), share)
    open_lines = figures.lines_undetermined
    note = words.say("to_clear_note" if open_lines else "none_to_clear_note")
    yield Stat(words.say("to_clear"), words.number(open_lines), note)


def _overview(decisions: Decisions, programme: Programme, words: Words) -> Chart:
    """One bar per measure, its dispositions side by side."""
    rows = []
    for counts in decisions.measures.values():
        title = programme.measures[counts.name].section.title[words.language]
        ways = [
            (sum(c.lines for c in counts.counts if c.way and c.way.value == way), FILLS[way])
            for way in ("automatic", "on_application", "with_document")
        ]
        others = [(counts.of(d), FILLS[d.value]) for d in _OTHERS]
        share = words.share(counts.of(Disposition.GRANTED), counts.lines)
        rows.append(Bar(title, share, (*ways, *others)))
    heading = words.say("overview_chart")
    return Chart(heading, bars(rows, decisions.rows, heading))


_OTHERS = (Disposition.UNDETERMINED, Disposition.EXCLUDED, Disposition.NOT_IN_SCOPE)


def _budgets(budgets: list[tables.Budget], words: Words) -> Spread | None:
    """One bar per budget, what is due of it in front; None where nothing is set aside."""
    if not budgets:
        return None
    rows = []
    for one in budgets:
        left = max(0, one.aside - one.due)
        share = words.say("over") if one.due > one.aside else words.share(one.due, one.aside)
        rows.append(Bar(one.title, share, ((one.due, MONEY), (left, FILLS["not_in_scope"]))))
    heading = words.say("budget_chart")
    whole = max(max(one.due, one.aside) for one in budgets)
    chart = Chart(heading, bars(rows, whole, heading))
    return Spread(words.say("budget"), (chart,), table=tables.budgets_table(budgets, words))


def _legend(decisions: Decisions, words: Words) -> Iterator[tuple[str, str]]:
    """The colours that occur, in words."""
    seen = {
        count.way.value if count.way else count.disposition.value
        for counts in decisions.measures.values()
        for count in counts.counts
        if count.lines
    }
    yield from ((fill, words.say(name)) for name, fill in FILLS.items() if name in seen)


def _reckoned(decisions: Decisions, programme: Programme, words: Words) -> Iterator[str]:
    yield words.say("reckoned_closed", lines=words.lines(decisions.rows))
    yield words.say("reckoned_first")
    yield words.say("reckoned_missing")
    if any(m.amount is not None for m in decisions.measures.values()):
        yield words.say("reckoned_money", currency=programme.currency.code)
    yield words.say("reckoned_share")
    yield from (_base(base, programme, words) for base in decisions.bases)
    yield words.say("reckoned_verify")


def _base(base: BaseUsed, programme: Programme, words: Words) -> str:
    name = _ORIGINS[BaseOrigin(base.source)]
    origin = words.say(name, day=words.day(base.as_of), sha256=base.content_sha256[:_SHORT])
    label = programme.bases[base.name].label[words.language]
    return words.say("reckoned_base", base=label, origin=origin)


_ORIGINS = {
    BaseOrigin.ITSELF: "origin_population",
    BaseOrigin.FORECAST: "origin_forecast",
    BaseOrigin.GIVEN: "origin_given",
    BaseOrigin.ABSENT: "origin_absent",
}


def _hashes(decisions: Decisions, words: Words) -> Iterator[Stat]:
    yield Stat(words.say("hash_programme"), decisions.programme_sha256)
    yield Stat(words.say("hash_population"), decisions.population_sha256)
    yield Stat(words.say("hash_decisions"), decisions.content_sha256)
    yield Stat(words.say("software"), f"makegood {decisions.makegood_version}")
