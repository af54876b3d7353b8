"""The cards of a line as HTML: their form is kept, the line's own words are put in each time.

A form is HTML with blanks for all that is said of one line alone: amounts, reasons, receipt
numbers, what has arrived, facts. So a form is nobody's, a few hundred of them serve all customers,
and nothing personal stays in memory once a page is written. The HTML of a card that many lines
share is kept with the card, for the second for which that is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeAlias

from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override

from makegood.dues.blanks import blank_card
from makegood.dues.forms import Blanks, Form
from makegood.dues.values import Card, Dues, LineDues

Address: TypeAlias = str | Callable[[LineDues, Card, str], str]
"""An address's name, or a function of line, card and receipt number that gives the address."""

_FORMS_MAX = 2_048
_Named: TypeAlias = tuple[tuple[str, str], ...]
"""The names of a site's addresses by act."""
_Facts: TypeAlias = tuple[tuple[str, str], ...]


class _Site:
    """A site's addresses. There is one of each, so that it is told from others by being it."""

    def __init__(self, prefix: str, named: _Named) -> None:
        self.prefix, self.addresses = prefix, dict(named)


@lru_cache(maxsize=16)
def _site(prefix: str, named: _Named) -> _Site:
    """The site whose addresses begin so and are named so."""
    return _Site(prefix, named)


def cards_html(line: LineDues, addresses: Mapping[str, Address], *, unfolded: bool) -> SafeString:
    """All cards of one line and what is known of it, in the language in force.

    ``addresses`` are the site's, by act. Where one of them is a function, no form of a card is
    kept: nobody knows what it puts in. ``unfolded``: cards of what the line does not get are shown
    whole.
    """
    named = tuple((act, there) for act, there in addresses.items() if isinstance(there, str))
    if len(named) < len(addresses):
        cards = [_rendered(card, line, addresses, unfolded=unfolded) for card in line.cards]
    else:
        site = _site(get_script_prefix(), named)
        cards = [_filled(card, line.number, site, unfolded=unfolded) for card in line.cards]
    blanks = Blanks()
    # Each was escaped by its template or its form.
    inside = blanks.one(mark_safe("".join(cards)))  # noqa: S308
    facts = tuple((label, blanks.one(value)) for label, value in line.facts)
    return _line_form(str(get_language()), line.name_of_line, inside, facts).filled(blanks)


def lone_claims_html(dues: Dues, addresses: Mapping[str, Address]) -> SafeString:
    """The customer's applications that belong to no card, under a heading; empty without any.

    In the language in force; few have any, so that no form is kept.
    """
    if not dues.alone:
        return SafeString()
    context = {"alone": dues.alone, "addresses": addresses}
    return render_to_string("dues/alone.html", context)


def _filled(card: Card, number: int, site: _Site, *, unfolded: bool) -> str:
    key = number, site, unfolded
    if card.pages is not None and (found := card.pages.get(key)) is not None:
        return found
    blanks = Blanks()
    html = _card_form(blank_card(card, blanks), number, site, unfolded=unfolded).filled(blanks)
    if card.pages is not None:
        card.pages[key] = html
    return html


@lru_cache(maxsize=_FORMS_MAX)
def _card_form(card: Card, number: int, site: _Site, *, unfolded: bool) -> Form:
    """The form of a card that has blanks, of the line in this place."""
    line = LineDues(line_id="", number=number, name_of_line="", cards=())
    return Form(_rendered(card, line, site.addresses, unfolded=unfolded))


@lru_cache(maxsize=_FORMS_MAX)
def _line_form(language: str, name: str, cards: str, facts: _Facts) -> Form:
    """The form of what is shown of a line, with blanks for its cards and the facts' values."""
    with override(language):
        context = {"name": name, "cards": cards, "facts": facts}
        return Form(render_to_string("dues/line.html", context))


def _rendered(
    card: Card, line: LineDues, addresses: Mapping[str, Address], *, unfolded: bool
) -> str:
    context = {"card": card, "line": line, "addresses": addresses, "unfolded": unfolded}
    return render_to_string("dues/card.html", context)
