"""What every page's frame shows: the language, the other one, and whether somebody is signed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language


def language() -> str:
    """The language of the page: ``ko`` or ``en``."""
    return "en" if get_language() == "en" else "ko"


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame's values. Nothing of a session is read: pages that may be kept use it too."""
    other = "ko" if language() == "en" else "en"
    return {
        "frame": {
            "language": language(),
            "other_language": other,
            # Of a page that answers a form there is nothing to come back to but its address.
            "in_other_language": f"{request.path}?lang={other}",
            "here": f"{request.path}",
            "carried": "",
        }
    }


def frame_to_keep(request: HttpRequest) -> dict[str, Any]:
    """The frame of a page that may be kept: its links carry the language, as it sets no cookie.

    ``carried`` stands behind each address of this site on such a page. It is empty where the page
    is Korean without having been asked for so: that is what all pages are.
    """
    is_chosen = language() == "en" or request.GET.get("lang") == language()
    found: dict[str, Any] = frame(request)["frame"]
    return {"frame": {**found, "carried": f"?lang={language()}" if is_chosen else ""}}
