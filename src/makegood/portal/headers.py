"""What every answer of the customers' site tells the browser, and in which language it is.

A page without personal data may be kept by everybody for a while, and says so itself; all else is
kept nowhere. So that one address always answers in one language, the language of a page that may
be kept stands in its address (``?lang=en``), and its links carry it on (``frame_to_keep``);
elsewhere a cookie remembers it.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from makegood.portal.languages import chosen_language, remember_language
from makegood.trust.staff import put_headers

Answer = Callable[[HttpRequest], HttpResponse]
KEPT_SECONDS = 60
"""How long anybody may keep a page without personal data."""
_MAY_BE_KEPT = "_makegood_may_be_kept"


def may_be_kept(response: HttpResponse) -> HttpResponse:
    """The same answer, which holds nothing personal: caches may keep it for a minute."""
    setattr(response, _MAY_BE_KEPT, True)
    return response


class HeadersMiddleware:
    """Puts the headers of every page."""

    def __init__(self, get_response: Answer) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer with its headers."""
        response = self._next(request)
        put_headers(response, https=_is_https())
        if getattr(response, _MAY_BE_KEPT, False) and not response.cookies:
            response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
        return response


class LanguageMiddleware:
    """Korean, unless the address or the reader's cookie says otherwise."""

    def __init__(self, get_response: Answer) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer in the chosen language; the choice is remembered where no cache keeps it."""
        chosen = chosen_language(request)
        request.LANGUAGE_CODE = chosen
        with translation.override(chosen):
            response = self._next(request)
            # A template may still have to be written out: in this language.
            render = getattr(response, "render", None)
            if callable(render) and not getattr(response, "is_rendered", True):
                response = render()
        response.headers.setdefault("Content-Language", chosen)
        if getattr(response, _MAY_BE_KEPT, False):
            patch_vary_headers(response, ["Cookie"])
        else:
            remember_language(request, response, https=_is_https())
        return response


def _is_https() -> bool:
    return bool(settings.INSTALLATION.portal_https)
