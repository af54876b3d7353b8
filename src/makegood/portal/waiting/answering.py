"""The page of those who wait: written once in each language, filled in for each visitor."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from math import ceil

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.encoding import escape_uri_path
from django.utils.html import escape
from django.utils.http import escape_leading_slashes
from django.utils.translation import gettext as _

from makegood.portal.languages import chosen_language, remember_language
from makegood.portal.waiting.values import Outlook
from makegood.trust.staff import put_headers

_SLOT = re.compile("@(again|ahead|wait|note|here|other)@")
_TOO_MANY_REQUESTS = 429
_MINUTE, _MINUTES_TOLD_MAX, _HOUR_MINUTES = 60, 90, 60


def page(request: HttpRequest, outlook: Outlook, *, https: bool) -> HttpResponse:
    """The page of the queue, at the address that was asked for.

    What was to be changed without having been let in is answered by 429 (RFC 6585), all else by
    200: the page is what there is to show.
    """
    language = chosen_language(request)
    told: dict[str, str] = {
        name: escape(text) for name, text in words_of(outlook, language).items()
    }
    here = escape(_within(request.path))
    other = "ko" if language == "en" else "en"
    told |= {"again": str(outlook.again_seconds), "here": here, "other": f"{here}?lang={other}"}
    text = "".join(
        told[part] if is_slot else part
        for part, is_slot in zip(_parts(language), _alternating(language), strict=True)
    )
    is_reading = request.method in {"GET", "HEAD"}
    answer = HttpResponse(text, status=200 if is_reading else _TOO_MANY_REQUESTS)
    answer.headers["Content-Language"] = language
    # An enhanced part of a page must not be put where this page stands: load the whole.
    answer.headers["HX-Refresh"] = "true"
    # Its links are plain, and its script asks at an address of its own.
    remember_language(request, answer, https=https)
    return _headed(answer, outlook, https=https)


def told_shortly(request: HttpRequest, outlook: Outlook | None, *, https: bool) -> HttpResponse:
    """The same for the page's script; ``outlook`` None: it is this visitor's turn."""
    if outlook is None:
        content: dict[str, object] = {"admitted": True}
    else:
        words = words_of(outlook, chosen_language(request))
        content = {"admitted": False, "again": outlook.again_seconds, **words}
    answer = HttpResponse(
        json.dumps(content, ensure_ascii=False), content_type="application/json; charset=utf-8"
    )
    return _headed(answer, outlook, https=https)


def words_of(outlook: Outlook, language: str) -> Mapping[str, str]:
    """``ahead``, ``wait`` and ``note`` in words."""
    with translation.override(language):
        if outlook.is_crowded:
            note = _("Very many come from your network. You get a place when some of them are in.")
            return {"ahead": _("not known yet"), "wait": _("not known yet"), "note": note}
        note = ""
        if outlook.is_disturbed:
            note = _("At the moment nobody can be let in. Your place is kept.")
        return {"ahead": _ahead(outlook.ahead), "wait": _wait(outlook.seconds), "note": note}


def _ahead(people: int | None) -> str:
    if people is None:
        return _("not known yet")
    if not people:
        return _("You are next")
    return _("one person") if people == 1 else _("%(people)s people") % {"people": f"{people:,}"}


def _wait(seconds: float | None) -> str:
    """An estimate, rounded up: who is told less than comes true waits in vain."""
    if seconds is None:
        return _("We cannot say at the moment")
    minutes = ceil(seconds / _MINUTE)
    if minutes <= 1:
        return _("less than a minute")
    if minutes <= _MINUTES_TOLD_MAX:
        return _("about %(minutes)d minutes") % {"minutes": minutes}
    return _("about %(hours)d hours") % {"hours": ceil(minutes / _HOUR_MINUTES)}


def _within(path: str) -> str:
    """An address of this site: ``//host/`` as somebody wrote it would lead to another one."""
    return escape_leading_slashes(escape_uri_path(path))


def _headed(answer: HttpResponse, outlook: Outlook | None, *, https: bool) -> HttpResponse:
    put_headers(answer, https=https)
    if outlook is not None:
        answer.headers["Retry-After"] = str(outlook.again_seconds)
    return answer


@cache
def _parts(language: str) -> tuple[str, ...]:
    """The page of a language, cut at what differs: text and names of slots in turn."""
    other = "ko" if language == "en" else "en"
    frame = {"language": language, "other_language": other, "in_other_language": "@other@"}
    with translation.override(language):
        return tuple(_SLOT.split(render_to_string("waiting/queue.html", {"frame": frame})))


@cache
def _alternating(language: str) -> tuple[bool, ...]:
    return tuple(index % 2 == 1 for index in range(len(_parts(language))))
