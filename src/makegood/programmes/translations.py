"""Every text in every language: a walk over the file along its model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from makegood.kernel import Finding, did_you_mean
from makegood.programmes.model import ProgrammeFile, Section
from makegood.programmes.model.base import Texts
from makegood.programmes.phrases import LANGUAGES
from makegood.programmes.source import Document

Path = tuple[str | int, ...]


def texts_in(
    document: Document, model: type[Section] = ProgrammeFile
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every group of translations in a file of this model, with its path."""
    yield from _walk(model, document.data, ())


def _walk(kind: object, value: object, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if kind == Texts:
        if isinstance(value, dict):
            yield path, value
        return
    origin, arms = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        for arm in arms:
            yield from _walk(arm, value, path)
    elif hasattr(kind, "__metadata__"):
        yield from _walk(arms[0], value, path)
    elif origin is dict and isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(arms[1], item, (*path, key))
    elif origin is list and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(arms[0], item, (*path, index))
    elif isinstance(kind, type) and issubclass(kind, Section) and isinstance(value, dict):
        hints = get_type_hints(kind, include_extras=True)
        for name, field in kind.model_fields.items():
            key = field.alias or name
            if key in value:
                yield from _walk(hints[name], value[key], (*path, key))


def check_translations(document: Document) -> Iterator[Finding]:
    """MG111 for a language that makegood has no words of, MG112 and MG113 for texts."""
    declared = document.data.get("languages")
    if not isinstance(declared, list) or not declared:
        return
    for index, language in enumerate(declared):
        if isinstance(language, str) and language not in LANGUAGES:
            hint = did_you_mean(str(language), LANGUAGES) or f"there are {', '.join(LANGUAGES)}"
            place = document.place(("languages", index))
            yield Finding("MG111", f"no phrase book for the language '{language}'", hint, place)
    yield from check_texts(document, ProgrammeFile, declared)


def check_texts(
    document: Document, model: type[Section], declared: Sequence[str]
) -> Iterator[Finding]:
    """MG112 for a text that a language lacks, MG113 for one in a language too many."""
    for path, texts in texts_in(document, model):
        for language in declared:
            if language in LANGUAGES and language not in texts:
                name = ".".join(str(part) for part in path)
                place = document.place(path, key=True)
                message = f"'{name}' has no text in '{language}'"
                yield Finding("MG112", message, f"add a line '{language}: …'", place)
        for language in texts:
            if language not in declared:
                place = document.place((*path, language), key=True)
                hint = did_you_mean(language, declared) or "add it under 'languages', or drop it"
                message = f"the programme does not speak '{language}'"
                yield Finding("MG113", message, hint, place)
