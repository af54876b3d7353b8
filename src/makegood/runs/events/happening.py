"""What happened and nobody was told of: events of claims, and passes that were granted.

``claims_event`` is written in the transaction of each change, and so is the grant of a choice:
both are what messages are made from, and making an application costs nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from makegood.runs.events.wanted import Wanted
from makegood.runs.rows import select

_KEY = "'EV' || upper(left(encode(sha256(convert_to({words}, 'UTF8')), 'hex'), 30))"
_WANTED = """
wanted AS (
    SELECT * FROM unnest(%(programmes)s::text[], %(measures)s::text[], %(states)s::text[],
                         %(sinces)s::timestamptz[]) AS given (programme, measure, state, since))
"""
_CLAIMS = f"""
WITH {_WANTED},
recent AS (
    SELECT event.*, {_KEY.format(words="'claim:' || claim_id || ':' || number")} AS item_key
    FROM claims_event AS event
    WHERE at >= %(since)s AND after = ANY(%(states)s) AND after <> before)
SELECT recent.item_key, recent.after, recent.at, claim.programme, claim.measure, claim.line_id,
       coalesce(holder.first_customer_id, holder.customer_id, claim.customer_id), recent.amount,
       claim.receipt_number, recent.reason, claim.pay_on
FROM recent JOIN claims_claim AS claim USING (claim_id)
LEFT JOIN serving_holder AS holder  -- as ``serving.owner_of`` says
    ON claim.customer_id = claim.line_id AND holder.line_id = claim.line_id
JOIN wanted ON wanted.programme = claim.programme AND wanted.measure = claim.measure
           AND wanted.state = recent.after
WHERE (wanted.since IS NULL OR recent.at >= wanted.since)
  AND NOT EXISTS (SELECT FROM events_told AS told WHERE told.item_key = recent.item_key)
ORDER BY recent.at, recent.item_key LIMIT %(limit)s
"""
_PASSES = f"""
WITH {_WANTED},
recent AS (
    SELECT choice.*, {_KEY.format(words="'pass:' || item_key || ':' || run_id")} AS told_key
    FROM choices_choice AS choice WHERE state = 'granted' AND settled_at >= %(since)s)
SELECT recent.told_key, 'granted', recent.settled_at, recent.programme, recent.measure,
       recent.line_id, coalesce(holder.first_customer_id, holder.customer_id, recent.customer_id),
       0, recent.option, '', NULL::date
FROM recent JOIN wanted USING (programme, measure, state)
LEFT JOIN serving_holder AS holder  -- as above
    ON recent.customer_id = recent.line_id AND holder.line_id = recent.line_id
WHERE (wanted.since IS NULL OR recent.settled_at >= wanted.since)
  AND NOT EXISTS (SELECT FROM events_told AS told WHERE told.item_key = recent.told_key)
ORDER BY recent.settled_at, recent.told_key LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event to be told. ``state`` is what the claim, or the choice, came to by it.

    ``detail`` is the receipt number, or of a pass its option; ``amount`` in minor units.
    """

    item_key: str
    state: str
    at: datetime
    programme: str
    measure: str
    line_id: str
    customer_id: str
    amount: int
    detail: str
    reason: str
    pay_on: date | None


def happened(wanted: Sequence[Wanted], since: datetime, limit: int) -> list[Happened]:
    """Events since an instant that are in no batch, the oldest first, ``limit`` of each sort."""
    found = []
    for statement, is_pass in ((_CLAIMS, False), (_PASSES, True)):
        some = [each for each in wanted if (each.state == "granted") is is_pass]
        if not some:
            continue
        values = {
            "programmes": [each.programme for each in some],
            "measures": [each.measure for each in some],
            "states": [each.state for each in some],
            "sinces": [each.since for each in some],
            "since": since,
            "limit": limit,
        }
        found += [Happened(*row) for row in select(statement, values)]
    return found
