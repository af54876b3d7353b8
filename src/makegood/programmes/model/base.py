"""What all sections of a programme file share."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

NAME_PATTERN = r"^[a-z][a-z0-9_]*$"


class Section(BaseModel):
    """A group of keys; a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


def _name(text: str) -> str:
    if not re.match(NAME_PATTERN, text) or len(text) > 60:
        raise ValueError(
            f"MG109|'{text}' cannot be a name|small letters, digits and _, a letter first, 60 at most"
        )
    return text


def _texts(value: dict[str, str]) -> dict[str, str]:
    for language, text in value.items():
        if not text.strip():
            raise ValueError(f"MG108|the text in '{language}' is empty|write it, or take it out")
    return value


def _expression(value: Any) -> Any:
    """YAML reads ``true`` and ``5`` as values; in an expression they are words of the language."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value) if isinstance(value, int) else value


Name = Annotated[str, AfterValidator(_name)]
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
