"""Quotes as they are kept, found by their number or by their line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from makegood.kernel import Finding, MakegoodError
from makegood.redress.quotes.content import Promised, Quote, read_quote

_KEEP = """
INSERT INTO quotes_quote (quote_id, programme, line_id, shown_at, note) VALUES (%s, %s, %s, %s, %s)
"""
_ONE = "SELECT programme, line_id, shown_at, note FROM quotes_quote WHERE quote_id = %s"
_OF_LINE = """
SELECT note FROM quotes_quote WHERE programme = %s AND line_id = %s
ORDER BY shown_at DESC, quote_id DESC
"""
_NEWEST = """
SELECT DISTINCT ON (line_id) line_id, note FROM quotes_quote
WHERE programme = %s AND line_id > %s ORDER BY line_id, shown_at DESC, quote_id DESC LIMIT %s
"""
_NEWEST_OF = """
SELECT DISTINCT ON (line_id) note FROM quotes_quote
WHERE programme = %s AND line_id = ANY(%s) ORDER BY line_id, shown_at DESC, quote_id DESC
"""
_AT_ONCE = 2_000


def keep(quote: Quote) -> None:
    """Add a quote, in the caller's transaction."""
    values: list[Any] = [quote.quote_id, quote.programme, quote.line_id, quote.shown_at, quote.note]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)


def quote_of(quote_id: UUID) -> Quote:
    """The quote of this number. Its signature is not looked at: ``verify_quote`` does.

    Raises MakegoodError MG836 where there is none, MG834 where its row was changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ONE, [quote_id])
        row = cursor.fetchone()
    if row is None:
        hint = "'makegood quote show LINE' gives a new one, with its number"
        raise MakegoodError(Finding("MG836", f"there is no quote {quote_id}", hint))
    quote = read_quote(row[3])
    stands = (quote.quote_id, quote.programme, quote.line_id, quote.shown_at)
    if stands != (quote_id, *row[:3]):
        hint = "restore the store from a back-up, and run 'makegood audit verify'"
        message = f"quote {quote_id} was changed after it was kept"
        raise MakegoodError(Finding("MG834", message, hint))
    return quote


def quotes_of(programme: str, line_id: str) -> list[Quote]:
    """What was shown for a line, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_LINE, [programme, line_id])
        return [read_quote(row[0]) for row in cursor.fetchall()]


def quoted_amounts(programme: str, measure: str, lines: Sequence[str]) -> dict[str, Promised]:
    """What the newest quote of each line promised of a measure; lines without one are not in it."""
    found = {}
    for start in range(0, len(lines), _AT_ONCE):
        with connection.cursor() as cursor:
            cursor.execute(_NEWEST_OF, [programme, list(lines[start : start + _AT_ONCE])])
            quotes = [read_quote(row[0]) for row in cursor.fetchall()]
        for quote in quotes:
            if measure in quote.decisions:
                found[quote.line_id] = quote.decisions[measure]
    return found


def newest_quotes(programme: str) -> Iterator[list[Quote]]:
    """The newest quote of every line, some thousands at a time, in the order of lines."""
    after = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEWEST, [programme, after, _AT_ONCE])
            rows = cursor.fetchall()
        if not rows:
            return
        after = str(rows[-1][0])
        yield [read_quote(row[1]) for row in rows]
