"""The support centre's own words in each language: a TOML file each, all with the same keys."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("ko", "en")


def say(language: str, key: str, **values: object) -> str:
    """The words of a key (``group.key``) with its values put in. KeyError for an unknown one."""
    return _book(language)[key].format(**values)


def keys(language: str) -> frozenset[str]:
    """All keys of a language's book."""
    return frozenset(_book(language))


@cache
def _book(language: str) -> dict[str, str]:
    text = files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return dict(_flat(tomllib.loads(text)))


def _flat(tree: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value
