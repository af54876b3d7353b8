"""What runs have brought to a line: each item with what became of it, in one statement.

Where an item is follows from the lists of lines, which are files. What became of it follows from
its shard and from what did not go well, which are rows. Only while a shard is answered in part are
its answers read, and what they came to is kept until there are more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

from makegood.channels import Outcome
from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.runs.folders import answers_of, folder_of, items_file
from makegood.runs.kinds import RunKind
from makegood.runs.line_index import Place, places_of
from makegood.runs.locating import Places
from makegood.runs.merging import WORDS, Counts, outcomes
from makegood.runs.rows import RunRow, runs, select
from makegood.runs.tried_again import DONE_BEFORE
from makegood.trust.statements import prepared_cursor

_KEPT_SHARDS = 32
_TRIES = 3

# Which runs there are that were not cancelled: how many, and the sum of their names' hashes.
_STAMPED = "count(*) || '/' || coalesce(sum(hashtextextended(run_id::text, 0)), 0)"
STAMP = f"""(
SELECT {_STAMPED} FROM runs_run WHERE programme = %(programme)s AND state <> 'cancelled')"""
"""Tells the runs of one programme from others, for a statement that has ``%(programme)s``."""

# What runs there are is remembered; the statement tells whether that still holds.
_STANDING = f"""
WITH asked AS (
    SELECT * FROM unnest(%(runs)s::uuid[], %(shards)s::int[], %(items)s::bigint[])
         AS given (run_id, number, item)),
stamp AS (
    SELECT {_STAMPED} AS runs
    FROM runs_run WHERE programme = ANY(%(programmes)s) AND state <> 'cancelled')
SELECT stamp.runs, asked.run_id, asked.item, run.state, shard.state, shard.sent_at,
       shard.answered_at, shard.number, shard.first_item, shard.done, shard.done_total,
       shard.failed, shard.returned, told.outcome, told.code, told.told_at
FROM stamp LEFT JOIN (
    asked JOIN runs_run AS run USING (run_id)
    JOIN runs_shard AS shard ON shard.run_id = asked.run_id AND shard.number = asked.number
    LEFT JOIN runs_exception AS told ON told.run_id = asked.run_id AND told.item = asked.item
) ON TRUE
"""
_CODE = 11
"""Where the code of what did not go well stands behind the run and the item of such a row."""
_RUNS = "WHERE programme = ANY(%s) AND kind <> ALL(%s) AND state <> 'cancelled'"
_APPLIED = "SELECT source_id FROM runs_applied WHERE source_id = ANY(%s)"
_STAMP_OF = f"""
SELECT {_STAMPED} FROM runs_run WHERE programme = ANY(%s) AND state <> 'cancelled'
"""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One thing of a run for a line. ``outcome`` is a word of Outcome, or *contradictory*.

    ``unknown`` before there is an answer: ``sent_at`` tells whether it left. ``ended_at`` is when
    the answer came in. ``code`` is the other side's reason, where it did not go well. ``amount`` is
    in minor units, 0 without money; ``quantity`` what a grant brings, 0 where it is not known.
    ``customer_id`` is whom it names, as its application or choice does; empty where it is the
    line's, whoever has it.
    """

    line_id: str
    programme: str
    measure: str
    kind: RunKind
    period: str
    sequence: int
    due_on: date
    amount: int
    outcome: str
    code: str
    sent_at: datetime | None
    ended_at: datetime | None
    quantity: int = 0
    customer_id: str = ""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What runs have brought to some lines, and the runs there were, cancelled ones left out.

    ``families`` are (programme, measure, kind, period) of which a run was planned.
    """

    items: tuple[Arrived, ...]
    families: frozenset[tuple[str, str, RunKind, str]]


def arrivals_of(
    settings: Settings,
    programmes: Sequence[str],
    line_ids: Sequence[str],
    *,
    without: Sequence[RunKind] = (RunKind.NOTICE, RunKind.REMINDER),
    stamp: str = "",
) -> Arrivals:
    """What the runs of some programmes have brought to lines, in the order in which it was due.

    Of a family each customer of a line has the item of their last attempt alone. Each time by one
    statement; by two more where there are other runs than the last time. ``stamp`` is what
    ``STAMP`` told of the one programme just now: where no run has anything for the lines, nothing
    more is asked. Raises MakegoodError MG651 where the files of a run are not there.
    """
    kinds = tuple(sorted(kind.value for kind in without))
    key = (tuple(sorted(programmes)), kinds)
    for tried in range(1, _TRIES + 1):
        known = _known.get(key) or _looked_up(key)
        places = _places(settings, known, line_ids)
        if places == [] and known.stamp == stamp:
            return Arrivals((), known.families)
        rows = _standing(key[0], [place for _, _, place in places or ()])
        is_known = rows[0][0] == known.stamp
        # Runs may be planned faster than this is read: what is seen is true of its instant.
        if places is not None and (is_known or tried == _TRIES):
            return Arrivals(tuple(_arrived(settings, places, rows)), known.families)
        if is_known:
            break
        _known.pop(key, None)
    raise _gone()


def _places(settings: Settings, known: _Known, line_ids: Sequence[str]) -> _Places | None:
    """The items of lines; None where the files of a run are not there (any more)."""
    try:
        return [
            (run, line_id, place)
            for run in known.runs
            for line_id in line_ids
            for place in places_of(settings, run, line_id)
        ]
    except FileNotFoundError:
        return None


def _gone() -> MakegoodError:
    return MakegoodError(
        Finding(
            "MG651",
            "the files of a run are not where this process looks for them",
            "let every machine that serves pages reach the folder 'runs' of the data folder, or put"
            " it back from a copy",
        )
    )


@dataclass(frozen=True, slots=True)
class _Known:
    stamp: str
    runs: tuple[RunRow, ...]
    families: frozenset[tuple[str, str, RunKind, str]]


_Places: TypeAlias = list[tuple[RunRow, str, Place]]
_Key: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
_known: dict[_Key, _Known] = {}
_KNOWN_MAX = 16


def _looked_up(key: _Key) -> _Known:
    programmes, without = key
    # The stamp first: what is planned in between makes it old, never the runs.
    stamp = str(select(_STAMP_OF, [list(programmes)])[0][0])
    found = runs(f"{_RUNS} ORDER BY due_at, sequence, run_id", [list(programmes), list(without)])
    families = frozenset((run.programme, run.measure, run.kind, run.period) for run in found)
    if len(_known) >= _KNOWN_MAX:
        _known.clear()
    known = _known[key] = _Known(stamp, tuple(run for run in found if run.items), families)
    return known


def _standing(programmes: Sequence[str], places: Sequence[Place]) -> list[tuple[Any, ...]]:
    values = {
        "programmes": list(programmes),
        "runs": [place.run_id for place in places],
        "shards": [place.shard for place in places],
        "items": [place.item for place in places],
    }
    with prepared_cursor() as cursor:
        return cursor.execute(_STANDING, values).fetchall()


def _arrived(
    settings: Settings,
    places: Sequence[tuple[RunRow, str, Place]],
    rows: Sequence[tuple[Any, ...]],
) -> list[Arrived]:
    standing = {(row[1], row[2]): row[3:] for row in rows if row[1] is not None}
    newest: dict[tuple[object, ...], Arrived] = {}
    for run, line_id, place in places:
        row = standing.get((place.run_id, place.item))
        if row is None or row[0] == "cancelled":
            continue
        if row[_CODE] == DONE_BEFORE:
            # It did not leave: an earlier run of the family has brought it after all.
            continue
        one = _one(settings, run, line_id, place, row)
        # Runs come in the order of their sequence; a line may have several contracts in one.
        family: tuple[object, ...] = (*run.family, run.kind, line_id, place.customer_id)
        last = newest.get(family)
        if last is not None and last.sequence == one.sequence:
            family = (*family, place.item)
        newest[family] = one
    return sorted(newest.values(), key=lambda each: (each.due_on, each.measure, each.line_id))


def _one(
    settings: Settings, run: RunRow, line_id: str, place: Place, row: Sequence[Any]
) -> Arrived:
    _state, shard_state, sent_at, answered_at, number, first_item = row[:6]
    counts, (outcome, code, told_at) = Counts(*row[6:10]), row[10:13]
    if outcome is None:
        outcome, code = Outcome.UNKNOWN.value, ""
        ended = counts.done + counts.failed + counts.returned
        if shard_state == "answered":
            outcome = Outcome.DONE.value
        elif ended:
            row_in_shard = place.item - first_item
            outcome = WORDS[int(_in_part(settings, run, number, counts)[row_in_shard])]
    ended_at = told_at if code or outcome != Outcome.DONE.value else answered_at
    return Arrived(
        line_id=line_id,
        programme=run.programme,
        measure=run.measure,
        kind=run.kind,
        period=run.period,
        sequence=run.sequence,
        due_on=run.due_on,
        amount=place.amount,
        outcome=str(outcome),
        code=str(code),
        sent_at=sent_at,
        ended_at=ended_at,
        quantity=place.quantity,
        customer_id=place.customer_id,
    )


_parts: dict[tuple[UUID, int], tuple[Counts, Places]] = {}


def _in_part(settings: Settings, run: RunRow, number: int, counts: Counts) -> Places:
    """The outcome of every item of a shard that is answered in part, by its row."""
    key = (run.run_id, number)
    known = _parts.get(key)
    if known is not None and known[0] == counts:
        return known[1]
    folder = folder_of(settings, run.run_id)
    kept = answers_of(folder, number)
    # What a process that was killed had kept, and not applied, does not count yet.
    applied = {row[0] for row in select(_APPLIED, [list(kept)])}
    sources = [path for source_id, path in kept.items() if source_id in applied]
    found = outcomes(items_file(folder, number), sources)
    if len(_parts) >= _KEPT_SHARDS:
        _parts.clear()
    _parts[key] = (counts, found)
    return found
