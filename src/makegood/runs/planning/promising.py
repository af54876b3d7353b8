"""What decisions promise stands in the ledger, and what nobody claimed is released."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
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

    A line whose claims came to more than its decision says, by two persons or by the facts of
    another day, counts with that: what was claimed or paid meanwhile stays where it is. What is
    promised no more comes out of what is promised still, and after the measure was closed out of
    what was released. The same decisions again post nothing.
    """
    day = now().astimezone(ZoneInfo(programme.section.time_zone)).date()
    with transaction.atomic():
        execute(_ALONE, [programme.identifier])
        beyond = {name: _beyond(programme, decisions, name) for name in decisions.measures}
        found = balances(programme.identifier)
        made = []
        for name, counts in decisions.measures.items():
            granted = sum(c.lines for c in counts.counts if c.amount is not None)
            amount, heads = beyond[name]
            wanted = _Sum((counts.amount or 0) + amount, granted + heads)
            key = f"promised:{decisions.content_sha256[:12]}:{name}"
            made += [
                Transfer(
                    _key(f"{key}{place}"),
                    programme.identifier,
                    name,
                    day,
                    *where,
                    part.amount,
                    max(0, part.heads),
                    f"decisions:{decisions.content_sha256[:12]}",
                )
                for place, where, part in _moves(found, name, wanted)
            ]
        return post(made)


class _Sum(NamedTuple):
    amount: int
    heads: int


def _moves(
    found: Sequence[Balance], measure: str, wanted: _Sum
) -> Iterator[tuple[str, tuple[Account, Account], _Sum]]:
    """What brings the promised to what is wanted: how its key ends, from where to where, how much.

    Released money was promised once, and is neither promised again nor taken out twice.
    """
    promised = _promised(found, measure)
    more = wanted.amount - promised.amount
    heads = wanted.heads - promised.heads
    if more > 0:
        yield "", (Account.BUDGET, Account.PROMISED), _Sum(more, heads)
    if more >= 0:
        return
    released = min(-more, max(0, amount_in(found, Account.RELEASED, measure)))
    if released:
        yield ":released", (Account.RELEASED, Account.BUDGET), _Sum(released, 0)
    if released < -more:
        yield "", (Account.PROMISED, Account.BUDGET), _Sum(-more - released, -heads)


def _beyond(programme: Programme, decisions: Decisions, measure: str) -> _Sum:
    """What lines claimed more than decisions grant them, and how many have a claim alone."""
    from makegood.redress.claims import claimed_amounts

    claimed = claimed_amounts(programme.identifier, measure)
    if not claimed.num_rows:
        return _Sum(0, 0)
    due = _due(decisions, measure, claimed)
    more = pc.subtract(claimed.column("amount"), due)
    more = pc.sum(pc.max_element_wise(more, 0)).as_py()
    return _Sum(more, pc.sum(pc.equal(due, 0)).as_py())


def _due(decisions: Decisions, measure: str, claimed: pa.Table, way: str = "") -> pa.Array:
    """What decisions grant each of these lines, 0 for nothing; of one way, where one is named."""
    import pyarrow.dataset as ds

    from makegood.decisions import amount_column

    counts = decisions.measures[measure].counts
    codes = [c.code for c in counts if c.amount is not None and way in ("", c.way)]
    name = amount_column(measure)
    wanted = ds.field("line_id").isin(claimed.column("line_id")) & ds.field(measure).isin(codes)
    granted = ds.dataset([str(path) for path in decisions.part_paths()])
    if not codes or name not in granted.schema.names:
        return pa.array([0] * claimed.num_rows, pa.int64())
    found = granted.to_table(columns=["line_id", name], filter=wanted)
    at = pc.index_in(claimed.column("line_id"), found.column("line_id").combine_chunks())
    due = found.column(name).combine_chunks().take(at.combine_chunks())
    return pc.fill_null(due, 0)


def release_unclaimed(settings: Settings, programme: Programme, at: datetime) -> int:
    """Release what is promised of measures whose claims are closed; how many of them.

    What a late window may still bring stays promised. What is refused, withdrawn or promised anew
    afterwards is released by the next call.
    """
    day = at.astimezone(ZoneInfo(programme.section.time_zone)).date()
    done = 0
    for name, measure in programme.measures.items():
        closing = closes_at(programme, measure)
        if closing is None or closing > at or measure.amount is None:
            continue
        promised = amount_in(balances(programme.identifier), Account.PROMISED, name)
        seen = (programme.sha256, _newest_snapshot(programme), promised)
        # Asked every few seconds: what stays promised is reckoned again where something changed.
        if promised <= 0 or _LOOKED_AT.get((programme.identifier, name)) == seen:
            continue
        kept = _kept_for_late(settings, programme, measure)
        with transaction.atomic():
            execute(_ALONE, [programme.identifier])
            left = amount_in(balances(programme.identifier), Account.PROMISED, name) - kept
            if left <= 0:
                _LOOKED_AT[programme.identifier, name] = seen
                continue
            subject = f"measure:{programme.identifier}:{name}"
            key = _key(f"closed:{programme.identifier}:{name}")
            where = (Account.PROMISED, Account.RELEASED)
            done += post([Transfer(key, programme.identifier, name, day, *where, left, 0, subject)])
            details: dict[str, Json] = {"amount": left, "still_promised": kept}
            append(Record("ledger.released", "system:worker", subject, details=details))
    return done


_LOOKED_AT: dict[tuple[str, str], tuple[str, str, int]] = {}


def _newest_snapshot(programme: Programme) -> str:
    from makegood.redress.serving import newest

    known = newest(programme.identifier)
    return known.content_sha256 if known else ""


def _kept_for_late(settings: Settings, programme: Programme, measure: Measure) -> int:
    """What lines may still claim with a document, by the newest decisions, and have not yet."""
    if measure.late is None:
        return 0
    from makegood.decisions import Way
    from makegood.redress.claims import claimed_amounts
    from makegood.runs.planning.deciding import newest_decisions

    decisions = newest_decisions(settings, programme).decisions
    counts = decisions.measures[measure.name].counts
    granted = sum(c.amount or 0 for c in counts if c.way is Way.WITH_DOCUMENT)
    claimed = claimed_amounts(programme.identifier, measure.name)
    if not granted or not claimed.num_rows:
        return granted
    due = _due(decisions, measure.name, claimed, Way.WITH_DOCUMENT)
    taken = pc.sum(pc.min_element_wise(due, claimed.column("amount"))).as_py()
    return granted - int(taken)


def _promised(found: Sequence[Balance], measure: str) -> _Sum:
    """What was taken out of the budget for a measure: amount and heads."""
    own = [b for b in found if b.measure == measure and b.account is Account.BUDGET]
    return _Sum(-sum(b.amount for b in own), -sum(b.heads for b in own))


def _key(key: str) -> str:
    """The key, numbered where decisions come back that others had taken the place of."""
    times = _times(key)
    return f"{key}:{times + 1}" if times else key


def _times(key: str) -> int:
    return int(select(_POSTED, [key, f"{key}:"])[0][0])
