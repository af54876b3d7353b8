"""The platform's own words, in every language it speaks: one TOML file each, all with the same keys."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

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
    """The phrase of this key (``group.key``) with its values put in. KeyError for an unknown one."""
    return _book(language)[key].format(**values)


def template(language: str, key: str) -> str:
    """The phrase itself, its places still open."""
    return _book(language)[key]


def keys(language: str) -> frozenset[str]:
    """All keys of a language's book."""
    return frozenset(_book(language))
