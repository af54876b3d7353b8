"""What all sections of a programme file share."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

NAME_PATTERN = r"^[a-z][a-z0-9_]*$"
NAME_LENGTH_MAX = 60
MOMENT_PATTERN = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?$"


class Mistake(ValueError):
    """What a validator found wrong: a finding's code, message and hint; ``key`` is where below."""

    def __init__(self, code: str, message: str, hint: str = "", key: str = "") -> None:
        self.code, self.message, self.hint, self.key = code, message, hint, key
        super().__init__(message)


class Section(BaseModel):
    """A group of keys; a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)

    @field_validator("*", mode="before")
    @classmethod
    def _no_yes_for_a_number(cls, value: object, info: ValidationInfo) -> object:
        """Python takes ``true`` for 1; an author who writes it does not."""
        annotation = cls.model_fields[str(info.field_name)].annotation
        if isinstance(value, bool) and annotation in (int, int | None):
            return str(value).lower()
        return value


def _name(text: str) -> str:
    if not re.fullmatch(NAME_PATTERN[1:-1], text) or len(text) > NAME_LENGTH_MAX:
        hint = f"small letters, digits and _, a letter first, {NAME_LENGTH_MAX} at most"
        raise Mistake("MG109", f"'{text}' cannot be a name", hint)
    return text


def _texts(value: dict[str, str]) -> dict[str, str]:
    for language, text in value.items():
        if not text.strip():
            message = f"the text in '{language}' is empty"
            raise Mistake("MG108", message, "write it, or take it out", language)
    return value


def _expression(value: object) -> object:
    """YAML reads ``true`` and ``5`` as values; in an expression they are words of the language."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value) if isinstance(value, int) else value


def _day(value: object) -> object:
    if isinstance(value, int | float):
        raise Mistake("MG106", f"{value} is a number, but a date is wanted", "such as 2026-01-13")
    return value


def _moment(value: object) -> object:
    whole_day = isinstance(value, date) and not isinstance(value, datetime)
    if whole_day or isinstance(value, int | float) or (isinstance(value, str) and ":" not in value):
        message = f"'{value}' has no time of day, but one is wanted"
        raise Mistake("MG106", message, "such as 2026-01-14T09:00")
    return value


def _local(value: datetime) -> datetime:
    if value.tzinfo is not None:
        hint = "take the offset out: the programme's 'time_zone' holds"
        raise Mistake("MG106", "a time is written without an offset", hint)
    return value


Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    AfterValidator(_local),
    WithJsonSchema({"type": "string", "pattern": MOMENT_PATTERN}),
]
Name = Annotated[
    str,
    AfterValidator(_name),
    WithJsonSchema({"type": "string", "pattern": NAME_PATTERN, "maxLength": NAME_LENGTH_MAX}),
]
Texts = Annotated[
    dict[str, str],
    AfterValidator(_texts),
    Field(description="A text in every language of the programme, by language code."),
]
Expression = Annotated[
    str,
    BeforeValidator(_expression, json_schema_input_type=str | bool | int),
    Field(description="An expression of the rule language (see docs/language.md)."),
]
