"""What pydantic found wrong, in words an author can act on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from pydantic import BaseModel

from makegood.kernel import Finding, did_you_mean
from makegood.programmes.model.base import Mistake

if TYPE_CHECKING:
    from makegood.programmes.source import Document

_WANTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "a group of 'key: value' lines",
    "model_type": "a group of 'key: value' lines",
    "model_attributes_type": "a group of 'key: value' lines",
    "list_type": "a list",
    "tuple_type": "a list",
    "date_type": "a date such as 2026-01-13",
    "date_parsing": "a date such as 2026-01-13",
    "date_from_datetime_parsing": "a date such as 2026-01-13",
    "date_from_datetime_inexact": "a date without a time, such as 2026-01-13",
    "datetime_type": "a time such as 2026-01-14T09:00",
    "datetime_parsing": "a time such as 2026-01-14T09:00",
    "datetime_from_date_parsing": "a time such as 2026-01-14T09:00",
    "datetime_object_invalid": "a time such as 2026-01-14T09:00",
}
_PATTERNS = {"^[A-Z]{3}$": "three capital letters, such as KRW"}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least {}"),
    "less_than_equal": ("le", "at most {}"),
    "greater_than": ("gt", "more than {}"),
    "less_than": ("lt", "less than {}"),
}
_LENGTHS = {
    "too_short": ("min_length", "hold at least {}"),
    "too_long": ("max_length", "hold at most {}"),
    "string_too_short": ("min_length", "have at least {} characters"),
    "string_too_long": ("max_length", "have at most {} characters"),
}
SHOWN_LENGTH_MAX = 40


def finding_of(
    document: Document,
    model: type[BaseModel],
    path: Sequence[str | int],
    detail: Mapping[str, Any],
) -> Finding:
    """One of pydantic's complaints about ``path`` as a finding at its place in the file."""
    kind, value = str(detail["type"]), detail.get("input")
    context = detail.get("ctx", {})
    mistake = context.get("error")
    if isinstance(mistake, Mistake):
        # A name that is none stands at a key; a group that is wrong as a whole is shown by its key.
        at_key = detail["loc"][-1:] == ("[key]",) or (isinstance(value, dict) and not mistake.key)
        place = document.place((*path, mistake.key) if mistake.key else path, key=at_key)
        return Finding(mistake.code, mistake.message, mistake.hint, place)
    if kind == "extra_forbidden":
        return _unknown_key(document, model, path)
    if kind == "missing":
        return _missing_key(document, path)
    here = f"{_subject(path)} is {_shown(value)}, but must"
    place = document.place(path)
    if kind in _WANTED:
        return Finding("MG106", f"{here} be {_WANTED[kind]}", _cure(kind, value, path), place)
    if kind in ("literal_error", "enum"):
        expected = str(context.get("expected", ""))
        hint = did_you_mean(str(value), [w.strip(" '") for w in _words(expected)])
        return Finding("MG107", f"{here} be {expected}", hint, place)
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return Finding("MG107", f"{here} be {words.format(context[name])}", "", place)
    if kind in _LENGTHS:
        name, words = _LENGTHS[kind]
        shown = "empty" if not value else _shown(value)
        message = f"{_subject(path)} is {shown}, but must {words.format(context[name])}"
        return Finding("MG107", message, "", place)
    if kind == "string_pattern_mismatch":
        pattern = str(context["pattern"])
        return Finding("MG107", f"{here} be {_PATTERNS.get(pattern, pattern)}", "", place)
    said = str(detail["msg"])
    message = f"{_subject(path)} is {_shown(value)}: {said[:1].lower()}{said[1:]}"
    return Finding("MG107", message, "", place)


def _unknown_key(document: Document, model: type[BaseModel], path: Sequence[str | int]) -> Finding:
    known, name = known_keys(model, path[:-1]), str(path[-1])
    hint = did_you_mean(name, known) or f"known here: {', '.join(sorted(known))}"
    return Finding("MG104", f"unknown key '{name}'", hint, document.place(path, key=True))


def _missing_key(document: Document, path: Sequence[str | int]) -> Finding:
    owner = f" of {_subject(path[:-1])}" if len(path) > 1 else ""
    message = f"the key '{path[-1]}'{owner} is missing"
    return Finding("MG105", message, "add it", document.place(path, key=True))


def _subject(path: Sequence[str | int]) -> str:
    """``'max'``, or ``item 2 of 'through'`` where the place is in a list."""
    items, names = [], list(path)
    while names and isinstance(names[-1], int):
        items.append(f"item {int(names.pop()) + 1} of ")
    return f"{''.join(items)}'{names[-1] if names else 'the file'}'"


def _cure(kind: str, value: object, path: Sequence[str | int]) -> str:
    """What to do about a value of the wrong type, where that is plain."""
    name = path[-1] if path else ""
    if kind == "string_type" and isinstance(value, int | float | date):
        return "put it in quotes"
    if kind == "string_type" and isinstance(value, dict):
        return "a text with ': ' or '{' in it goes in quotes"
    if kind == "list_type" and isinstance(value, str | int | float | date):
        return f"write '{name}: [{_plain(value)}]'"
    return ""


def _words(expected: str) -> list[str]:
    return expected.replace(" or ", ", ").split(", ")


def _shown(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list):
        return "a list"
    return f"'{_plain(value)}'"


def _plain(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = " ".join(text.split())
    return f"{text[:SHOWN_LENGTH_MAX]}…" if len(text) > SHOWN_LENGTH_MAX else text


def known_keys(model: type[BaseModel], path: Sequence[str | int]) -> set[str]:
    """The keys that the model knows at a path of a file."""
    here: set[Any] = {model}
    for part in path:
        here = {step for kind in here for step in _steps(kind, part)}
    return {
        field.alias or name
        for kind in here
        for option in _options(kind)
        if isinstance(option, type) and issubclass(option, BaseModel)
        for name, field in option.model_fields.items()
    }


def _steps(kind: object, part: str | int) -> list[Any]:
    found: list[Any] = []
    for option in _options(kind):
        if isinstance(option, type) and issubclass(option, BaseModel):
            for name, field in option.model_fields.items():
                if part in (name, field.alias):
                    found.append(field.annotation)
        elif get_origin(option) in (dict, Mapping):
            found.append(get_args(option)[1])
        elif get_origin(option) in (list, tuple):
            found.append(get_args(option)[0])
    return found


def _options(kind: object) -> list[Any]:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return [option for arm in get_args(kind) for option in _options(arm)]
    if origin is not None and hasattr(origin, "__metadata__"):
        return _options(get_args(kind)[0])
    if hasattr(kind, "__metadata__"):
        return _options(get_args(kind)[0])
    return [kind]
