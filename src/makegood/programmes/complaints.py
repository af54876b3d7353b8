"""What pydantic found wrong, in words an author can act on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from pydantic import BaseModel

from makegood.kernel import Finding, did_you_mean

if TYPE_CHECKING:
    from makegood.programmes.source import Document

_WANTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
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
    "timezone_naive": "a time without an offset; the programme's time_zone holds",
}


def finding_of(
    document: Document,
    model: type[BaseModel],
    path: Sequence[str | int],
    detail: Mapping[str, Any],
) -> Finding:
    """One of pydantic's complaints about ``path`` as a finding at its place in the file."""
    kind, value = str(detail["type"]), detail.get("input")
    name = str(path[-1]) if path else "file"
    context = detail.get("ctx", {})
    match kind:
        case "extra_forbidden":
            known = known_keys(model, path[:-1])
            hint = did_you_mean(name, known) or f"known here: {', '.join(sorted(known))}"
            place = document.place(path, key=True)
            return Finding("MG104", f"unknown key '{name}'", hint, place)
        case "missing":
            place = document.place(path, key=True)
            owner = f" of '{path[-2]}'" if len(path) > 1 else ""
            return Finding("MG105", f"the key '{name}'{owner} is missing", "add it", place)
        case _ if kind in _WANTED:
            message = f"'{name}' is {_shown(value)}, but must be {_WANTED[kind]}"
            return Finding("MG106", message, "", document.place(path))
        case "value_error":
            code, message, hint = _coded(str(context.get("error", detail["msg"])))
            return Finding(code, message, hint, document.place(path))
        case "literal_error" | "enum":
            expected = str(context.get("expected", ""))
            hint = did_you_mean(str(value), [w.strip(" '") for w in _words(expected)])
            message = f"'{name}' is {_shown(value)}, but must be {expected}"
            return Finding("MG107", message, hint, document.place(path))
        case _:
            said = str(detail["msg"])
            message = f"'{name}' is {_shown(value)}: {said[:1].lower()}{said[1:]}"
            return Finding("MG107", message, "", document.place(path))


def _words(expected: str) -> list[str]:
    return expected.replace(" or ", ", ").split(", ")


def _coded(text: str) -> tuple[str, str, str]:
    """A validator's own text ``MG108|message|hint`` taken apart."""
    parts = text.split("|")
    if len(parts) == 3 and parts[0].startswith("MG"):
        return parts[0], parts[1], parts[2]
    return "MG107", text, ""


def _shown(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list):
        return "a list"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text[:40]}…'" if len(text) > 40 else f"'{text}'"


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
