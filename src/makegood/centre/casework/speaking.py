"""The language of the page."""

from __future__ import annotations

from django.utils.translation import get_language


def language() -> str:
    """The language of the page: ``ko`` or ``en``."""
    return "en" if get_language() == "en" else "ko"
