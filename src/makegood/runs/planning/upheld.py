"""What a quote promised and two persons upheld: a run brings what the line does not have yet.

The run is a top-up of the family of what comes once: it is never planned at the same time as a bill
or a pay-out of the measure, and what it brings a line that had nothing has the line's own key. What
it adds to something has a key of the quote's. So the better reaches the line once, whatever else is
planned before or after.

Each promise is one customer's: what they have of the line counts against it, and what is missing
goes where theirs went, whoever else had something of the line before or after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyarrow as pa

from makegood.channels import ChannelName
from makegood.kernel import ONCE, pay_once_key
from makegood.redress.claims import Claim, ClaimState, claims_of_lines
from makegood.redress.quotes import (
    UpheldPromise,
    all_promises,
    measures_with_promises,
    open_promises,
    settle_promises,
    take_promises,
)
from makegood.redress.serving import owner_of, standings_of
from makegood.runs.faults import one_by_one
from makegood.runs.kinds import RunKind
from makegood.runs.locks import locks
from makegood.runs.planning.due import Due, first_bill
from makegood.runs.planning.having import (
    Have,
    had_by,
    has_closed_bill,
    have,
    money_runs,
)
from makegood.runs.planning.problems import being_planned
from makegood.runs.planning.times import at_time_of
from makegood.runs.troubles import tell_once

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.programmes import Measure, Programme
    from makegood.runs.rows import RunRow

OVER = frozenset({ClaimState.WITHDRAWN, ClaimState.REFUSED})
"""Where a claim stands that brings nothing."""


def is_upheld(kind: RunKind, period: str) -> bool:
    """Whether a run brings what was upheld; other top-ups bring what an amended version adds."""
    return kind is RunKind.TOP_UP and period == ONCE


@dataclass(frozen=True, slots=True)
class Missing:
    """What a customer does not have yet of what was upheld; the amount is in minor units.

    ``key`` is empty where the line had nothing of anybody's: then it is the line's own.
    """

    line_id: str
    amount: int
    key: str
    customer_id: str | None
    account_id: str | None


def upheld_due(
    settings: Settings,
    programme: Programme,
    at: datetime,
    tell: Callable[[str], object] = tell_once,
) -> list[Due]:
    """The top-ups of a day of what was upheld and is missing; none where nothing is.

    What goes wrong with one measure ``tell`` is told, and the others are looked at. For who plans
    them: what lacks nothing is settled by this. Asked every few seconds: items are looked at only
    where something has changed since.
    """
    found, own = list[Due](), programme.identifier
    acts = (
        (f"{own} {RunKind.TOP_UP} {name}", partial(_look, settings, programme, name, at, found))
        for name in measures_with_promises(own)
    )
    one_by_one(acts, tell)
    return found


def _look(
    settings: Settings, programme: Programme, name: str, at: datetime, found: list[Due]
) -> bool:
    zone = ZoneInfo(programme.section.time_zone)
    day, measure = at.astimezone(zone).date(), programme.measures.get(name)
    due = _due(measure, day, zone) if measure else None
    if measure is None or due is None or due.due_at > at:
        return False
    seen = (day, *_stamp(programme, name))
    if _NOTHING_AT.get((programme.identifier, name)) == seen:
        return False
    is_missing = bool(_missing_and_settled(settings, programme, measure))
    if is_missing:
        found.append(due)
    else:
        _NOTHING_AT[programme.identifier, name] = seen
    return is_missing


_NOTHING_AT: dict[tuple[str, str], tuple[object, ...]] = {}


def _stamp(programme: Programme, measure: str) -> Iterator[object]:
    """What must change before something that was not missing can be."""
    for each in open_promises(programme.identifier, measure):
        yield (each.proposal_id, each.owner_id, each.holder_id)
    for run in money_runs(programme.identifier, measure):
        yield (run.run_id, run.state, run.failed, run.returned, run.unknown)


def _due(measure: Measure, day: date, zone: ZoneInfo) -> Due | None:
    channel = channel_of(measure)
    if channel is None:
        return None
    return Due(RunKind.TOP_UP, measure.name, ONCE, at_time_of(RunKind.TOP_UP, day, zone), channel)


def channel_of(measure: Measure) -> ChannelName | None:
    """The way that money of a measure goes; None where it is no money, or goes no way."""
    if first_bill(measure) is not None:
        return ChannelName.BILLING
    refund = measure.section.refund
    return ChannelName.BANK if refund and refund.to == "bank_account" else None


def missing(settings: Settings, programme: Programme, measure: Measure) -> list[Missing]:
    """What customers do not have yet of what was upheld, in the order of lines. Changes nothing.

    A promise waits until everything else of the measure that its customer was sent for the line has
    arrived: what may still fail, or came back and was not tried again, is not reckoned against. One
    that could only come on the bill waits while somebody else has the line: the bill is theirs.
    """
    return _reckoned(settings, programme, measure)[0]


def _missing_and_settled(
    settings: Settings, programme: Programme, measure: Measure
) -> list[Missing]:
    """The same where it is planned: what lacks nothing is settled."""
    found, whole = _reckoned(settings, programme, measure)
    if whole:
        settle_promises([each.proposal_id for each in whole])
    return found


def _reckoned(
    settings: Settings, programme: Programme, measure: Measure
) -> tuple[list[Missing], list[UpheldPromise]]:
    """What is missing, and the promises of which nothing is."""
    promises = open_promises(programme.identifier, measure.name)
    lines = {each.line_id: each.first_holder_id for each in promises}
    if not lines:
        return [], []
    runs = money_runs(programme.identifier, measure.name)
    found = have(settings, runs, lines)
    claims = claims_by_line(programme.identifier, measure.name, sorted(lines))
    # A run is made of lines that the newest facts have.
    served = {standing.line_id for standing in standings_of(programme.identifier, sorted(lines))}
    made, whole = list[Missing](), list[UpheldPromise]()
    # Sorted as they are, the least first.
    for (line, owner), several in groupby(sorted(promises, key=whose_of), key=whose_of):
        # The best counts; the others are settled with it.
        own = list(several)
        best, of_line = own[-1], found.get(line, {})
        has = had_by(of_line, owner)
        theirs = [c for c in claims.get(line, ()) if owner_of(c, lines[line]) == owner]
        if line not in served or not has.is_whole or not _is_free(theirs):
            continue
        if has.amount >= best.amount:
            whole += own
            continue
        if not has.keys and not (
            channel_of(measure) is ChannelName.BILLING and has_closed_bill(runs)
        ):
            continue
        if goes_to_them(best, has):
            made.append(missing_of(best, has, is_first=not of_line))
    return made, whole


def whose_of(promise: UpheldPromise) -> tuple[str, str]:
    """Line and customer of a promise."""
    return promise.line_id, promise.owner_id


def goes_to_them(best: UpheldPromise, has: Have) -> bool:
    """Whether it goes to an account of theirs; what goes on the bill is for who has the line."""
    return has.account_id is not None or best.owner_id == best.holder_id


def missing_of(best: UpheldPromise, has: Have, *, is_first: bool) -> Missing:
    """What lacks of a promise; ``is_first`` where nobody has anything of the line."""
    key = "" if is_first else quoted_key(best)
    missing_amount = best.amount - has.amount
    return Missing(best.line_id, missing_amount, key, has.customer_id, has.account_id)


def quoted_key(best: UpheldPromise) -> str:
    """The key under which it is added to something: a quote is one customer's, and so is this."""
    period = f"quote {best.quote_id} {best.amount}"
    return pay_once_key(best.programme, best.measure, best.line_id, "", period)


def quoted_keys(programme: str, measure: str) -> list[str]:
    """The keys under which what was upheld of a measure may be added to something.

    An item of a run of what was upheld that has none of these is the first of its line.
    """
    return [quoted_key(each) for each in all_promises(programme, measure)]


def missing_table(settings: Settings, programme: Programme, measure: Measure) -> pa.Table:
    """The same as what waits for lines when the run is planned (WAITING_SCHEMA).

    What lacks nothing is settled by this.
    """
    from makegood.runs.planning.waiting import waiting_table

    found = _missing_and_settled(settings, programme, measure)
    text = pa.string()
    return waiting_table(
        line_id=pa.chunked_array([pa.array([each.line_id for each in found], text)]),
        key=pa.chunked_array([pa.array([each.key or None for each in found], text)]),
        customer_id=pa.chunked_array([pa.array([each.customer_id for each in found], text)]),
        account_id=pa.chunked_array([pa.array([each.account_id for each in found], text)]),
        amount=pa.chunked_array([pa.array([each.amount for each in found], pa.int64())]),
    )


def take_upheld(run: RunRow, waiting: pa.Table) -> None:
    """A run brings what was upheld and waited for it, in the caller's transaction.

    ``waiting`` is of WAITING_SCHEMA. What is another customer's of one of its lines is not taken.
    """
    lines, keys = (waiting.column(name).to_pylist() for name in ("line_id", "key"))
    first = {line for line, key in zip(lines, keys, strict=True) if key is None}
    quoted, found = set(keys), open_promises(run.programme, run.measure)
    taken = {
        whose_of(each)
        for each in found
        if quoted_key(each) in quoted or (each.line_id in first and each.owner_id == each.holder_id)
    }
    take_promises(run.run_id, [each.proposal_id for each in found if whose_of(each) in taken])


def _is_free(claims: Sequence[Claim]) -> bool:
    """Whether none of their claims is on its way: what was paid is had, what is over is nothing."""
    return all(claim.state in OVER | {ClaimState.PAID} for claim in claims)


def claims_by_line(programme: str, measure: str, lines: Sequence[str]) -> Mapping[str, list[Claim]]:
    """All claims of some lines for a measure, by line; withdrawn ones among them."""
    found = dict[str, list[Claim]]()
    for claim in claims_of_lines(lines):
        if (claim.programme, claim.measure) == (programme, measure):
            found.setdefault(claim.line_id, []).append(claim)
    return found


# --- Beside what an amended version adds ---


@contextmanager
def one_top_up(programme: str, measure: str, kind: RunKind) -> Iterator[None]:
    """Of a measure one top-up is planned at a time, each against everything that the others bring.

    What an amended version adds counts a top-up as done from the moment it is planned. Raises
    BeingPlanned MG861 while another process plans one.
    """
    if kind is not RunKind.TOP_UP:
        yield
        return
    with locks() as own, own.held("makegood.top_up", programme, measure) as got:
        if not got:
            raise being_planned(f"a top-up of {measure}")
        yield
