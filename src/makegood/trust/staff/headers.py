"""What every answer tells the browser it may do, and that it keeps nothing."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from makegood.trust.staff.installation import installation

Answer = Callable[[HttpRequest], HttpResponse]
LANGUAGE_COOKIE = "makegood-language"
_CONTENT = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
_PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)
_SECURE_SECONDS = 31_536_000


class HeadersMiddleware:
    """Puts the headers of every page; what is static may be kept, nothing else."""

    def __init__(self, get_response: Answer) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer with its headers."""
        response = self._next(request)
        put_headers(response, https=installation().web_https)
        return response


def put_headers(response: HttpResponse, *, https: bool) -> None:
    """The headers of a page that nobody keeps; ``https``: the site is reached over nothing else."""
    response.headers["Content-Security-Policy"] = _CONTENT
    response.headers["Permissions-Policy"] = (
        f"{_PERMISSIONS}, publickey-credentials-get=(self), publickey-credentials-create=(self)"
    )
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    if https:
        response.headers["Strict-Transport-Security"] = (
            f"max-age={_SECURE_SECONDS}; includeSubDomains"
        )


class LanguageMiddleware:
    """Korean, unless the reader has chosen otherwise: a browser's wish is often nobody's."""

    def __init__(self, get_response: Answer) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer in the chosen language."""
        chosen = "en" if request.COOKIES.get(LANGUAGE_COOKIE) == "en" else "ko"
        request.LANGUAGE_CODE = chosen
        with translation.override(chosen):
            response = self._next(request)
            # A template may still have to be written out: in this language.
            render = getattr(response, "render", None)
            if callable(render) and not getattr(response, "is_rendered", True):
                response = render()
        response.headers.setdefault("Content-Language", chosen)
        return response
