"""What decisions promise stands in the ledger, and what nobody claimed is released."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from makegood.ledger import Account, Transfer, amount_in, balances, post
from makegood.runs.planning.due import closes_at
from makegood.runs.rows import execute, select
from makegood.trust.audit import Record, append
from makegood.trust.clock import now

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.decisions import Decisions
    from makegood.ledger import Balance
    from makegood.programmes import Measure, Programme
    from makegood.trust.audit import Json

_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('makegood.promised:' || %s, 0))"
# A name may hold what LIKE takes for a pattern; a key is at its beginning or it is not.
_POSTED = (
    "SELECT count(*) FROM ledger_transfer WHERE transfer_key = %s OR starts_with(transfer_key, %s)"
)


def promise(programme: Programme, decisions: Decisions) -> int:
    """Post what decisions promise beyond what was promised, or less, per measure; how many.

    The same decisions again post nothing. What was claimed or paid meanwhile stays where it is.
    """
    day = now().astimezone(ZoneInfo(programme.section.time_zone)).date()
    with transaction.atomic():
        execute(_ALONE, [programme.identifier])
        found = balances(programme.identifier)
        made = []
        for name, counts in decisions.measures.items():
            promised, heads = _promised(found, name)
            wanted = counts.amount or 0
            if wanted == promised:
                continue
            granted = sum(c.lines for c in counts.counts if c.amount is not None)
            more = wanted > promised
            source, target = Account.BUDGET, Account.PROMISED
            made.append(
                Transfer(
                    _key(f"promised:{decisions.content_sha256[:12]}:{name}"),
                    programme.identifier,
                    name,
                    day,
                    source if more else target,
                    target if more else source,
                    abs(wanted - promised),
                    max(0, granted - heads if more else heads - granted),
                    f"decisions:{decisions.content_sha256[:12]}",
                )
            )
        return post(made)


def release_unclaimed(settings: Settings, programme: Programme, at: datetime) -> int:
    """Release what is still promised of measures whose claims are closed; how many new ones.

    What a late window may still bring stays promised. Posted once per measure.
    """
    day = at.astimezone(ZoneInfo(programme.section.time_zone)).date()
    done = 0
    for name, measure in programme.measures.items():
        closing = closes_at(programme, measure)
        key = f"closed:{programme.identifier}:{name}"
        if closing is None or closing > at or measure.amount is None or _times(key):
            continue
        kept = _kept_for_late(settings, programme, measure)
        with transaction.atomic():
            execute(_ALONE, [programme.identifier])
            left = amount_in(balances(programme.identifier), Account.PROMISED, name) - kept
            if left <= 0 or _times(key):
                continue
            subject = f"measure:{programme.identifier}:{name}"
            where = (Account.PROMISED, Account.RELEASED)
            done += post([Transfer(key, programme.identifier, name, day, *where, left, 0, subject)])
            details: dict[str, Json] = {"amount": left, "still_promised": kept}
            append(Record("ledger.released", "system:worker", subject, details=details))
    return done


def _kept_for_late(settings: Settings, programme: Programme, measure: Measure) -> int:
    """What lines may still claim with a document, by the newest decisions."""
    if measure.late is None:
        return 0
    from makegood.decisions import Way
    from makegood.runs.planning.deciding import newest_decisions

    decisions = newest_decisions(settings, programme).decisions
    counts = decisions.measures[measure.name].counts
    return sum(c.amount or 0 for c in counts if c.way is Way.WITH_DOCUMENT)


def _promised(found: Sequence[Balance], measure: str) -> tuple[int, int]:
    """What was taken out of the budget for a measure: amount and heads."""
    own = [b for b in found if b.measure == measure and b.account is Account.BUDGET]
    return -sum(b.amount for b in own), -sum(b.heads for b in own)


def _key(key: str) -> str:
    """The key, numbered where decisions come back that others had taken the place of."""
    times = _times(key)
    return f"{key}:{times + 1}" if times else key


def _times(key: str) -> int:
    return int(select(_POSTED, [key, f"{key}:"])[0][0])
