"""Answers come in: kept first, applied in one transaction, and only then put away.

What a source said lies in the runs' folders under the source's hash before anything is applied, so
that the same content is the same files. A shard's counts are worked out anew from all that was
applied to it: answers may come late, twice, and in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

import duckdb
from django.db import transaction

from makegood.channels import ChannelName, Incoming
from makegood.channels.vouchers import low_pools
from makegood.configuration import Settings
from makegood.kernel import MakegoodError, Progress, silent
from makegood.programmes import Programme
from makegood.publication import programmes_in_force
from makegood.redress.serving import programme_in_force
from makegood.runs.applying import Batch, apply
from makegood.runs.channels import Channels, configured
from makegood.runs.events import Separated, hear, hear_codes, separate
from makegood.runs.faults import is_away, told_failure
from makegood.runs.folders import answers_file, folder_of, put, unmatched_file
from makegood.runs.locks import locks
from makegood.runs.matching import Matched, match
from makegood.runs.own_answers import answer_applied
from makegood.runs.rows import select
from makegood.runs.troubles import tell_once
from makegood.trust.clock import now

_USED = """
SELECT DISTINCT channel FROM runs_run
UNION SELECT channel FROM (VALUES ('sms'), ('mail')) AS messages (channel)
WHERE EXISTS (SELECT FROM events_batch AS batch WHERE batch.channel = messages.channel)
UNION SELECT 'sms' WHERE EXISTS (SELECT FROM messages_one_time)
ORDER BY channel
"""
_APPLIED = "SELECT source_id FROM runs_applied WHERE source_id = ANY(%s)"

SOURCES_MAX, ANSWERS_MAX = 64, 1_000_000
"""How many sources, and answers in them, are applied in one transaction at most."""


@dataclass(slots=True)
class TakenIn:
    """What one round of taking in came to.

    ``findings`` are what channels want looked at, pools of the programmes in force that are low,
    and answers about nothing that any run has.
    """

    sources: int = 0
    answers: int = 0
    new: int = 0
    contradictory: int = 0
    unmatched: int = 0
    troubles: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


def take_in(
    settings: Settings, progress: Progress = silent, *, channels: Channels = configured
) -> TakenIn:
    """Take in what came from every channel that runs use.

    One process at a time takes in from a channel. Killed at any instant, what was not applied comes
    again. A channel that fails is told, and does not keep the others waiting.
    """
    done = TakenIn()
    answer_applied(settings, done.troubles.append)
    with locks() as held:
        for row in select(_USED):
            name = ChannelName(row[0])
            with held.held("makegood.incoming", name.value) as got:
                if not got:
                    continue
                try:
                    _take_in_from(settings, channels, name, done, progress)
                except Exception as error:
                    _trouble(done, f"taking in from {name.value}", error)
    try:
        _tell_low_pools(settings, done)
    except Exception as error:
        _trouble(done, "looking at the pools of codes", error)
    return done


def _tell_low_pools(settings: Settings, done: TakenIn) -> None:
    """Tell pools that programmes in force give from, also before any run has used them."""
    named = set[str]()
    for name in programmes_in_force():
        named |= _pools_of(programme_in_force(name))
    words = [str(MakegoodError(each)) for each in low_pools(settings, named)] if named else []
    done.findings += [each for each in words if each not in done.findings]


def _pools_of(programme: Programme) -> set[str]:
    """The pools that a programme gives codes from, but for offers that are over."""
    today, found = now().astimezone(ZoneInfo(programme.section.time_zone)).date(), set[str]()
    for measure in programme.measures.values():
        choice, discount = measure.section.choice, measure.section.discount
        found |= {each.pool for each in choice.options.values()} if choice else set()
        offers = discount.offers if discount else []
        found |= {each.pool for each in offers if each.pool and each.until >= today}
    return found


def _take_in_from(
    settings: Settings, channels: Channels, name: ChannelName, done: TakenIn, progress: Progress
) -> None:
    channel = channels(name, settings)
    for sources in _batches(channel.incoming()):
        known = {row[0] for row in select(_APPLIED, [[each.source_id for each in sources]])}
        new = [each for each in sources if each.source_id not in known]
        if new:
            # Nothing comes in most of the time: the engine is opened only where something did.
            with duckdb.connect(config={"preserve_insertion_order": False}) as duck:
                _apply_all(settings, duck, name, new, done)
        # Only what is committed is out of the way.
        known |= {row[0] for row in select(_APPLIED, [[each.source_id for each in new]])}
        for each in sources:
            if each.source_id in known:
                try:
                    channel.put_away(each)
                except Exception as error:
                    _trouble(done, f"putting away what came from {name.value}", error)
        progress("answers applied", done.answers, None)
    done.findings += [str(MakegoodError(each)) for each in channel.findings()]


def _apply_all(
    settings: Settings,
    duck: duckdb.DuckDBPyConnection,
    name: ChannelName,
    sources: Sequence[Incoming],
    done: TakenIn,
) -> None:
    """Apply sources together; where that fails one by one, so that one does not hold the others."""
    if not sources:
        return
    try:
        _apply(settings, duck, name, sources, done)
    except Exception as error:
        # Where the database is away nothing that came in is at fault, and nothing goes on.
        if is_away(error):
            raise
        if len(sources) == 1:
            _trouble(done, f"applying what came from {name.value}", error)
            return
        for each in sources:
            _apply_all(settings, duck, name, [each], done)


def _apply(
    settings: Settings,
    duck: duckdb.DuckDBPyConnection,
    name: ChannelName,
    sources: Sequence[Incoming],
    done: TakenIn,
) -> None:
    batch = Batch(name)
    separated: list[Separated] = []
    with ThreadPoolExecutor(1) as pool:
        puts = []
        for incoming in sources:
            # What is about events and codes is no run's.
            separated.append(separate(incoming))
            matched = match(settings, duck, replace(incoming, answers=separated[-1].rest))
            batch.add(incoming, matched)
            # One source goes onto the disk while the next is looked at.
            puts.append(pool.submit(_put, settings, incoming, matched))
        for each in puts:
            each.result()
    with transaction.atomic():
        applied = apply(settings, batch)
        for told in separated:
            applied.new += hear(name, told.events) + hear_codes(told.codes)
    done.sources += len(sources)
    done.answers += sum(each.answers.num_rows for each in sources)
    done.new += applied.new
    done.contradictory += applied.contradictory
    done.unmatched += applied.unmatched
    if applied.unmatched:
        words = (
            f"{applied.unmatched:,} answers from {name.value} are about nothing that any run has"
        )
        # It is no trouble that lasts: it is told once, and nobody can mend it.
        tell_once(words)
        done.findings.append(words)


def _trouble(done: TakenIn, what: str, error: Exception) -> None:
    """Tell of a failure: a finding's words, else its type alone; a text may hold what came in.

    Raises it where the database failed.
    """
    if is_away(error):
        raise error
    is_told = isinstance(error, MakegoodError)
    done.troubles.append(str(error) if is_told else told_failure(error, what))


def _put(settings: Settings, incoming: Incoming, matched: Matched) -> None:
    for (run_id, number), said in matched.parts.items():
        put(said.answers, answers_file(folder_of(settings, run_id), incoming.source_id, number))
    if matched.unmatched.num_rows:
        put(matched.unmatched, unmatched_file(settings, incoming.source_id))


def _batches(incoming: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    """What came in, some at a time; the same content under two names once."""
    seen = set[str]()
    batch: list[Incoming] = []
    rows = 0
    for each in incoming:
        if batch and (
            len(batch) >= SOURCES_MAX
            or rows + each.answers.num_rows > ANSWERS_MAX
            or each.source_id in seen
        ):
            yield batch
            batch, rows, seen = [], 0, set()
        batch.append(each)
        seen.add(each.source_id)
        rows += each.answers.num_rows
    if batch:
        yield batch
