"""The first page: what happened, what everybody gets, by when. Anybody may read and keep it."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from makegood.dues import announcement
from makegood.portal.frame import frame_to_keep, language
from makegood.portal.headers import may_be_kept
from makegood.publication import newest_versions
from makegood.redress.serving import programme_in_force
from makegood.trust.clock import now


class _Key(NamedTuple):
    versions: tuple[tuple[str, str], ...]
    language: str
    carried: str
    minute: datetime


class _Page(NamedTuple):
    content: bytes
    etag: str


_written: dict[_Key, _Page] = {}
_KEPT = 8


@require_safe
def start(request: HttpRequest) -> HttpResponseBase:
    """Written from the programmes in force, once a minute: no cookie is read and none is set."""
    page = _page(request)
    response = HttpResponse(page.content)
    response.headers["ETag"] = page.etag
    found = get_conditional_response(request, etag=page.etag, response=response)
    answer = found if isinstance(found, HttpResponse) else response
    return may_be_kept(answer)


def _page(request: HttpRequest) -> _Page:
    at, around = now(), frame_to_keep(request)
    # Deadlines pass on the minute; a version that was published is shown at once.
    key = _Key(
        tuple(sorted(newest_versions().items())),
        language(),
        around["frame"]["carried"],
        at.replace(second=0, microsecond=0),
    )
    found = _written.get(key)
    if found is None:
        told = [
            announcement(programme_in_force(name), key.language, at) for name, _ in key.versions
        ]
        context = {**around, "announcements": told}
        content = render_to_string("portal/start.html", context, request).encode()
        if len(_written) >= _KEPT:
            _written.clear()
        etag = f'"{sha256(content).hexdigest()[:32]}"'
        found = _written[key] = _Page(content, etag)
    return found
