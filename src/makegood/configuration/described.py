"""The settings as the table of the operating guide."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

from makegood.configuration.settings import Settings


def described() -> dict[str, str]:
    """What each setting is for, by the name of its variable."""
    return {
        f"MAKEGOOD_{name.upper()}": field.description or ""
        for name, field in Settings.model_fields.items()
    }


def described_rows() -> list[str]:
    """A row of Markdown for each setting: variable, meaning, default."""
    defaults = (field.default for field in Settings.model_fields.values())
    return [
        f"| `{name}` | {words}{_default(default)} |"
        for (name, words), default in zip(described().items(), defaults, strict=True)
    ]


def _default(value: Any) -> str:  # noqa: ANN401 - whatever a setting may be
    """The default in words; nothing where it is empty or made at the start."""
    if value is PydanticUndefined or value is None or value in ("", (), False):
        return ""
    if isinstance(value, Mapping):
        return f"; default `{json.dumps(dict(value), ensure_ascii=False)}`"
    if isinstance(value, Iterable) and not isinstance(value, str | Path):
        return f"; default `{json.dumps(list(value), ensure_ascii=False)}`"
    return f"; default `{'true' if value is True else value}`"
