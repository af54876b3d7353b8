"""Articles of the programme as a whole, of each state of an application, and of its words."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.cases.knowledge.article import Article, Part, listed, part
from makegood.cases.knowledge.texts import say
from makegood.programmes import Programme, calendar, moment_text, phrase
from makegood.redress.claims import STATE_WORDS, ClaimState, Reason


def of_the_programme(programme: Programme, language: str) -> Iterator[Article]:
    """What happened, looking up, days, the centre, messages."""
    section = programme.section
    titles = [measure.section.title[language] for measure in programme.measures.values()]
    gives = listed(titles, say(language, "programme.gives"))
    yield _article(programme, language, "what", part(section.summary[language]), gives)
    opens = ""
    if section.look_up_from:
        said = {"opens": moment_text(section.look_up_from, language)}
        opens = phrase(language, "describe.look_up", **said)
    told = ("", "_code", "_receipt", "_same")
    sentences = [say(language, f"programme.look_up{key}") for key in told]
    yield _article(programme, language, "look_up", part(opens, *sentences))
    yield _article(programme, language, "deadlines", listed(_days(programme, language)))
    callback = say(language, "programme.centre_callback")
    yield _article(programme, language, "centre", part(centre_text(programme, language), callback))
    messages = [say(language, f"programme.message{key}") for key in ("", "_never")]
    yield _article(programme, language, "message", part(*messages))


def centre_text(programme: Programme, language: str) -> str:
    """The support centre's number and hours; empty where the programme names none."""
    centre = programme.section.centre
    if centre is None:
        return ""
    said = {"phone": centre.phone, "hours": centre.hours[language]}
    return phrase(language, "describe.centre", **said)


def of_claims(programme: Programme, language: str) -> Iterator[Article]:
    """What to say in each state of an application, and of each refusal that is not a rule's."""
    if not any(measure.section.claim for measure in programme.measures.values()):
        return
    for state in ClaimState:
        words = STATE_WORDS[state][language]
        parts = [
            part(say(language, f"claim.{state}.{key}"), heading=say(language, f"claim.{key}"))
            for key in ("means", "next")
        ]
        if state is ClaimState.REFUSED:
            reasons = [phrase(language, f"refusal.{reason.value}") for reason in Reason]
            parts.append(listed(reasons))
        yield Article(
            programme.identifier,
            f"claim.{state.value}",
            "",
            say(language, "claim.title", state=words),
            tuple(parts),
            say(language, f"claim.{state}.asked"),
        )


def of_words(programme: Programme, language: str) -> Iterator[Article]:
    """The programme's words: what is known of a line, and amounts that are reckoned."""
    section = programme.section
    facts = [
        f"{fact.label[language]}: {', '.join(text[language] for text in fact.values.values())}"
        if fact.values
        else fact.label[language]
        for fact in section.facts.values()
    ]
    formulas = [formula.label[language] for formula in section.formulas.values() if formula.label]
    parts = [
        listed(facts, say(language, "glossary.facts")),
        listed(formulas, say(language, "glossary.formulas")),
    ]
    yield Article(
        programme.identifier,
        "glossary.words",
        "",
        say(language, "glossary.title"),
        tuple(kept for kept in parts if kept.lines),
        say(language, "glossary.asked"),
    )


def _article(programme: Programme, language: str, topic: str, *parts: Part) -> Article:
    return Article(
        programme.identifier,
        f"programme.{topic}",
        "",
        say(language, f"programme.{topic}_title"),
        tuple(each for each in parts if each.lines),
        say(language, f"programme.{topic}_asked"),
    )


def _days(programme: Programme, language: str) -> Iterator[str]:
    for action in calendar(programme):
        said = {"at": action.at_text(language), "words": action.words[language]}
        if action.measure:
            title = programme.measures[action.measure].section.title[language]
            yield phrase(language, "describe.entry_of", measure=title, **said)
        else:
            yield phrase(language, "describe.entry", **said)
