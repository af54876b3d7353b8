"""Which programmes are in force, and what they are called in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence

from makegood.cases import spoken_language
from makegood.centre.casework.speaking import language
from makegood.redress.serving import programme_in_force


def titled(programmes: Sequence[str]) -> list[tuple[str, str]]:
    """Each with its title."""
    return [(name, title_of(name)) for name in programmes]


def title_of(programme: str) -> str:
    """What a programme is called in the page's language, or in one that it speaks."""
    found = programme_in_force(programme)
    spoken = spoken_language(found, language()) or found.languages[0]
    return found.section.title[spoken]
