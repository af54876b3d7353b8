"""Which language a visitor reads: the address says it, else the cookie that remembers it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from makegood.trust.staff import LANGUAGE_COOKIE

_LANGUAGES = ("ko", "en")
_REMEMBERED_SECONDS = 180 * 24 * 3600


def chosen_language(request: HttpRequest) -> str:
    """``ko`` or ``en``: what the address asks for, else what was remembered, else Korean."""
    asked = request.GET.get("lang", "") if request.META.get("QUERY_STRING") else ""
    wishes = (asked, request.COOKIES.get(LANGUAGE_COOKIE, ""))
    return next((one for one in wishes if one in _LANGUAGES), "ko")


def remember_language(request: HttpRequest, response: HttpResponse, *, https: bool) -> None:
    """Remember what the address asks for, where it does, on an answer that no cache keeps."""
    asked = request.GET.get("lang", "") if request.META.get("QUERY_STRING") else ""
    if asked in _LANGUAGES and asked != request.COOKIES.get(LANGUAGE_COOKIE, ""):
        response.set_cookie(
            LANGUAGE_COOKIE,
            asked,
            max_age=_REMEMBERED_SECONDS,
            secure=https,
            httponly=True,
            samesite="Lax",
        )
