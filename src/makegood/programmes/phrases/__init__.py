"""The platform's own words in every language: a TOML file each, all with the same keys."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from makegood.programmes.phrases.particles import with_particles

LANGUAGES = ("ko", "en", "fr")


@cache
def _book(language: str) -> dict[str, str]:
    text = files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return {
        f"{group}.{key}": words
        for group, phrases in tomllib.loads(text).items()
        for key, words in phrases.items()
    }


def phrase(language: str, key: str, **values: object) -> str:
    """The phrase of a key (``group.key``) with its values put in. KeyError for an unknown one."""
    words = _book(language)[key].format(**values)
    return with_particles(words) if language == "ko" else words


def template(language: str, key: str) -> str:
    """The phrase itself, its places still open."""
    return _book(language)[key]


def keys(language: str) -> frozenset[str]:
    """All keys of a language's book."""
    return frozenset(_book(language))
