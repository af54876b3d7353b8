"""Messages as values: which one is for what, and its text with the values put in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from makegood.programmes.messages.model import SentBy, TemplateKind, TemplateSection
from makegood.programmes.phrases.particles import with_particles

NAME_IN_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, repr=False)
class Rendered:
    """A message as somebody reads it. It may hold what is theirs alone: it never shows itself."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Template:
    """One message. ``measure`` is empty and ``at`` None where it is for all of them."""

    name: str
    kind: TemplateKind
    measure: str
    at: datetime | None
    by: tuple[SentBy, ...]
    advertising: bool
    urgent: bool
    subject: Mapping[str, str]
    text: Mapping[str, str]

    @classmethod
    def of(cls, name: str, section: TemplateSection) -> Template:
        """The template that a section of the file describes."""
        return cls(
            name,
            section.kind,
            section.measure or "",
            section.at,
            tuple(section.by),
            section.advertising,
            section.urgent,
            {language: text.rstrip() for language, text in section.subject.items()},
            {language: text.rstrip("\n") for language, text in section.text.items()},
        )

    def render(self, language: str, values: Mapping[str, str]) -> Rendered:
        """Subject and text with values for the names. KeyError where a name has none."""
        return Rendered(
            filled(self.subject.get(language, ""), language, values),
            filled(self.text[language], language, values),
        )

    def names(self, language: str) -> frozenset[str]:
        """The names that its subject and text hold."""
        texts = (self.subject.get(language, ""), self.text[language])
        return frozenset(name for text in texts for name in NAME_IN_BRACES.findall(text))


@dataclass(frozen=True, slots=True)
class MessageTemplates:
    """All messages of a programme. ``sha256`` of the file's text is their version."""

    file: str
    text: str
    sha256: str
    templates: Mapping[str, Template]

    def __iter__(self) -> Iterator[Template]:
        """In the order of the file."""
        return iter(self.templates.values())

    def of(
        self,
        kind: TemplateKind | str,
        measure: str = "",
        *,
        by: SentBy | str = "",
        at: datetime | None = None,
    ) -> Template | None:
        """The message of this kind: the one made for the time and the measure before a general one.

        ``by`` asks for one that goes out so; ``at`` is local time (a zone is left aside). None
        where there is none.
        """
        at = at.replace(tzinfo=None) if at else None
        found = [
            each
            for each in self
            if each.kind == kind
            and (not by or by in each.by)
            and each.measure in ("", measure)
            and each.at in (None, at)
        ]
        return max(found, key=lambda each: (each.at is not None, bool(each.measure)), default=None)


def filled(text: str, language: str, values: Mapping[str, str]) -> str:
    """A text with its names replaced, and Korean particles (은(는)) settled by what precedes."""
    words = NAME_IN_BRACES.sub(lambda match: values[match.group(1)], text)
    return with_particles(words) if language == "ko" else words
