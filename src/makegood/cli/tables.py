"""Decisions, explanations and comparisons as tables and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.text import Text

from makegood.cli.output import out, table
from makegood.decisions import (
    Change,
    Comparison,
    DecisionOutcome,
    Disposition,
    Explanation,
    KeyChange,
    Meaning,
)
from makegood.population import Snapshot
from makegood.programmes import Programme, fact_text

_STYLES = {
    Disposition.GRANTED: "green",
    Disposition.EXCLUDED: "red",
    Disposition.NOT_IN_SCOPE: "dim",
    Disposition.UNDETERMINED: "yellow",
}


def outcome_json(outcome: DecisionOutcome) -> dict[str, Any]:
    """What 'decide' did, with the whole manifest."""
    decisions = outcome.decisions
    return {"written": outcome.written, "folder": str(decisions.folder), **decisions.as_json()}


def show_decisions(programme: Programme, outcome: DecisionOutcome) -> None:
    """Heads and money per measure and disposition, with the reasons."""
    decisions = outcome.decisions
    if not outcome.written:
        out.print(f"{decisions.folder}: the same decisions stand there already; nothing written")
    columns = ["measure", "decision", "lines", "share", "amount"]
    title = f"{decisions.programme} over {decisions.rows:,} lines as of {decisions.as_of}"
    shown = table(title, columns, numbers=["lines", "share", "amount"])
    for measure in decisions.measures.values():
        name = measure.name
        for count in measure.counts:
            if not count.lines:
                continue
            detail = count.way.value if count.way else count.reason
            label = f"{count.disposition.value}{': ' if detail else ''}{detail}"
            amount = programme.currency.plain(count.amount) if count.amount is not None else ""
            share = f"{100 * count.lines / max(1, decisions.rows):.2f} %"
            style = _STYLES[count.disposition]
            shown.add_row(name, Text(label, style=style), f"{count.lines:,}", share, amount)
            name = ""
        for lack in measure.lacking[:3]:
            shown.add_row("", f"  missing {', '.join(lack.facts)}", f"{lack.lines:,}", "", "")
        shown.add_section()
    out.print(shown)
    out.print(
        f"{decisions.folder}: closed; content {decisions.content_sha256[:12]}, "
        f"programme {decisions.programme_sha256[:12]}, "
        f"population {decisions.population_sha256[:12]}"
    )


def explanation_json(
    programme: Programme,
    snapshot: Snapshot,
    line: str,
    supposing: Sequence[str],
    by_language: Mapping[str, Sequence[Explanation]],
) -> dict[str, Any]:
    """A line's decisions, with the words in every language."""
    measures = []
    for index, explanation in enumerate(next(iter(by_language.values()))):
        decision = explanation.decision
        measures.append(
            {
                "measure": decision.measure,
                "code": decision.code,
                "disposition": decision.disposition.value,
                "way": decision.meaning.way.value if decision.meaning.way else None,
                "reason": decision.meaning.reason or None,
                "also": list(decision.also),
                "missing": list(decision.missing),
                "amount": decision.amount,
                "words": {
                    language: {
                        "title": said[index].title,
                        "text": said[index].text,
                        "misses": list(said[index].misses),
                    }
                    for language, said in by_language.items()
                },
            }
        )
    return {
        "line_id": line,
        "programme": programme.identifier,
        "programme_sha256": programme.sha256,
        "population_sha256": snapshot.content_sha256,
        "as_of": snapshot.as_of,
        "supposing": list(supposing),
        "measures": measures,
    }


def show_explanations(
    programme: Programme,
    line: str,
    explanations: Sequence[Explanation],
    language: str,
    facts: Mapping[str, Any],
    supposing: Sequence[str] = (),
) -> None:
    """A line's decisions in words, and the facts they were made from; supposed ones marked."""
    supposed = {text.partition("=")[0].strip() for text in supposing}
    if supposed:
        out.print(Text(f"supposing {', '.join(supposing)}: not what the population holds"))
    shown = table(line, ["", ""])
    shown.show_header = False
    for explanation in explanations:
        style = _STYLES[explanation.decision.disposition]
        shown.add_row(Text(explanation.title, style=f"bold {style}"), Text(explanation.text))
    shown.add_section()
    labels = programme.section.facts
    for name in programme.facts:
        mark = " (supposed)" if name in supposed else ""
        label = f"{labels[name].label[language]}{mark}"
        shown.add_row(label, fact_text(programme, name, facts.get(name), language), style="dim")
    out.print(shown)


def comparison_json(before: Programme, after: Programme, found: Comparison) -> dict[str, Any]:
    """A comparison with every change."""
    return {
        "old": {"programme": before.identifier, "sha256": before.sha256},
        "new": {"programme": after.identifier, "sha256": after.sha256},
        "lines": found.lines,
        "unchanged": found.unchanged,
        "changes": [
            {
                **asdict(change),
                "effect": change.effect,
                "old": change.old.label if change.old else None,
                "new": change.new.label if change.new else None,
                "amount": change.new_amount - change.old_amount,
            }
            for change in found.changes
        ],
        "keys": [asdict(change) for change in found.keys],
    }


def show_comparison(programme: Programme, found: Comparison) -> None:
    """Who gains and who loses, by measure and reason, with examples; and all changed keys."""
    out.print(f"{found.lines:,} lines, {found.unchanged:,} of them as before in everything")
    if found.changes:
        _show_changes(programme, found.changes)
    if found.keys:
        _show_keys(found.keys)
    if found.changes:
        _show_sums(programme, found.changes)


def _show_keys(keys: Sequence[KeyChange]) -> None:
    shown = table("changed keys, also where no decision changes", ["key", "was", "becomes"])
    for change in keys:
        shown.add_row(change.path, _told(change.old), _told(change.new))
    out.print(shown)


def _told(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_told, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "–" if value is None else str(value)


def _show_changes(programme: Programme, changes: Sequence[Change]) -> None:
    columns = ["measure", "was", "becomes", "lines", "amount", "examples"]
    shown = table("changes", columns, numbers=["lines", "amount"])
    for change in changes:
        shown.add_row(
            change.measure,
            _label(change.old),
            Text(_label(change.new), style=_effect_style(change)),
            f"{change.lines:,}",
            _signed(programme, change.new_amount - change.old_amount),
            ", ".join(change.examples),
        )
    out.print(shown)


def _show_sums(programme: Programme, changes: Sequence[Change]) -> None:
    for effect in ("gains", "loses"):
        of = [change for change in changes if change.effect == effect]
        amount = sum(change.new_amount - change.old_amount for change in of)
        lines = sum(change.lines for change in of)
        out.print(f"{effect}: {lines:,} decisions, {_signed(programme, amount) or 0}")


def _label(meaning: Meaning | None) -> str:
    return meaning.label.replace(":", ": ") if meaning else "–"


def _effect_style(change: Change) -> str:
    return {"gains": "green", "loses": "red"}.get(change.effect, "")


def _signed(programme: Programme, amount: int) -> str:
    if not amount:
        return ""
    return ("+" if amount > 0 else "") + programme.currency.plain(amount)
