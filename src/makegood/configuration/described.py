"""The settings as the table of the operating guide."""

from __future__ import annotations

from makegood.configuration.settings import Settings


def described() -> dict[str, str]:
    """What each setting is for, by the name of its variable."""
    return {
        f"MAKEGOOD_{name.upper()}": field.description or ""
        for name, field in Settings.model_fields.items()
    }
