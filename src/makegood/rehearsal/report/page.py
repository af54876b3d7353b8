"""Everything that the report's template lays out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from makegood.drawing import MONEY, UNDETERMINED
from makegood.rehearsal.report import charts
from makegood.rehearsal.report.parts import Chart, Figure, Page, Table
from makegood.rehearsal.report.words import Words
from makegood.rehearsal.story import Outcome
from makegood.runs import RULES, STATE_WORDS, RunKind, RunState

if TYPE_CHECKING:
    from makegood.programmes import Programme

_SHOWN_MAX = 50
_FAULTS = (
    *("kills", "workers", "restarts", "unanswered", "doubled", "late", "rejected", "returned"),
    *("twice", "mistyped", "too_early", "too_late"),
)
_ACTS = (
    *("objected", "upheld", "not_upheld", "approved", "turned_down", "guardian", "guardian_bare"),
    *("exception", "held", "cancelled", "ran_empty", "waited_for_code"),
)
_APPLIED = "applied"


def page_of(outcome: Outcome, programme: Programme, words: Words, command: str) -> Page:
    """The page of an outcome in one language."""
    section = programme.section
    differ = outcome.difference_count
    verdict = words.say("holds") if outcome.holds else words.say("holds_not", count=differ)
    return Page(
        language=words.language,
        operator=words.own(dict(section.operator)),
        title=words.own(dict(section.title)),
        made_up=words.say("made_up"),
        verdict=verdict,
        holds=outcome.holds,
        figures=tuple(_figures(outcome, words)),
        charts=(
            *_claims(outcome, programme, words),
            *_others(outcome, words),
            *_acts(outcome, words),
            *_money(outcome, words),
        ),
        runs=_runs(outcome, words),
        ledger=_ledger(outcome, words),
        survived=tuple(
            Figure(words.say(name), words.number(count), _of_planned(outcome, name, words))
            for name in _FAULTS
            if (count := outcome.story.survived[name]) or outcome.story.planned[name]
        ),
        troubles=_troubles(outcome, words) if outcome.troubles else None,
        deviations=_deviations(outcome, words) if outcome.deviations else None,
        checks=_checks(outcome, words),
        differences=_differences(outcome, words) if outcome.differences else None,
        versions=tuple(Figure(words.moment(at), sha256) for at, sha256 in outcome.versions),
        command=command,
    )


def _figures(outcome: Outcome, words: Words) -> Iterator[Figure]:
    note = words.say("lines_note", seed=outcome.seed, faults=words.say(outcome.faults))
    yield Figure(words.say("lines"), words.number(outcome.lines), note)
    sent, again = _count(outcome, "applied"), _count(outcome, "applied_again")
    if sent:
        said = words.say("claims_note", count=words.number(sent + again), twice=words.number(again))
        yield Figure(words.say("claims"), words.number(sent), said)
    if outcome.paid:
        payments = sum(count for count, _ in outcome.paid.values())
        amount = sum(amount for _, amount in outcome.paid.values())
        said = words.say("paid_note", count=words.number(payments))
        yield Figure(words.say("paid"), words.money(amount), said)
    if outcome.messages:
        total = sum(outcome.messages.values())
        yield Figure(words.say("sent"), words.number(total), words.say("sent_note"))
    items = words.number(sum(run.items for run in outcome.runs if not run.is_cancelled))
    said = words.say("runs_note", items=items)
    yield Figure(words.say("runs"), words.number(len(outcome.runs)), said)
    if kills := outcome.story.survived["kills"]:
        planned = _of_planned(outcome, "kills", words)
        yield Figure(words.say("killed"), words.number(kills), planned or words.say("killed_note"))


def _count(outcome: Outcome, what: str) -> int:
    return sum(count for key, count in outcome.story.by_day.items() if key[2] == what)


def _claims(outcome: Outcome, programme: Programme, words: Words) -> Iterator[Chart]:
    for name, measure in programme.measures.items():
        by_channel: dict[str, Counter[date]] = {}
        for (day, of, what, detail), count in outcome.story.by_day.items():
            if of == name and what == _APPLIED:
                by_channel.setdefault(detail, Counter())[day] += count
        if not by_channel:
            continue
        fills = {k: v for k, v in charts.CHANNEL_FILLS.items() if k in by_channel}
        heading = f"{words.say('by_day')}: {words.measure(name)}"
        stacks = [(by_channel[channel], fill) for channel, fill in fills.items()]
        legend = tuple((fill, words.say(channel)) for channel, fill in fills.items())
        yield Chart(heading, charts.by_day(stacks, words, heading), legend=legend)
        reminders = [moment.date() for moment in measure.section.remind]
        if reminders:
            total = sum(by_channel.values(), Counter[date]())
            yield _reminders(total, reminders, name, words)


def _reminders(total: Counter[date], reminders: list[date], name: str, words: Words) -> Chart:
    """How many applied before the first reminder and after each of them."""
    heading = f"{words.say('reminders')}: {words.measure(name)}"
    edges = [date.min, *reminders, date.max]
    names = [words.say("before_first")]
    names += [words.say("after_reminder", day=words.day_short(day)) for day in reminders]
    rows = []
    for title, start, end in zip(names, edges[:-1], edges[1:], strict=True):
        count = sum(number for day, number in total.items() if start <= day < end)
        rows.append((title, count, MONEY if start == date.min else UNDETERMINED))
    return Chart(heading, charts.counts(rows, words, heading), words.say("reminders_note"))


def _money(outcome: Outcome, words: Words) -> Iterator[Chart]:
    if outcome.paid:
        heading = words.say("payouts")
        series = {day: amount for day, (_, amount) in outcome.paid.items()}
        returned = sum(count for count, _ in outcome.returned.values())
        note = words.say("payouts_note", returned=words.number(returned)) if returned else ""
        picture = charts.by_day([(series, MONEY)], words, heading, money=True)
        yield Chart(heading, picture, note)
    if outcome.liability:
        heading, note = words.say("liability"), words.say("liability_note")
        picture = charts.over_time(outcome.liability, outcome.ended, words, heading, MONEY)
        yield Chart(heading, picture, note)


def _others(outcome: Outcome, words: Words) -> Iterator[Chart]:
    if outcome.messages:
        heading = words.say("messages")
        rows = [
            (f"{words.day_short(day)} · {_kind(kind, words)}", count, charts.CHANNEL_FILLS["web"])
            for (day, kind), count in sorted(outcome.messages.items())
        ]
        yield Chart(heading, charts.counts(rows, words, heading))


def _acts(outcome: Outcome, words: Words) -> Iterator[Chart]:
    """What persons decided or took back, and what they waited for."""
    rows = [
        (words.say(name), count, UNDETERMINED) for name in _ACTS if (count := outcome.acts[name])
    ]
    if rows:
        heading = words.say("acts")
        yield Chart(heading, charts.counts(rows, words, heading), words.say("acts_note"))


def _of_planned(outcome: Outcome, name: str, words: Words) -> str:
    """How much of it was to go wrong, where so much was planned."""
    planned = outcome.story.planned[name]
    return words.say("of_planned", count=words.number(planned)) if planned else ""


def _deviations(outcome: Outcome, words: Words) -> Table:
    columns = tuple(words.say(name) for name in ("col_measure", "col_deviating", "col_less"))
    rows = tuple(
        (words.measure(measure), words.number(lines), words.number(less))
        for measure, (lines, less) in outcome.deviations.items()
    )
    return Table(words.say("deviations"), columns, rows)


def _kind(kind: str, words: Words) -> str:
    found = RULES.get(RunKind(kind))
    return found.words[words.language] if found else kind


def _runs(outcome: Outcome, words: Words) -> Table:
    names = ("due", "items", "done", "failed", "returned", "unknown", "total", "state")
    columns = (words.say("col_run"), *(words.say(f"col_{name}") for name in names))
    rows = [
        (
            f"{_kind(run.kind, words)} · {words.measure(run.measure)}",
            words.moment(run.due_at),
            *(
                words.number(n)
                for n in (run.items, run.done, run.failed, run.returned, run.unknown)
            ),
            words.money(run.total) if run.total else "–",
            STATE_WORDS[RunState(run.state)][words.language],
        )
        for run in outcome.runs
    ]
    sums = [
        sum(getattr(run, name) for run in outcome.runs if not run.is_cancelled)
        for name in ("items", "done", "failed", "returned", "unknown", "total")
    ]
    last = [words.number(number) for number in sums[:-1]]
    rows.append((words.say("all"), "", *last, words.money(sums[-1]), ""))
    return Table(words.say("run_list"), columns, tuple(rows), summed=True)


def _ledger(outcome: Outcome, words: Words) -> Table | None:
    from makegood.ledger import ACCOUNT_WORDS, Account

    if not outcome.balances:
        return None
    accounts = list(Account)
    names = tuple(ACCOUNT_WORDS[account][words.language] for account in accounts)
    rows = tuple(
        (words.measure(measure), *(words.money(found.get(account, 0)) for account in accounts))
        for measure, found in outcome.balances.items()
    )
    return Table(words.say("ledger"), (words.say("col_measure"), *names), rows)


def _troubles(outcome: Outcome, words: Words) -> Table:
    """What work told as gone wrong, the most frequent first."""
    found = sorted(outcome.troubles.items(), key=lambda item: (-item[1], item[0]))
    columns = (words.say("col_trouble"), words.say("col_times"))
    rows = tuple((kind, words.number(count)) for kind, count in found)
    return Table(words.say("troubles"), columns, rows)


def _checks(outcome: Outcome, words: Words) -> Table:
    columns = tuple(words.say(f"col_{name}") for name in ("check", "looked_at", "holds"))
    rows = tuple(
        (
            words.check(check.name),
            words.number(check.looked_at),
            f"✓ {words.say('yes')}" if check.holds else f"✗ {words.say('no')} {check.finding}",
        )
        for check in outcome.checks
    )
    return Table(words.say("checks"), columns, rows)


def _differences(outcome: Outcome, words: Words) -> Table:
    names = ("line", "what", "expected", "found")
    columns = tuple(words.say(f"col_{name}") for name in names)
    rows = tuple(
        (one.line_id, f"{one.measure} {one.what}".strip(), one.expected, one.found)
        for one in outcome.differences[:_SHOWN_MAX]
    )
    return Table(words.say("differences"), columns, rows)
