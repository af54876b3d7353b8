"""Quotes as they are kept, found by their number or by their line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from makegood.kernel import Finding, MakegoodError
from makegood.redress.quotes.content import Promised, Quote, read_quote
from makegood.redress.serving import owner_of
from makegood.trust.audit import entry_clauses
from makegood.trust.statements import prepared_cursor

_KEEP = """
INSERT INTO quotes_quote (quote_id, programme, line_id, shown_at, note) VALUES (%s, %s, %s, %s, %s)
"""
# Version and snapshot are hashes: where they stand in the note, it is of them. Whoever held the
# line before was shown what was theirs. A quote from when a measure was somebody else's lacks it;
# its second line is its JSON.
_KEEP_ONCE = f"""
WITH newest AS (SELECT verifier_key FROM audit_signer ORDER BY number DESC LIMIT 1),
made AS (
    INSERT INTO quotes_quote (quote_id, programme, line_id, shown_at, note)
    SELECT %(quote_id)s, %(programme)s, %(line_id)s, %(shown_at)s, %(note)s
    FROM newest WHERE verifier_key = %(signer)s AND NOT EXISTS (
        SELECT FROM quotes_quote WHERE programme = %(programme)s AND line_id = %(line_id)s
        AND strpos(note, %(programme_sha256)s) > 0 AND strpos(note, %(snapshot_sha256)s) > 0
        AND strpos(note, %(customer)s) > 0
        AND split_part(note, E'\\n', 2)::jsonb -> 'decisions' ?& %(measures)s::text[])
    RETURNING quote_id),
{entry_clauses("made")}
SELECT EXISTS (SELECT FROM newest WHERE verifier_key = %(signer)s), EXISTS (SELECT FROM made)
"""
_ONE = "SELECT programme, line_id, shown_at, note FROM quotes_quote WHERE quote_id = %s"
_OF_LINE = """
SELECT note FROM quotes_quote WHERE programme = %s AND line_id = %s
ORDER BY shown_at DESC, quote_id DESC
"""
_LINES = """
SELECT DISTINCT line_id FROM quotes_quote WHERE programme = %s AND line_id > %s
ORDER BY line_id LIMIT %s
"""
# As ``owner_of`` has it: what was shown when nobody held the line is its first holder's.
_OF_LINES = """
SELECT note, coalesce(holder.customer_id, quote.line_id),
       coalesce(holder.first_customer_id, holder.customer_id, quote.line_id)
FROM quotes_quote AS quote LEFT JOIN serving_holder AS holder ON holder.line_id = quote.line_id
WHERE quote.programme = %s AND quote.line_id = ANY(%s)
ORDER BY quote.line_id, quote.shown_at, quote.quote_id
"""
_AT_ONCE = 2_000


def keep(quote: Quote) -> None:
    """Add a quote, in the caller's transaction."""
    values: list[Any] = [quote.quote_id, quote.programme, quote.line_id, quote.shown_at, quote.note]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)


def keep_once(values: Mapping[str, object]) -> bool | None:
    """Add a quote with its entry where its line has none by version, snapshot, customer, measures.

    Whether it was added; None where another key than ``signer`` signs by now: then nothing was.
    """
    with prepared_cursor() as cursor:
        row = cursor.execute(_KEEP_ONCE, values).fetchone()
    if row is None:
        raise RuntimeError("a statement that always tells something told nothing")
    is_by_newest, is_new = row
    return bool(is_new) if is_by_newest else None


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


class Best(NamedTuple):
    """Of all that one customer was shown for a line, the quote that promised most of a measure.

    ``customer_id`` is whose it is; ``is_holders`` where they have the line now.
    """

    quote: Quote
    customer_id: str
    is_holders: bool


def quoted_amounts(programme: str, measure: str, lines: Sequence[str]) -> dict[str, Promised]:
    """The best that whoever has each line now was promised of a measure.

    Lines of which they were shown nothing are not in it.
    """
    found = dict[str, Promised]()
    for start in range(0, len(lines), _AT_ONCE):
        best = _best(programme, measure, lines[start : start + _AT_ONCE])
        found |= {
            each.quote.line_id: each.quote.decisions[measure] for each in best if each.is_holders
        }
    return found


def best_quotes(programme: str, measure: str) -> Iterator[list[Best]]:
    """Of each line and customer the quote that promised most of a measure; of equals the newest.

    Some thousands of lines at a time, in their order. What was promised once is not undone by being
    shown less later, and what somebody was shown who held the line before hides nobody's.
    """
    after = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_LINES, [programme, after, _AT_ONCE])
            lines = [str(row[0]) for row in cursor.fetchall()]
        if not lines:
            return
        after = lines[-1]
        yield _best(programme, measure, lines)


def _best(programme: str, measure: str, lines: Sequence[str]) -> list[Best]:
    """In the order of lines; of one line that of who has it now first."""
    best = dict[tuple[str, str], Best]()
    with connection.cursor() as cursor:
        cursor.execute(_OF_LINES, [programme, list(lines)])
        while rows := cursor.fetchmany(_AT_ONCE):
            for note, holder, first_holder in rows:
                quote = read_quote(note)
                if measure not in quote.decisions:
                    continue
                customer = owner_of(quote, first_holder)
                standing = best.get((quote.line_id, customer))
                if standing is None or _worth(quote, measure) >= _worth(standing.quote, measure):
                    best[quote.line_id, customer] = Best(quote, customer, customer == holder)
    return sorted(
        best.values(), key=lambda each: (each.quote.line_id, not each.is_holders, each.customer_id)
    )


def _worth(quote: Quote, measure: str) -> tuple[bool, int]:
    promised = quote.decisions[measure]
    return promised.is_granted, promised.amount or 0
