"""A programme's text as a page shows it: what it promises, its measures, its days, its messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from makegood.channels import ChannelName
from makegood.operations.notices.words import channel_words, kind_words
from makegood.operations.parts import Figures, Shown
from makegood.operations.programmes.words import measure_kind_words
from makegood.operations.reading import measure_title, spoken
from makegood.programmes import MessageTemplates, Programme, calendar, describe


@dataclass(slots=True)
class Promised:
    """A section of the description: a heading, paragraphs, items with what stands below each."""

    heading: str
    paragraphs: list[str] = field(default_factory=list)
    items: list[tuple[str, list[str]]] = field(default_factory=list)


def text_context(programme: Programme, messages: MessageTemplates | None) -> dict[str, Any]:
    """What ``programmes/text.html`` shows of a checked text."""
    words = spoken(programme)
    return {
        "text_language": words,
        "promised": promised(describe(programme, words)),
        "measures": _measures(programme, words),
        "calendar": _calendar(programme, words),
        "messages_kept": _messages(programme, messages, words),
    }


def promised(text: str) -> list[Promised]:
    """The sections of what ``describe`` wrote; the first is the title, the last the calendar."""
    sections: list[Promised] = []
    for line in text.splitlines():
        if not line.startswith("  "):
            if line:
                sections.append(Promised(line))
            continue
        section, said = sections[-1], line.strip()
        if said.startswith("· ") and section.items:
            section.items[-1][1].append(said[2:])
        elif said.startswith("- "):
            section.items.append((said[2:], []))
        else:
            section.paragraphs.append(said)
    return sections[1:-1]


def _measures(programme: Programme, words: str) -> Figures:
    currency = programme.currency
    rows = tuple(
        (
            measure.section.title[words],
            name,
            measure_kind_words(measure.kind),
            _("yes") if measure.section.claim else _("no"),
            Shown(currency.text(budget, words), budget)
            if (budget := measure.section.budget) is not None
            else None,
        )
        for name, measure in programme.measures.items()
    )
    columns = (_("Measure"), _("Name in the file"), _("Kind"), _("Applied for"), _("Budget"))
    return Figures("measures", _("Measures"), columns, rows)


def _calendar(programme: Programme, words: str) -> Figures:
    rows = tuple(
        (
            Shown(action.at_text(words), action.day.isoformat()),
            programme.measures[action.measure].section.title[words] if action.measure else None,
            action.words[words],
        )
        for action in calendar(programme)
    )
    return Figures("calendar", _("Calendar"), (_("When"), _("Measure"), _("What")), rows)


def _messages(
    programme: Programme, messages: MessageTemplates | None, words: str
) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "kind": kind_words(each.kind),
            "measure": measure_title(programme, each.measure or ""),
            "by": ", ".join(channel_words(ChannelName(way.value)) for way in each.by),
            "subject": each.subject.get(words, ""),
            "text": each.text.get(words) or next(iter(each.text.values()), ""),
        }
        for each in messages or ()
    ]
