"""A programme as plain text that a customer understands, from the file alone."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.programmes.dated import calendar
from makegood.programmes.formats import moment_text
from makegood.programmes.phrases import phrase
from makegood.programmes.programme import Programme
from makegood.programmes.promises import BELOW, Promise


def describe(programme: Programme, language: str) -> str:
    """The whole programme in one of its languages: what happened, each measure, the calendar."""
    if language not in programme.languages:
        spoken = ", ".join(programme.languages)
        raise ValueError(f"{programme.identifier} does not speak '{language}', but {spoken}")
    return "\n".join(_lines(programme, language)) + "\n"


def promised(
    programme: Programme, measure: str, language: str
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What a measure promises, line by line, each with what stands under it.

    As ``describe`` says it, but for the money set aside, which is the operator's own matter.
    """
    found: list[tuple[str, list[str]]] = []
    for line in Promise(programme, programme.measures[measure], language).promised():
        if line.startswith(BELOW):
            found[-1][1].append(line.removeprefix(BELOW))
        else:
            found.append((line, []))
    return tuple((words, tuple(below)) for words, below in found)


def _lines(programme: Programme, language: str) -> Iterator[str]:
    section = programme.section
    yield f"{section.title[language]} ({section.operator[language]})"
    yield from ("", phrase(language, "describe.happened"))
    yield f"  {section.summary[language]}"
    if section.look_up_from:
        opens = moment_text(section.look_up_from, language)
        yield f"  {phrase(language, 'describe.look_up', opens=opens)}"
    if section.centre:
        said = {"phone": section.centre.phone, "hours": section.centre.hours[language]}
        yield f"  {phrase(language, 'describe.centre', **said)}"
    if section.budget is not None:
        amount = programme.currency.text(section.budget, language)
        yield f"  {phrase(language, 'describe.budget_whole', amount=amount)}"
    for number, measure in enumerate(programme.measures.values(), start=1):
        yield from ("", f"{number}. {measure.section.title[language]}")
        yield f"  {measure.section.promise[language]}"
        for line in Promise(programme, measure, language).lines():
            yield f"  {line}" if line.startswith(BELOW) else f"  - {line}"
    yield from ("", phrase(language, "describe.calendar"))
    yield from (f"  - {line}" for line in _calendar(programme, language))


def _calendar(programme: Programme, language: str) -> Iterator[str]:
    for action in calendar(programme):
        said = {"at": action.at_text(language), "words": action.words[language]}
        if action.measure:
            title = programme.measures[action.measure].section.title[language]
            yield phrase(language, "describe.entry_of", measure=title, **said)
        else:
            yield phrase(language, "describe.entry", **said)
