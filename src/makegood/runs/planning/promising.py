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
from makegood.runs.planning.own_money import own_beyond
from makegood.runs.planning.promised_amounts import (
    claimed_by_customer,
    promised_in_all,
    upheld_by_customer,
)
from makegood.runs.rows import execute, select
from makegood.trust.audit import Record, append
from makegood.trust.clock import now

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.decisions import Decisions
    from makegood.ledger import Balance
    from makegood.programmes import Measure, Programme
    from makegood.trust.audit import Json

_WHOSE = ("line_id", "first_holder_id")
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('makegood.promised:' || %s, 0))"
# A name may hold what LIKE takes for a pattern; a key is at its beginning or it is not.
_POSTED = (
    "SELECT count(*) FROM ledger_transfer WHERE transfer_key = %s OR starts_with(transfer_key, %s)"
)


def promise(settings: Settings, programme: Programme, decisions: Decisions) -> int:
    """Post what decisions promise beyond what was promised, or less, per measure; how many.

    A line whose claims came to more than its decision says, by two persons or by the facts of
    another day, or of which two persons upheld a quote, counts with that, each customer's by
    itself: what was claimed or paid meanwhile stays where it is. So does what credits and top-ups
    bring beyond it. What is promised no more comes out of what is promised still, and after the
    measure was closed out of what was released. The same decisions again post nothing.
    """
    day = now().astimezone(ZoneInfo(programme.section.time_zone)).date()
    with transaction.atomic():
        execute(_ALONE, [programme.identifier])
        beyond = {
            name: _beyond(settings, programme, decisions, name) for name in decisions.measures
        }
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


def _beyond(settings: Settings, programme: Programme, decisions: Decisions, measure: str) -> _Sum:
    """What lines get more than decisions grant them, and how many get something for that alone.

    By their claims, by a quote that two persons upheld, by credits and top-ups.
    """
    from makegood.redress.claims import claimed_amounts
    from makegood.redress.quotes import upheld_amounts

    named = (programme.identifier, measure)
    by_claims = claimed_amounts(*named)
    upheld = _upheld_beyond(*named, upheld_amounts(*named))
    both = pa.concat_tables([by_claims, upheld])
    claimed = both.group_by("line_id").aggregate([("amount", "sum")])
    claimed = claimed.rename_columns(["line_id", "amount"])
    own, heads = own_beyond(settings, programme.identifier, decisions, measure, by_claims, claimed)
    if not claimed.num_rows:
        return _Sum(own, heads)
    due = _due(decisions, measure, claimed)
    more = pc.subtract(claimed.column("amount"), due)
    more = pc.sum(pc.max_element_wise(more, 0)).as_py()
    return _Sum(more + own, pc.sum(pc.equal(due, 0)).as_py() + heads)


def _upheld_beyond(programme: str, measure: str, upheld: pa.Table) -> pa.Table:
    """By line what was upheld for its customers beyond what they claimed: line_id and amount."""
    rows = zip(*(upheld.column(name).to_pylist() for name in _WHOSE), strict=True)
    claimed = claimed_by_customer(programme, measure, dict(rows))
    beyond = dict[str, int]()
    for line, of_line in upheld_by_customer(upheld).items():
        theirs = claimed.get(line, {})
        beyond[line] = promised_in_all(theirs, of_line) - sum(theirs.values())
    amounts = pa.array(beyond.values(), pa.int64())
    return pa.table({"line_id": pa.array(beyond, pa.string()), "amount": amounts})


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
    """Release what is promised of measures whose claims are closed; of how many something moved.

    What a late window may still bring stays promised. What is refused, withdrawn or promised anew
    afterwards is released by the next call. What was taken out of the promised afterwards, though
    it had been released, comes back from there: a better approval, a top-up, lines that may come
    late by newer facts.
    """
    closed = [
        (name, measure)
        for name, measure in programme.measures.items()
        if measure.amount is not None
        and (closing := closes_at(programme, measure)) is not None
        and closing <= at
    ]
    found = balances(programme.identifier) if closed else []
    done = 0
    for name, measure in closed:
        seen = (
            *(programme.sha256, _newest_snapshot(programme)),
            *(amount_in(found, account, name) for account in (Account.PROMISED, Account.RELEASED)),
        )
        # Asked every few seconds: what stays promised is reckoned again where something changed.
        if _LOOKED_AT.get((programme.identifier, name)) == seen:
            continue
        kept = _kept_for_late(settings, programme, measure)
        if _evened(programme, name, kept, at):
            done += 1
        else:
            _LOOKED_AT[programme.identifier, name] = seen
    return done


def _evened(programme: Programme, measure: str, kept: int, at: datetime) -> bool:
    """Leave as much promised as may still come, out of what is released; whether it was not so."""
    identifier = programme.identifier
    day = at.astimezone(ZoneInfo(programme.section.time_zone)).date()
    with transaction.atomic():
        execute(_ALONE, [identifier])
        found = balances(identifier)
        left = amount_in(found, Account.PROMISED, measure) - kept
        released = max(0, amount_in(found, Account.RELEASED, measure))
        if left > 0:
            word, kind, amount = "closed", "ledger.released", left
            where = (Account.PROMISED, Account.RELEASED)
        else:
            word, kind, amount = "reopened", "ledger.promised_again", min(-left, released)
            where = (Account.RELEASED, Account.PROMISED)
        if amount == 0:
            return False
        subject = f"measure:{identifier}:{measure}"
        key = _key(f"{word}:{identifier}:{measure}")
        post([Transfer(key, identifier, measure, day, *where, amount, 0, subject)])
        details: dict[str, Json] = {"amount": amount, "still_promised": kept}
        append(Record(kind, "system:worker", subject, details=details))
    return True


_LOOKED_AT: dict[tuple[str, str], tuple[object, ...]] = {}


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
