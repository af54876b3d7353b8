"""Which exceptions are still to be proposed: those that stand are left out, many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import DataError, connection

from makegood.kernel import Finding, MakegoodError
from makegood.trust.clock import now

if TYPE_CHECKING:
    from makegood.redress.quotes.deviating import Deviation

# A quote's second line is its JSON. As ``owner_of`` and ``propose_exceptions`` have it. A quote
# that is gone is not left out: who proposes it is told.
_SHOWN_TO = "split_part(note, E'\\n', 2)::jsonb ->> 'customer'"
_UNPROPOSED = f"""
SELECT place FROM (
    SELECT given.*, coalesce(holder.customer_id, given.line_id) AS customer_id, quote.note,
           coalesce(holder.first_customer_id, holder.customer_id, given.line_id) AS first_id
    FROM unnest(%(lines)s::text[], %(quotes)s::uuid[], %(amounts)s::bigint[])
         WITH ORDINALITY AS given (line_id, quote_id, amount, place)
    LEFT JOIN serving_holder AS holder ON holder.line_id = given.line_id
    LEFT JOIN quotes_quote AS quote ON quote.quote_id = given.quote_id) AS given
WHERE (note IS NULL
       OR coalesce(nullif({_SHOWN_TO}, line_id), first_id) = customer_id)
  AND NOT EXISTS (
    SELECT FROM proposal
    WHERE kind = 'customer_exception'
      AND subject IN ('customer:' || customer_id, 'customer:' || line_id)
      AND state IN ('open', 'approved') AND expires_at > %(now)s
      AND contents = jsonb_build_object(
          'measure', %(measure)s::text, 'line', line_id, 'amount', amount,
          'quote', quote_id::text))
ORDER BY place
"""
_OF_OTHERS = f"""
SELECT count(*)
FROM unnest(%(lines)s::text[], %(quotes)s::uuid[]) AS given (line_id, quote_id)
JOIN quotes_quote AS quote ON quote.quote_id = given.quote_id
LEFT JOIN serving_holder AS holder ON holder.line_id = given.line_id
WHERE coalesce(nullif({_SHOWN_TO}, given.line_id), holder.first_customer_id, holder.customer_id,
               given.line_id)
      <> coalesce(holder.customer_id, given.line_id)
"""
_OWNERS = f"""
SELECT quote.quote_id, coalesce(nullif({_SHOWN_TO}, quote.line_id), holder.first_customer_id,
                                holder.customer_id, quote.line_id)
FROM quotes_quote AS quote LEFT JOIN serving_holder AS holder ON holder.line_id = quote.line_id
WHERE quote.quote_id = ANY(%(quotes)s)
"""
_AT_ONCE = 5_000


def unproposed(measure: str, found: Iterable[Deviation]) -> Iterator[Deviation]:
    """Those of which an exception may be proposed and none stands, in the order given.

    Left out is also what somebody was shown who held the line before. Some thousands are looked up
    by one statement, as they are taken. Raises MakegoodError MG834 where the text of a quote cannot
    be read any more.
    """
    possible = (each for each in found if each.may_be_proposed)
    while several := list(islice(possible, _AT_ONCE)):
        for place in _places(measure, several):
            yield several[place - 1]


def shown_to_others(found: Iterable[Deviation]) -> int:
    """Of how many nobody can propose it: the quote was shown to who held the line before.

    Raises MakegoodError MG834 where the text of a quote cannot be read any more.
    """
    count, possible = 0, (each for each in found if each.may_be_proposed)
    while several := list(islice(possible, _AT_ONCE)):
        ((others,),) = _rows(_OF_OTHERS, _given(several))
        count += others
    return count


def owners_of_quotes(quotes: Sequence[UUID]) -> dict[UUID, str]:
    """By number whose quotes are, by one statement; those that are gone are not in it.

    Raises MakegoodError MG834 where the text of a quote cannot be read any more.
    """
    return dict(_rows(_OWNERS, {"quotes": list(quotes)}))


def _places(measure: str, several: Sequence[Deviation]) -> list[int]:
    """Which of them, counted from 1."""
    given = {
        **_given(several),
        "measure": measure,
        "amounts": [each.quoted for each in several],
        "now": now(),
    }
    return [int(row[0]) for row in _rows(_UNPROPOSED, given)]


def _given(several: Sequence[Deviation]) -> dict[str, Any]:
    return {
        "lines": [each.line_id for each in several],
        "quotes": [each.quote_id for each in several],
    }


def _rows(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, given)
            return [tuple(row) for row in cursor.fetchall()]
    except DataError:
        hint = "restore the store from a back-up, and run 'makegood audit verify'"
        message = "a quote was changed after it was kept: it cannot be read"
        raise MakegoodError(Finding("MG834", message, hint)) from None
