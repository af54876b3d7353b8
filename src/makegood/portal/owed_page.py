"""The page of what is due, as HTML: its form is kept, what is one customer's own is put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.translation import override

from makegood.dues import Blanks, Dues, Form, cards_html, lone_claims_html
from makegood.portal.frame import frame, language

_FORMS_MAX = 256
_Frame: TypeAlias = tuple[tuple[str, str], ...]
_TEMPLATE = "portal/dues.html"
ADDRESSES = {
    "apply": "portal:apply",
    "apply_late": "portal:apply",
    "enrol": "portal:enrol",
    "choose": "portal:choose",
    "show_code": "portal:show_code",
    "take_coupon": "portal:coupon",
    "certificate": "portal:certificate",
    "claim": "portal:claim",
    "correct_account": "portal:correct",
    "withdraw": "portal:withdraw",
    "object": "portal:object",
}
"""Where the acts of a card are done on this site."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line on the page; ``cards`` are HTML, or a blank for it."""

    number: int
    name: str
    has_penalty: bool
    has_ended: bool
    cards: str


@dataclass(frozen=True, slots=True)
class _Body:
    """What stands on the page. ``alone`` belongs to none of its lines: HTML, or a blank for it.

    Not ``is_known``: nothing is known of lines at the moment.
    """

    lines: tuple[_Line, ...]
    alone: str
    phones: tuple[str, ...]
    is_known: bool


def dues_page(request: HttpRequest, dues: Dues) -> str:
    """The page for who is signed in, in the language in force.

    The form of a page knows how many lines there are, which of them ended, and nothing of anybody.
    Where somebody gets nothing for their one line, the reasons are shown unfolded. A page that
    tells something besides, such as that one was signed in again, is written as a whole.
    """
    unfolded = len(dues.lines) == 1 and all(card.is_aside for card in dues.lines[0].cards)
    cards = [cards_html(line, ADDRESSES, unfolded=unfolded) for line in dues.lines]
    alone = lone_claims_html(dues, ADDRESSES)
    phones = _phones(dues)
    if len(get_messages(request)):
        context = {"page": _Body(_lines(dues, cards), alone, phones, dues.is_known)}
        return render_to_string(_TEMPLATE, context, request)
    blanks = Blanks()
    token, lines = blanks.one(get_token(request)), _lines(dues, blanks.each(cards))
    around = tuple(frame(request)["frame"].items())
    body = _Body(lines, blanks.one(alone), phones, dues.is_known)
    return _form(language(), get_script_prefix(), around, token, body).filled(blanks)


def _phones(dues: Dues) -> tuple[str, ...]:
    """The centres of all programmes that the page is about, each once."""
    centres = [each.section.centre for each in dues.programmes]
    phones = [*(centre.phone for centre in centres if centre), *(x.phone for x in dues.alone)]
    return tuple(dict.fromkeys(phone for phone in phones if phone))


def _lines(dues: Dues, cards: Sequence[str]) -> tuple[_Line, ...]:
    return tuple(
        _Line(line.number, line.name_of_line, bool(line.penalty_of), line.has_ended, html)
        for line, html in zip(dues.lines, cards, strict=True)
    )


@lru_cache(maxsize=_FORMS_MAX)
def _form(
    spoken: str,
    prefix: str,  # noqa: ARG001 - addresses begin with it
    around: _Frame,
    token: str,
    body: _Body,
) -> Form:
    """The form of the page of somebody with so many lines; ``token`` is a blank as well."""
    context = {
        "frame": dict(around),
        "request": {"customer": True},
        "csrf_token": token,
        "page": body,
    }
    with override(spoken):
        return Form(render_to_string(_TEMPLATE, context))
